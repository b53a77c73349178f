"""What batch_step and evaluate return, in each of its right forms."""

from __future__ import annotations

from typing import Any

import numpy as np

from autograder.truth.comparison import Mismatch, written
from autograder.truth.diagnosis import Cause


def metric(metrics: object, key: str, what: str) -> Any:
    """The metric under `key`; "accuracy" is as right as "acc"."""
    written(metrics, what)
    if not isinstance(metrics, dict):
        is_array = isinstance(metrics, np.ndarray)  # of whatever class, here or across a boundary
        kind = "an array" if is_array else f"a {type(metrics).__name__}"
        text = f"{what} returned {kind}; expected a dictionary of metrics."
        raise Mismatch("type", text, cause=Cause("missing-return") if metrics is None else None)
    for name in (key, "accuracy") if key == "acc" else (key,):
        if name in metrics:
            return metrics[name]
    raise Mismatch("type", f'{what} has no entry "{key}"; it has {sorted(map(str, metrics))}.')


def metrics_and_predictions(got: object, what: str) -> tuple[Any, Any]:
    """Metrics and predictions of an answer that may be the metrics alone."""
    if isinstance(got, (tuple, list)) and len(got) == 2:
        return got[0], got[1]
    metric(got, "loss", what)
    return got, None
