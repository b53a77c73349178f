"""The pictures of digits, where there is no display."""

from __future__ import annotations

import importlib

import matplotlib
import numpy as np
import pytest

from tests.imported import imported
from tests.submissions import REFERENCE


@pytest.fixture
def visualize(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    matplotlib.use("Agg")
    with imported(REFERENCE):
        yield importlib.import_module("visualize")


@pytest.mark.parametrize("path", [None, "mine.png"])
def test_a_picture_is_written_where_no_window_opens(visualize, tmp_path, path):
    probabilities = np.eye(10)
    images = np.zeros((10, 784))
    written = visualize.draw_predictions(images, np.arange(10), probabilities, path)
    assert written == (path or visualize.WITHOUT_DISPLAY)
    assert (tmp_path / written).stat().st_size > 1000
