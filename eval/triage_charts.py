"""The pictures of the triage report: a shaded confusion table and a reliability curve."""

import math
from collections.abc import Sequence
from html import escape

from eval.triage import Calibration, FieldScore

_RIGHT, _WRONG = "29, 95, 134", "200, 105, 28"
_SOFT, _LINE = "#5c6b79", "#d7dee5"
_SIDE, _LEFT, _TOP = 300, 60, 14
_BARS = 60


def confusion_table(classes: Sequence[tuple[str, str]], field: FieldScore) -> str:
    """Rows are the labels, columns what was given; a cell is shaded by its share of the row.

    `classes` are codes with what they are called.
    """
    head = "".join(f'<th scope="col" class="number">{escape(name)}</th>' for _, name in classes)
    body = []
    for true, name in classes:
        counts = [field.confusion.get((true, given), 0) for given, _ in classes]
        whole = sum(counts) or 1
        cells = "".join(
            _cell(count, count / whole, given == true)
            for count, (given, _) in zip(counts, classes, strict=True)
        )
        body.append(f'<tr><th scope="row">{escape(name)}</th>{cells}</tr>')
    return (
        '<h3>混淆表（行是标签，列是判定）</h3><div class="wide"><table>'
        f'<thead><tr><th scope="col"></th>{head}</tr></thead><tbody>{"".join(body)}</tbody>'
        "</table></div>"
    )


def _cell(count: int, share: float, right: bool) -> str:
    colour = f"rgba({_RIGHT if right else _WRONG}, {0.75 * share:.2f})"
    style = f' style="background: {colour}"' if count else ""
    return f'<td class="number"{style}>{count or "·"}</td>'


def reliability_curve(id: str, title: str, calibration: Calibration) -> str:
    """Accuracy over mean confidence of each bin beside the ideal line, with the bins' counts."""
    bins = calibration.bins
    points = [(_x(one.confidence), _y(one.accuracy)) for one in bins]
    most = max((one.count for one in bins), default=1)
    base = _TOP + _SIDE + 34 + _BARS
    parts = [_axes(), f'<path d="M{_x(0)} {_y(0)}L{_x(1)} {_y(1)}" stroke="{_SOFT}" '
             'stroke-dasharray="4 4" fill="none"/>']  # fmt: skip
    line = "L".join(f"{x:.1f} {y:.1f}" for x, y in points)
    parts.append(f'<path d="M{line}" stroke="rgb({_RIGHT})" stroke-width="2" fill="none"/>')
    for one, (x, y) in zip(bins, points, strict=True):
        told = f"置信度 {one.confidence:.2f}，准确率 {one.accuracy:.2f}，{one.count} 条"
        tall, radius = _BARS * one.count / most, 2 + 5 * math.sqrt(one.count / most)
        parts.append(
            f'<circle cx="{x:.1f}" cy="{y:.1f}" r="{radius:.1f}" fill="rgb({_RIGHT})">'
            f"<title>{told}</title></circle>"
            f'<rect x="{_x(one.low) + 1:.1f}" y="{base - tall:.1f}" '
            f'width="{_SIDE * (one.high - one.low) - 2:.1f}" height="{tall:.1f}" fill="#a8b5c2">'
            f"<title>{told}</title></rect>"
        )
    parts.append(_text(_x(0), base + 16, "各区间的条数", "start"))
    told = "；".join(f"{b.confidence:.2f}→{b.accuracy:.2f}（{b.count} 条）" for b in bins)
    return (
        f'<figure><svg role="img" aria-labelledby="{id}-curve-title {id}-curve-desc" '
        f'viewBox="0 0 720 {base + 22}" xmlns="http://www.w3.org/2000/svg">'
        f'<title id="{id}-curve-title">{escape(title)}</title>'
        f'<desc id="{id}-curve-desc">{escape(told)}</desc>{"".join(parts)}</svg>'
        f"<figcaption>{escape(title)}：横轴是平均置信度，纵轴是准确率；落在虚线上最好，"
        f"虚线以下是过于自信，点越大来件越多。ECE {calibration.ece:.3f}。</figcaption></figure>"
    )


def _axes() -> str:
    parts = []
    for step in range(0, 11, 2):
        share = step / 10
        parts.append(
            f'<path d="M{_x(0)} {_y(share):g}H{_x(1)}" stroke="{_LINE}" fill="none"/>'
            + _text(_LEFT - 8, _y(share) + 4, f"{share:.1f}", "end")
            + _text(_x(share), _y(0) + 18, f"{share:.1f}", "middle")
        )
    return "".join(parts)


def _x(share: float) -> float:
    return _LEFT + _SIDE * share


def _y(share: float) -> float:
    return _TOP + _SIDE * (1 - share)


def _text(x: float, y: float, words: str, anchor: str) -> str:
    return (
        f'<text x="{x:.1f}" y="{y:.1f}" font-size="11.5" fill="{_SOFT}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )
