"""The report's three drawings as inline SVG text: bars by type, the risk-coverage curve and the calibration plot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import Any

_WIDTH, _HEIGHT, _LEFT, _TOP, _SIZE = 420, 330, 60, 12, 260
_BAR, _LABEL = 24, 150


def bars(values: Mapping[str, tuple[float | None, int]]) -> str:
    """A horizontal bar for each name: a value from 0 to 1 and the number of questions behind it."""
    rows = []
    for place, (name, (value, count)) in enumerate(values.items()):
        top = place * _BAR + 4
        width = 0.0 if value is None else value * _SIZE
        figure = "-" if value is None else f"{value:.3f}"
        rows.append(
            f'<text x="{_LABEL - 8}" y="{top + 13}" text-anchor="end">{escape(name)}</text>'
            f'<rect class="bar" x="{_LABEL}" y="{top}" width="{width:.1f}" height="{_BAR - 8}"/>'
            f'<text x="{_LABEL + width + 6:.1f}" y="{top + 13}">{figure} <tspan class="dim">({count})</tspan></text>'
        )
    height = len(values) * _BAR + 8
    return _svg(_LABEL + _SIZE + 100, height, "nDCG@10 by question type", rows)


def risk_coverage_plot(points: Sequence[Sequence[float]]) -> str:
    """Risk (share of the answered that is wrong) over coverage (share answered)."""
    line = " ".join(f"{_x(coverage):.1f},{_y(risk):.1f}" for coverage, risk in points)
    drawn = [*_axes("coverage: share of questions answered", "risk: share of those wrong")]
    drawn.append(f'<polyline class="line" points="{line}"/>')
    return _svg(_WIDTH, _HEIGHT, "Risk over coverage", drawn)


def calibration_plot(bins: Sequence[Mapping[str, Any]]) -> str:
    """The share right over the confidence, one circle a bin, its area by the number of questions; the diagonal is perfect."""
    most = max((each["count"] for each in bins), default=1)
    drawn = [*_axes("confidence", "share with a relevant first article")]
    drawn.append(f'<line class="dim" x1="{_x(0)}" y1="{_y(0)}" x2="{_x(1)}" y2="{_y(1)}"/>')
    drawn.extend(
        f'<circle class="dot" cx="{_x(each["confidence"]):.1f}" cy="{_y(each["right"]):.1f}" '
        f'r="{3 + 9 * (each["count"] / most) ** 0.5:.1f}"><title>{each["count"]} questions: confidence '
        f"{each['confidence']:.2f}, right {each['right']:.2f}</title></circle>"
        for each in bins
    )
    return _svg(_WIDTH, _HEIGHT, "Calibration", drawn)


def loss_plot(losses: Sequence[float]) -> str:
    """A training's loss over its steps as a whole SVG file: each step faintly, and the mean of the last twenty."""
    most = max(losses, default=1.0) or 1.0
    places = [step / max(1, len(losses) - 1) for step in range(len(losses))]
    means = [sum(losses[max(0, step - 19) : step + 1]) / min(20, step + 1) for step in range(len(losses))]
    drawn = [*_axes(f"share of {len(losses)} steps", f"loss, 1 = {most:.3g}")]
    for kind, values in (("dim", losses), ("line", means)):
        line = " ".join(f"{_x(place):.1f},{_y(value / most):.1f}" for place, value in zip(places, values, strict=True))
        drawn.append(f'<polyline class="{kind}" fill="none" points="{line}"/>')
    style = (
        "<style>text{font:11px sans-serif}.frame{fill:none;stroke:#999}.dim{stroke:#bbb}.line{stroke:#2563eb;"
        "stroke-width:2}</style>"
    )
    return _svg(_WIDTH, _HEIGHT, "Loss over steps", [style, *drawn]).replace(
        "<svg ", '<svg xmlns="http://www.w3.org/2000/svg" ', 1
    )


def _x(value: float) -> float:
    return _LEFT + value * _SIZE


def _y(value: float) -> float:
    return _TOP + (1 - value) * _SIZE


def _axes(below: str, beside: str) -> list[str]:
    drawn = [f'<rect class="frame" x="{_LEFT}" y="{_TOP}" width="{_SIZE}" height="{_SIZE}"/>']
    for step in range(5):
        value = step / 4
        drawn.append(f'<text x="{_x(value)}" y="{_TOP + _SIZE + 16}" text-anchor="middle">{value:g}</text>')
        drawn.append(f'<text x="{_LEFT - 6}" y="{_y(value) + 4}" text-anchor="end">{value:g}</text>')
    middle = _TOP + _SIZE / 2
    drawn.append(f'<text x="{_x(0.5)}" y="{_TOP + _SIZE + 36}" text-anchor="middle">{escape(below)}</text>')
    drawn.append(
        f'<text x="12" y="{middle}" text-anchor="middle" transform="rotate(-90 12 {middle})">{escape(beside)}</text>'
    )
    return drawn


def _svg(width: int, height: int, title: str, drawn: Sequence[str]) -> str:
    return (
        f'<svg viewBox="0 0 {width} {height}" width="{width}" height="{height}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{''.join(drawn)}</svg>"
    )
