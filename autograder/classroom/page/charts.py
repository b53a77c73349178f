"""Charts as SVG for a page, whose style sheet gives them light or dark colours."""

from __future__ import annotations

import io
import re
from collections.abc import Mapping, Sequence

import matplotlib as mpl
import numpy as np
from markupsafe import Markup
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

BINS = 20
ROW = 0.19
"""Inches for a row of a chart of items."""


def spread(scores: Sequence[float], possible: float) -> Markup:
    """A histogram of the students' points."""
    figure = Figure(figsize=(7, 2.6), layout="constrained")
    axes = figure.subplots()
    counts, edges = np.histogram(scores, bins=BINS, range=(0, possible or 1))
    bars = axes.bar(edges[:-1], counts, width=0.9 * np.diff(edges), align="edge")
    for number, bar in enumerate(bars):
        bar.set_gid(f"bar-{number}")
    axes.set(xlabel="points", ylabel="students", xlim=(0, possible or 1))
    axes.yaxis.set_major_locator(MaxNLocator(integer=True))
    return _svg(figure, [axes], "spread")


def solved(shares: Mapping[str, Mapping[str, float]]) -> Markup:
    """A bar for each item: the share of the class with each outcome."""
    figure = Figure(figsize=(7, 0.8 + ROW * len(shares)), layout="constrained")
    axes = figure.subplots()
    outcomes = dict.fromkeys(outcome for share in shares.values() for outcome in share)
    left = [0.0] * len(shares)
    for outcome in outcomes:
        widths = [100 * share.get(outcome, 0.0) for share in shares.values()]
        for number, bar in enumerate(axes.barh([*shares], widths, left=left, height=0.75)):
            bar.set_gid(f"{outcome.replace(' ', '-')}-{number}")
        left = [at + width for at, width in zip(left, widths, strict=True)]
    axes.set(xlim=(0, 100), ylim=(len(shares) - 0.5, -0.5), xlabel="% of the class")
    axes.tick_params("y", length=0, labelsize=8)
    return _svg(figure, [axes], "solved")


def _svg(figure: Figure, charts: Sequence[Axes], name: str) -> Markup:
    """The SVG without date, background or fixed size, with fixed ids that no other chart has."""
    for axes in charts:
        axes.spines[["top", "right"]].set_visible(False)
    file = io.StringIO()
    with mpl.rc_context({"svg.fonttype": "none", "svg.hashsalt": name}):
        figure.savefig(
            file, format="svg", transparent=True, metadata=dict.fromkeys(["Date", "Creator"])
        )
    svg = file.getvalue()
    svg = svg[svg.index("<svg") :]
    svg = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    return Markup(re.sub(r' (width|height)="[\d.]+pt"', "", svg, count=2))
