"""Charts as plain SVG, readable without colour: a value stands beside each bar, a second kind of bar is hatched.

A page may hold them as they are, because they have no script and no style of their own. They take the colour of the
text around them, so they can be printed and read on a dark screen.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from html import escape

_WIDTH, _LABEL, _VALUE = 720, 190, 170
_BAR, _GAP, _TOP = 16, 10, 34
_FONT = 'font-family="system-ui, sans-serif" fill="currentColor"'
_HATCH = (
    '<pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">'
    '<rect width="2.4" height="6" fill="currentColor"/></pattern>'
)
_MOST_LABEL = 26
"""Widths of a letter that a label has room for; a Chinese character takes two."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A value, not below zero, with how people write it. A hatched one is of the second kind."""

    value: Fraction | int
    text: str
    is_hatched: bool = False


@dataclass(frozen=True, slots=True)
class BarChart:
    """Bars that lie under each other; each row has a label and a bar of each kind. `kinds` are named if two."""

    title: str
    rows: Sequence[tuple[str, Sequence[Bar]]]
    kinds: tuple[str, ...] = ()


def bars(chart: BarChart) -> str:
    """A chart of bars as SVG."""
    most = max((bar.value for _, each in chart.rows for bar in each), default=0) or 1
    room = _WIDTH - _LABEL - _VALUE
    parts, top = [], _TOP + (22 if len(chart.kinds) > 1 else 0)
    for label, each in chart.rows:
        middle = top + _BAR * len(each) / 2 + 4
        parts.append(_text(_LABEL - 8, middle, shortened(label), 'text-anchor="end"', size=13))
        for bar in each:
            width = max(float(bar.value / Fraction(most) * room), 1 if bar.value else 0)
            fill = 'fill="url(#hatch)" stroke="currentColor"' if bar.is_hatched else 'fill="currentColor"'
            parts.append(f'<rect class="bar" x="{_LABEL}" y="{top}" width="{width:.1f}" height="{_BAR - 3}" {fill}/>')
            parts.append(_text(_LABEL + width + 6, top + _BAR - 5, bar.text, size=12))
            top += _BAR
        top += _GAP
    axis = f'<path d="M{_LABEL} {_TOP - 4}V{top}" stroke="currentColor" stroke-width="1"/>'
    return _svg(chart.title, _WIDTH, top + 6, "".join((_kinds(chart.kinds), axis, *parts)))


def _kinds(kinds: Sequence[str]) -> str:
    """The two kinds of bars, each with its words."""
    if len(kinds) < 2:
        return ""
    parts, left = [], _LABEL
    for place, words in enumerate(kinds):
        fill = 'fill="url(#hatch)" stroke="currentColor"' if place else 'fill="currentColor"'
        parts.append(f'<rect class="bar" x="{left}" y="{_TOP}" width="14" height="11" {fill}/>')
        parts.append(_text(left + 20, _TOP + 10, words, size=12))
        left += 40 + 8 * _room(words)
    return "".join(parts)


@dataclass(frozen=True, slots=True)
class LineChart:
    """A price over time. `points` are a moment and a price; `low`, `high`, `begin`, `end` are words at the axes."""

    title: str
    points: Sequence[tuple[int, int]]
    low: str
    high: str
    begin: str
    end: str
    is_steps: bool = True
    is_joined: bool = True


_LINE_WIDTH, _LINE_HEIGHT = 360, 200
_LEFT, _RIGHT, _UP, _DOWN = 84, 12, 34, 28
_MOST_DOTS = 60


def line(chart: LineChart) -> str:
    """A chart of one price as SVG. It has steps if a price holds until the next, and a dot for each of few bids."""
    if not chart.points:
        return _svg(chart.title, _LINE_WIDTH, _LINE_HEIGHT, "")
    places = _places(chart.points)
    path = [f"M{places[0][0]:.1f} {places[0][1]:.1f}"]
    for x, y in places[1:]:
        path.append(f"H{x:.1f}V{y:.1f}" if chart.is_steps else f"L{x:.1f} {y:.1f}")
    bottom, right = _LINE_HEIGHT - _DOWN, _LINE_WIDTH - _RIGHT
    frame = f'<path d="M{_LEFT} {_UP}V{bottom}H{right}" fill="none" stroke="currentColor" stroke-width="0.75"/>'
    joined = f'<path class="curve" d="{"".join(path)}" fill="none" stroke="currentColor" stroke-width="2"/>'
    dots = "".join(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="2.6" fill="currentColor"/>' for x, y in places)
    words = (
        _text(_LEFT - 6, _UP + 8, chart.high, 'text-anchor="end"', size=11),
        _text(_LEFT - 6, bottom, chart.low if chart.low != chart.high else "", 'text-anchor="end"', size=11),
        _text(_LEFT, _LINE_HEIGHT - 9, chart.begin, size=11),
        _text(right, _LINE_HEIGHT - 9, chart.end, 'text-anchor="end"', size=11),
    )
    shown = (frame, joined if chart.is_joined else "", dots if len(places) <= _MOST_DOTS else "", *words)
    return _svg(chart.title, _LINE_WIDTH, _LINE_HEIGHT, "".join(shown))


def _places(points: Sequence[tuple[int, int]]) -> list[tuple[float, float]]:
    moments, prices = [at for at, _ in points], [price for _, price in points]
    span, rise = max(moments) - min(moments) or 1, max(prices) - min(prices) or 1
    wide, tall = _LINE_WIDTH - _LEFT - _RIGHT, _LINE_HEIGHT - _UP - _DOWN
    return [
        (_LEFT + wide * (at - min(moments)) / span, _LINE_HEIGHT - _DOWN - tall * (price - min(prices)) / rise)
        for at, price in points
    ]


def shortened(label: str) -> str:
    """As much of a label as there is room for."""
    room = 0
    for place, each in enumerate(label):
        room += 1 if each.isascii() else 2
        if room > _MOST_LABEL:
            return label[: max(1, place - 1)] + "…"
    return label


def _room(text: str) -> int:
    return sum(1 if each.isascii() else 2 for each in text)


def _text(x: float, y: float, text: str, more: str = "", *, size: int) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="{size}" {_FONT} {more}>{escape(text)}</text>' if text else ""


def _svg(title: str, width: int, height: float, drawn: str) -> str:
    """The drawing under its title, which a screen reader says too."""
    said = escape(title)
    head = _text(0, 16, title, 'class="title" font-weight="600"', size=14)
    defs = f"<defs>{_HATCH}</defs>" if "url(#hatch)" in drawn else ""
    box = f'viewBox="0 0 {width} {height:.0f}" width="{width}" height="{height:.0f}"'
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" role="img" aria-label="{said}" {box}>'
        f"<title>{said}</title>{defs}{head}{drawn}</svg>"
    )
