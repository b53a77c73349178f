"""The pictures of digits, where there is no display."""

from __future__ import annotations

import importlib
from xml.etree import ElementTree

import matplotlib
import numpy as np
import pytest

from tests.imported import imported
from tests.submissions import REFERENCE, ROOT


@pytest.mark.parametrize("folder", [REFERENCE, ROOT / "editions" / "backward" / "reference"])
def test_training_leaves_a_curve(folder, tmp_path):
    source = (folder / "assignment.py").read_text(encoding="utf-8")
    names = {}
    draw = source[source.index("def draw_curve") : source.index("def parse_arguments")]
    exec(draw, names)
    names["draw_curve"]([(2.0, 0.5), (1.0, 0.75), (0.0, 1.0)], tmp_path / "curve.svg")
    lines = [*ElementTree.parse(tmp_path / "curve.svg").getroot()][1:]
    assert lines[0].get("points") == "20,20.0 60,120.0 100,220.0"
    assert lines[1].get("points") == "20,120.0 60,70.0 100,20.0"


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
