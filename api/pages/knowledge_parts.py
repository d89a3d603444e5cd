"""What the pages of the knowledge base share: tabs, labels, passages, citations, findings."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from html import escape
from types import MappingProxyType
from urllib.parse import urlencode

from nicegui import ui
from nicegui.element import Element

from api.pages.frame import MOUNT
from api.pages.widgets import attributes, box, heading, link, tag, text
from api.pages.words import SEVERITIES, TYPES, clause_name, validity
from ingest.likeness import Alike
from kb.lint.citing import Citing
from kb.lint.references import parse
from kb.lint.types import Finding
from kb.types import Chunk, Document, DocumentType
from kb.versions import State, Version

HOME = "/knowledge"
_TABS = (
    (HOME, "资料"),
    (f"{HOME}/add", "添加资料"),
    (f"{HOME}/care", "检查"),
    (f"{HOME}/gaps", "待补问题"),
)
_STATES = {
    State.CURRENT: "state-current",
    State.ANNOUNCED: "state-announced",
    State.SUPERSEDED: "tag-plain",
    State.EXPIRED: "state-over",
    State.RETIRED: "state-over",
}
_SEVERITIES = {"error": "severity-error", "warning": "severity-warning", "hint": "tag-plain"}


def tabs(current: str) -> None:
    """The parts of the knowledge base, the current one standing out."""
    with attributes(box("tabs", "nav"), aria_label="知识库"):
        for target, label in _TABS:
            item = ui.link(label, target).classes("tab")
            if target == current:
                attributes(item.classes("is-current"), aria_current="location")


def address(path: str = "", **values: str | int) -> str:
    """The address of a part of the knowledge base, below the mount: `address("/add")`."""
    query = urlencode({name: value for name, value in values.items() if value})
    return f"{HOME}{path}" + (f"?{query}" if query else "")


def document_address(document_id: str, at: str = "") -> str:
    """Where a document is shown, open at a passage when `at` is its id."""
    return address("/document", id=document_id, at=at)


def anchor(classes: str, target: str) -> Element:
    """An empty link to fill, to a place below the mount."""
    return attributes(box(classes, "a"), href=f"{MOUNT}{target}")


def go(label: str, target: str, classes: str = "") -> Element:
    """Words that lead to a place below the mount."""
    with anchor(f"link {classes}", target) as made:
        text(label, "", "span")
    return made


def state_tag(state: State) -> None:
    """現行, 已被取代, … on its colour."""
    tag(state, _STATES[state])


def type_tag(kind: DocumentType) -> None:
    """制度, 问答 or 案例."""
    tag(TYPES[kind])


def span_words(version: Version) -> str:
    """When a document holds, as its family has it."""
    return validity(version.span.begins, version.document.effective_to)


def draw_family(versions: Sequence[Version], open_id: str) -> None:
    """The versions of a document in their order, each leading to its document."""
    heading("版本", f"共 {len(versions)} 个，旧的在前" if len(versions) > 1 else "没有其他版本")
    if len(versions) < 2:
        return
    with attributes(box("card family", "ol"), data_testid="family"):
        for version in versions:
            draw_version(version, version.document.id == open_id)


def draw_version(version: Version, is_open: bool) -> None:
    """One line of a family."""
    document = version.document
    with box("family-row is-open" if is_open else "family-row", "li"):
        state_tag(version.state)
        with box("family-main"):
            if is_open:
                text(document.title, "family-title", "span")
            else:
                go(document.title, document_address(document.id), "family-title")
            number = f"版本 {document.version}" if document.version else ""
            text(" · ".join(part for part in (number, span_words(version)) if part), "quiet")


def draw_alike(pairs: Iterable[Alike], document_id: str) -> None:
    """Documents that say nearly the same as this one."""
    for pair in pairs:
        other = pair.second if pair.first.id == document_id else pair.first
        kind = "疑似新旧版本" if pair.are_versions else "疑似重复，请核对哪份多余"
        with attributes(box("warning"), data_testid="alike"):
            text("与", "", "span")
            go(f"《{other.title}》", document_address(other.id))
            text(f"（{other.id}）约有 {pair.share:.0%} 相同：{kind}", "", "span")


def alike_apart(pairs: Iterable[Alike], document_id: str, family: Sequence[Version]) -> list[Alike]:
    """The pairs of a document with others that are not known as its versions."""
    known = {version.document.id for version in family}
    return [
        pair
        for pair in pairs
        if document_id in (pair.first.id, pair.second.id)
        and not {pair.first.id, pair.second.id} <= known
    ]


def passages_html(
    chunks: Sequence[Chunk], at: str = "", titles: Mapping[str, str] = MappingProxyType({})
) -> str:
    """Passages as they are cited: path, page, text, an FAQ's wordings and near-misses.

    `titles` (by document id) name what a passage refers to.
    """
    return "".join(_passage(chunk, chunk.id == at, titles) for chunk in chunks)


def _passage(chunk: Chunk, is_open: bool, titles: Mapping[str, str]) -> str:
    here = ' is-open" id="passage' if is_open else ""
    path = " › ".join(map(escape, chunk.section)) or escape(chunk.title)
    page = f'<span class="cited-page">第 {chunk.page} 页</span>' if chunk.page else ""
    # the heading path of an FAQ most often ends in its question
    asked = [question for question in chunk.questions[:1] if question not in chunk.section]
    lines = (
        ("问题", asked),
        ("其他问法", chunk.questions[1:]),
        ("近似但不同", chunk.negatives),
        ("依据", [clause_name(source, titles) for source in chunk.references]),
    )
    fields = "".join(
        f'<div class="cited-field"><span>{name}</span> {" / ".join(map(escape, values))}</div>'
        for name, values in lines
        if values
    )
    return (
        f'<div class="cited{here}"><div class="cited-path">{path}{page}</div>'
        f'<div class="prose">{escape(chunk.text)}</div>{fields}</div>'
    )


Open = Callable[[str], object]


def draw_citing(found: Sequence[Citing], reasons: Mapping[str, str]) -> None:
    """What stands on a document: rule rows by their reason, FAQs and cases by title."""
    heading("被谁引用", f"{len(found)} 处" if found else "没有资料或规则引用它")
    if not found:
        return
    with attributes(box("card citing", "ul"), data_testid="citing"):
        for items in by_citer(found):
            draw_citation(items, reasons)


def by_citer(found: Sequence[Citing]) -> list[list[Citing]]:
    """The citations of each document and each rule row together, in their order."""
    groups: dict[str, list[Citing]] = {}
    for item in found:
        groups.setdefault(item.document.id if item.document else item.rule, []).append(item)
    return list(groups.values())


def draw_citation(items: Sequence[Citing], reasons: Mapping[str, str]) -> None:
    """One document or rule row that cites the open document, with all that it names of it."""
    item = items[0]
    with box("citing-row", "li"):
        tag("规则" if item.document is None else TYPES[item.document.type], "tag-plain")
        with box("citing-main"):
            if item.document is None:
                text(reasons.get(item.rule, item.rule), "", "span")
            else:
                target = document_address(item.document.id, item.chunk_id or "")
                go(item.document.title, target)
            text("、".join(dict.fromkeys(_clause(one.reference) for one in items)), "quiet")


def _clause(reference: str) -> str:
    """What a reference names of the document that is open: `pol-fees 第四条` is 第四条."""
    clause = parse(reference).clause
    return reference[reference.find("第") :] if clause and "第" in reference else clause or "全文"


def draw_findings(
    findings: Sequence[Finding],
    titles: Mapping[str, str],
    *,
    named: bool = True,
    absent: Collection[str] = (),
) -> None:
    """Findings with their remedies; `named` adds the document that each opens.

    `absent` are the ids of documents that are not stored and so cannot be opened.
    """
    with attributes(box("card findings", "ul"), data_testid="findings"):
        for finding in findings:
            with attributes(box("finding", "li"), data_code=finding.code):
                tag(SEVERITIES[finding.severity], _SEVERITIES[finding.severity])
                with box("finding-main"):
                    text(finding.message, "finding-message")
                    text(f"建议：{finding.remedy}", "quiet")
                    if named:
                        _where(finding, titles, absent)


def _where(finding: Finding, titles: Mapping[str, str], absent: Collection[str]) -> None:
    with box("finding-where"):
        if finding.document_id:
            title = f"《{titles.get(finding.document_id, finding.document_id)}》"
            if finding.document_id in absent:
                text(title, "", "span")
            else:
                go(title, document_address(finding.document_id, finding.chunk_id or ""))
            text(" › ".join(finding.section), "quiet", "span")
        else:
            text("规则表", "quiet", "span")


def titles_of(documents: Sequence[Document]) -> dict[str, str]:
    """Every document's title by id."""
    return {document.id: document.title for document in documents}


def more_button(label: str, action: Callable[[], object]) -> Element:
    """Words under a list that was cut."""
    return link(label, action, "more")
