"""The state of the knowledge base, and of one document, as Chinese lines."""

from collections.abc import Iterator, Sequence
from statistics import mean

from ingest import quality
from ingest.cleaning.dropped import label
from ingest.likeness import Alike
from ingest.report import alike_line
from kb.knowledge_base import Status
from kb.types import Document, DocumentType, Quality
from kb.versions import Version

TYPES = {DocumentType.POLICY: "制度", DocumentType.FAQ: "问答", DocumentType.CASE: "案例"}
_PLAIN = "utf-8"


def store_lines(
    status: Status, versions: Sequence[Version], pairs: Sequence[Alike]
) -> Iterator[str]:
    """Counts, one line for each type and each document, then the documents that are alike."""
    documents = [version.document for version in versions]
    yield f"资料 {len(documents)} 份，段落 {status.chunks} 个，数据目录 {status.home}"
    for kind, count in status.documents.items():
        yield _type_line(kind, count, [d for d in documents if d.type is kind])
    for version in versions:
        document = version.document
        score = f"质量 {document.quality.score}" if document.quality else "质量未知"
        cells = (document.id, document.type, version.state, score, document.title, document.source)
        yield "\t".join(cells)
    yield from map(alike_line, pairs)


def _type_line(kind: DocumentType, count: int, documents: Sequence[Document]) -> str:
    known = [document.quality for document in documents if document.quality]
    line = f"{TYPES[kind]} {count} 份"
    if known:
        scores = [item.score for item in known]
        line += f"，平均质量 {mean(scores):.0f}，最低 {min(scores)}"
    encodings: dict[str, int] = {}
    for item in known:
        if item.encoding:
            encodings[item.encoding] = encodings.get(item.encoding, 0) + 1
    if set(encodings) - {_PLAIN}:
        names = "、".join(f"{name} {n} 份" for name, n in sorted(encodings.items()))
        line += f"，文字编码 {names}"
    return line


def document_lines(version: Version, passages: int) -> Iterator[str]:
    """One document: where it comes from, its validity, its quality, what was left out and why."""
    document = version.document
    yield f"{document.title}（{document.id}）"
    yield f"类型：{TYPES[document.type]}，段落 {passages} 个"
    yield f"来源：{document.source}" + (f"（{document.origin}）" if document.origin else "")
    begins, ends = document.effective_from or "未写明", document.effective_to or "长期"
    yield f"版本：{document.version or '未写明'}；生效：{begins}，失效：{ends}；{version.state}"
    if document.quality is None:
        yield "质量：未知，重新执行 guanjia ingest 后可见"
    else:
        yield from _quality_lines(document.quality)


def _quality_lines(found: Quality) -> Iterator[str]:
    yield f"质量：{found.score} 分（满分 100）"
    if found.encoding:
        yield f"文字编码：{found.encoding}"
    for part, share in found.parts.items():
        yield f"  {quality.LABELS.get(part, part)}：{share:.1%}"
    if not found.dropped:
        yield "清理掉的内容：无"
        return
    yield "清理掉的内容："
    for item in found.dropped:
        yield f"  {label(item.reason)}：{item.characters} 个字符"
        yield from (f"    例：{sample}" for sample in item.samples)
