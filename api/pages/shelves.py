"""The documents of the knowledge base by type, to open and read."""

from collections.abc import Sequence

from api.pages.reader import SourceReader
from api.pages.widgets import box, empty, heading, link
from kb.types import Document, DocumentType

# cases have a page of their own
_SHELVES = (DocumentType.POLICY, DocumentType.FAQ)
_NAMES = {DocumentType.POLICY: "制度", DocumentType.FAQ: "问答"}
# more would be a wall of titles; the rest is found by asking
_MOST = 40


def draw_shelves(documents: Sequence[Document], reader: SourceReader) -> None:
    """Titles by type, each opening its document."""
    if not documents:
        empty("知识库还是空的", "先用 guanjia ingest 收录资料，再来提问。")
        return
    for kind in _SHELVES:
        shelf = sorted((d for d in documents if d.type is kind), key=lambda d: d.title)
        if not shelf:
            continue
        more = f"，列出前 {_MOST} 份" if len(shelf) > _MOST else ""
        heading(_NAMES[kind], f"{len(shelf)} 份{more}")
        with box("card shelf-titles", "ul"):
            for document in shelf[:_MOST]:
                with box("", "li"):
                    link(document.title, lambda d=document: reader.passage(d.id))
