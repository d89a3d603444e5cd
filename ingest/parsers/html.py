"""HTML: trafilatura finds the article; our own walk steps in where it loses headings or text."""

import re
from typing import Any

from lxml import html as lxml_html

from ingest.encoding import decode
from ingest.errors import DamagedFile
from ingest.parsers.markdown import markdown_blocks
from ingest.parsers.tables import markdown_table
from ingest.types import Block, BlockKind, ParsedText

_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?\s*([A-Za-z0-9_-]+)", re.IGNORECASE)
_DROPPED = ("script", "style", "noscript", "template", "nav", "aside", "footer", "form", "button")
_DROPPED_TOO = ("iframe", "svg", "head")
_BLOCKS = frozenset(
    ("p", "div", "section", "article", "main", "li", "td", "blockquote", "pre", "dd", "dt")
)
_CONTAINERS = ("table", "ul", "ol", "br")
_HEADINGS = {f"h{level}": level for level in range(1, 7)}


def parse(data: bytes) -> ParsedText:
    """The article of a web page, with its headings, lists and tables."""
    text, encoding = _decode(data)
    tree = _tree(text)
    title = (tree.findtext(".//title") or "").strip() or None
    walked = _walk(tree)
    extracted = _extract(text)
    return ParsedText(tuple(_better(extracted, walked)), title=title, encoding=encoding)


def _decode(data: bytes) -> tuple[str, str]:
    declared = _CHARSET.search(data[:4096])
    if declared is not None:
        name = declared[1].decode("ascii").lower()
        # Pages that declare GB2312 use characters outside it; GB18030 contains all of them.
        name = "gb18030" if name in ("gb2312", "gbk") else name
        try:
            return data.decode(name), name
        except (LookupError, UnicodeDecodeError):
            pass
    return decode(data)


def _tree(text: str) -> Any:
    try:
        # A declared encoding in a str is an error to lxml, and no longer true.
        return lxml_html.document_fromstring(re.sub(r"^\s*<\?xml[^>]*\?>", "", text))
    except (ValueError, lxml_html.etree.ParserError) as error:
        raise DamagedFile("不是有效的网页文件，请重新保存后再导入") from error


def _extract(text: str) -> list[Block]:
    import trafilatura

    found = trafilatura.extract(
        text,
        output_format="markdown",
        include_tables=True,
        include_comments=False,
        include_formatting=True,
        favor_recall=True,
    )
    return markdown_blocks(found or "")


def _better(extracted: list[Block], walked: list[Block]) -> list[Block]:
    """The article unless it lost headings, tables or most of the text."""

    def count(blocks: list[Block], kind: BlockKind) -> int:
        return sum(block.kind is kind for block in blocks)

    def size(blocks: list[Block]) -> int:
        return sum(len(block.text) for block in blocks)

    keeps = all(
        count(extracted, kind) >= count(walked, kind)
        for kind in (BlockKind.HEADING, BlockKind.TABLE)
    )
    return extracted if keeps and size(extracted) * 2 >= size(walked) else walked


def _walk(tree: Any) -> list[Block]:
    body = tree.find("body")
    root = tree if body is None else body
    for element in list(root.iter(*_DROPPED, *_DROPPED_TOO)):
        element.drop_tree()
    blocks: list[Block] = []
    _visit(root, blocks, 0)
    return blocks


def _visit(element: Any, blocks: list[Block], depth: int) -> None:
    tag = element.tag if isinstance(element.tag, str) else ""
    if tag in _HEADINGS:
        _append(blocks, BlockKind.HEADING, element.text_content(), _HEADINGS[tag])
    elif tag == "table":
        rows = [
            [_flat(cell.text_content()) for cell in row.iter("th", "td")]
            for row in element.iter("tr")
        ]
        _append(blocks, BlockKind.TABLE, markdown_table(rows), keep_lines=True)
    elif not any(
        isinstance(child.tag, str) and _is_block(child) for child in element.iterdescendants()
    ):
        kind = BlockKind.LIST_ITEM if tag == "li" else BlockKind.PARAGRAPH
        _append(blocks, kind, element.text_content(), depth if tag == "li" else 0)
    else:
        kind = BlockKind.LIST_ITEM if tag == "li" else BlockKind.PARAGRAPH
        _append(blocks, kind, element.text or "", depth if tag == "li" else 0)
        for child in element:
            _visit(child, blocks, depth + (tag == "li"))
            _append(blocks, BlockKind.PARAGRAPH, child.tail or "")


def _is_block(element: Any) -> bool:
    return (
        element.tag in _BLOCKS
        or element.tag in _HEADINGS
        or element.tag in ("table", "ul", "ol", "br")
    )


def _append(
    blocks: list[Block], kind: BlockKind, text: str, level: int = 0, keep_lines: bool = False
) -> None:
    text = text.strip() if keep_lines else _flat(text)
    if text:
        blocks.append(Block(kind, text, level))


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
