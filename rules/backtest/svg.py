"""Charts as inline SVG: bars in pairs, stacked bars, a flow matrix, columns.

Each chart is a string with a title and a description for screen readers; colours keep their
meaning in greyscale and for colour-blind readers by lightness. No script, nothing loaded.
"""

from collections.abc import Mapping, Sequence
from html import escape

BEFORE, AFTER = "#a8b5c2", "#1d5f86"
EARLIER, LATER, NEW, GONE, SAME = "#c8691c", "#3d86b8", "#6b4f9e", "#8b95a1", "#e3e8ed"
_INK, _SOFT, _LINE = "#1f2a35", "#5c6b79", "#d7dee5"
_WIDTH = 720
_LABEL = 108
_ROW = 40

Series = tuple[str, str]
"""The name of a series and its colour."""


def bar_pairs(
    id: str, title: str, rows: Sequence[tuple[str, int, int]], names: tuple[str, str]
) -> str:
    """Two horizontal bars a row: `(label, before, after)`."""
    top = max((value for _, *values in rows for value in values), default=0) or 1
    room = _WIDTH - _LABEL - 90
    parts = [_legend(((names[0], BEFORE), (names[1], AFTER)))]
    for place, (label, before, after) in enumerate(rows):
        y = 34 + place * _ROW
        parts.append(_text(_LABEL - 10, y + 18, label, "end"))
        for offset, value, colour in ((0, before, BEFORE), (14, after, AFTER)):
            width = room * value / top
            parts.append(_bar(_LABEL, y + offset, width, 12, colour, f"{label} {value:,}"))
            parts.append(_text(_LABEL + width + 6, y + offset + 10, f"{value:,}", small=True))
    told = "；".join(f"{label}：{before:,} → {after:,}" for label, before, after in rows)
    return _chart(id, title, told, 34 + len(rows) * _ROW, parts)


def stacked_bars(
    id: str, title: str, rows: Sequence[tuple[str, Sequence[int]]], series: Sequence[Series]
) -> str:
    """One horizontal bar a row, cut by series; all bars on one scale."""
    top = max((sum(values) for _, values in rows), default=0) or 1
    room = _WIDTH - _LABEL - 20
    parts = [_legend(series)]
    for place, (label, values) in enumerate(rows):
        y, x = 34 + place * 34, float(_LABEL)
        parts.append(_text(_LABEL - 10, y + 15, label, "end"))
        for value, (name, colour) in zip(values, series, strict=True):
            width = room * value / top
            if value:
                parts.append(_bar(x, y, width, 20, colour, f"{label} {name} {value:,}"))
            x += width
    told = "；".join(
        f"{label}："
        + "，".join(f"{name} {value:,}" for value, (name, _) in zip(values, series, strict=True))
        for label, values in rows
    )
    return _chart(id, title, told, 34 + len(rows) * 34, parts)


def flow_matrix(
    id: str,
    title: str,
    labels: Sequence[str],
    counts: Mapping[tuple[int, int], int],
    axes: tuple[str, str],
) -> str:
    """A square of counts: rows before, columns after; what changed is tinted by its number."""
    left, head, cell, height = 150, 58, 118, 44
    moved = max((count for (row, column), count in counts.items() if row != column), default=0)
    parts = [
        _text(left + cell * len(labels) / 2, 16, axes[1], "middle", soft=True),
        _text(16, head + height * len(labels) / 2 + 4, axes[0], soft=True),
    ]
    for place, label in enumerate(labels):
        parts.append(_text(left + cell * place + cell / 2, head - 14, label, "middle"))
        parts.append(_text(left - 12, head + height * place + 27, label, "end"))
    for row in range(len(labels)):
        for column in range(len(labels)):
            count = counts.get((row, column), 0)
            strength = 0.25 + 0.65 * count / moved if count and row != column else 0.0
            colour = EARLIER if column < row else LATER
            fill = SAME if row == column else colour if count else "#ffffff"
            x, y = left + cell * column, head + height * row
            parts.append(
                f'<rect x="{x}" y="{y}" width="{cell - 4}" height="{height - 4}" rx="3" '
                f'fill="{fill}" fill-opacity="{strength if strength else 1:.2f}" '
                f'stroke="{_LINE}"/>'
            )
            bold = row != column and count > 0
            parts.append(
                _text(x + cell / 2 - 2, y + 25, f"{count:,}" if count else "—", "middle", bold=bold)
            )
    told = "；".join(
        f"{labels[row]}→{labels[column]} {count:,}" for (row, column), count in counts.items()
    )
    return _chart(id, title, told, head + height * len(labels), parts)


