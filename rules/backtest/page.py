"""The HTML frame of a report: style, sections, tables."""

from collections.abc import Collection, Iterable, Sequence
from html import escape

_STYLE = """
:root { color-scheme: light; }
* { box-sizing: border-box; }
body { margin: 0; background: #f4f6f8; color: #1f2a35; line-height: 1.6; font-size: 15px;
  font-family: "PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Source Han Sans SC",
  "WenQuanYi Micro Hei", sans-serif; }
main { max-width: 960px; margin: 0 auto; padding: 32px 24px 64px; }
header { border-bottom: 3px solid #1d5f86; padding-bottom: 16px; margin-bottom: 24px; }
h1 { font-size: 26px; margin: 0 0 12px; letter-spacing: .02em; }
h2 { font-size: 18px; margin: 0 0 14px; }
h3 { font-size: 15px; margin: 24px 0 8px; color: #3a4957; }
dl { display: grid; grid-template-columns: 1fr 1fr; gap: 6px 32px; margin: 0; }
dl div { display: flex; gap: 12px; }
dt { color: #5c6b79; white-space: nowrap; }
dd { margin: 0; overflow-wrap: anywhere; }
section { background: #fff; border: 1px solid #dfe5ea; border-radius: 8px; padding: 20px 24px;
  margin-bottom: 20px; }
ul { margin: 0; padding-left: 1.3em; }
li { margin: 4px 0; overflow-wrap: anywhere; }
.findings li:first-child { font-weight: 600; }
figure { margin: 0 0 16px; }
svg { display: block; width: 100%; height: auto; font-family: inherit; }
figcaption { color: #5c6b79; font-size: 13px; margin-top: 6px; }
.wide { overflow-x: auto; margin-bottom: 16px; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; }
th, td { padding: 6px 10px; border-bottom: 1px solid #e6ebef; text-align: left;
  vertical-align: top; white-space: pre-line; overflow-wrap: anywhere; }
th { color: #5c6b79; font-weight: 600; border-bottom: 2px solid #cfd8e0; white-space: nowrap; }
td:first-child { white-space: nowrap; }
.number { text-align: right; white-space: nowrap; font-variant-numeric: tabular-nums; }
p { margin: 0 0 6px; }
@media print {
  body { background: #fff; font-size: 11pt; }
  main { max-width: none; padding: 0; }
  section { border: 0; padding: 0; margin-bottom: 18pt; }
  figure, tr { break-inside: avoid; }
  h2, h3 { break-after: avoid; }
  rect { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
}
@media (max-width: 640px) { dl { grid-template-columns: 1fr; } section { padding: 16px; } }
"""

Cells = Sequence[str]


def page(title: str, body: str) -> str:
    """A whole HTML document."""
    return (
        '<!DOCTYPE html>\n<html lang="zh-CN"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style></head>"
        f"<body><main>{body}</main></body></html>\n"
    )


def section(title: str, body: str) -> str:
    """A titled part; `body` is HTML."""
    return f"<section><h2>{escape(title)}</h2>{body}</section>"


def paragraphs(lines: Iterable[str]) -> str:
    """Each line as a paragraph."""
    return "".join(f"<p>{escape(line)}</p>" for line in lines)


def table(heads: Sequence[str], rows: Iterable[Cells], numbers: Collection[int] = (1,)) -> str:
    """A table of texts; the columns at `numbers` are aligned as numbers."""
    classes = [' class="number"' if place in numbers else "" for place in range(len(heads))]
    head = "".join(
        f'<th scope="col"{kind}>{escape(text)}</th>'
        for text, kind in zip(heads, classes, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td{kind}>{escape(text)}</td>" for text, kind in zip(row, classes, strict=True))
        + "</tr>"
        for row in rows
    )
    whole = f"<thead><tr>{head}</tr></thead><tbody>{body}</tbody>"
    return f'<div class="wide"><table>{whole}</table></div>'