def columns(
    id: str,
    title: str,
    labels: Sequence[str],
    series: Sequence[tuple[str, str, Sequence[int]]],
    numbers: bool = False,
    overlaid: bool = False,
    height: int = 150,
) -> str:
    """Vertical columns: of each series `(name, colour, values)` one at each label.

    `numbers` writes each value above its column; `overlaid` series stand in the same place, for
    those of which only one has a value at a label.
    """
    base, left = height + 46, 46
    top = max((value for *_, values in series for value in values), default=0) or 1
    step = (_WIDTH - left - 10) / len(labels)
    width = step * 0.8 / (1 if overlaid else len(series))
    parts = [_legend([(name, colour) for name, colour, _ in series if name])]
    for share in (0, 0.5, 1):
        y = base - height * share
        parts.append(
            f'<line x1="{left}" x2="{_WIDTH - 10}" y1="{y:g}" y2="{y:g}" stroke="{_LINE}"/>'
        )
        parts.append(_text(left - 6, y + 4, f"{round(top * share):,}", "end", small=True))
    for place, label in enumerate(labels):
        x = left + step * (place + 0.1)
        parts.append(_text(x + step * 0.4, base + 17, label, "middle", small=True))
        for offset, (name, colour, values) in enumerate(series):
            value = values[place]
            tall = height * value / top
            at = x if overlaid else x + offset * width
            parts.append(
                _bar(at, base - tall, width - 1, tall, colour, f"{label} {name} {value:,}")
            )
            if numbers and value:
                parts.append(_text(at + width / 2, base - tall - 5, f"{value:,}", "middle", True))
    told = "；".join(
        f"{label}：" + "，".join(f"{name} {values[place]:,}" for name, _, values in series)
        for place, label in enumerate(labels)
    )
    return _chart(id, title, told, base + 24, parts)


def _chart(id: str, title: str, description: str, height: float, parts: Sequence[str]) -> str:
    return (
        f'<svg role="img" aria-labelledby="{id}-title {id}-desc" viewBox="0 0 {_WIDTH} {height:g}" '
        f'xmlns="http://www.w3.org/2000/svg"><title id="{id}-title">{escape(title)}</title>'
        f'<desc id="{id}-desc">{escape(description)}</desc>{"".join(parts)}</svg>'
    )


def _legend(series: Sequence[Series]) -> str:
    x, parts = float(_LABEL), []
    for name, colour in series:
        parts.append(f'<rect x="{x:g}" y="4" width="12" height="12" rx="2" fill="{colour}"/>')
        parts.append(_text(x + 17, 14.5, name, small=True))
        x += 40 + 13 * len(name)
    return "".join(parts)


def _bar(x: float, y: float, width: float, height: float, colour: str, told: str) -> str:
    return (
        f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" '
        f'fill="{colour}"><title>{escape(told)}</title></rect>'
    )


def _text(
    x: float,
    y: float,
    words: str,
    anchor: str = "start",
    small: bool = False,
    soft: bool = False,
    bold: bool = False,
) -> str:
    colour = _SOFT if small or soft else _INK
    weight = ' font-weight="600"' if bold else ""
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="{11.5 if small else 13.5}" fill="{colour}" '
        f'text-anchor="{anchor}"{weight}>{escape(words)}</text>'
    )
