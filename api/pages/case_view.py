"""How one past case is shown."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from api.pages.reader import SourceReader
from api.pages.widgets import attributes, box, heading, link, pair, tag, text
from api.pages.words import clause_name, place
from api.wiring import House
from kb.types import Chunk, Document

# a line of the time line: `2026-03-05 08:41 受理：…`, as a list item or not
_STEP = re.compile(
    r"^[-•*\s]*(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2})\s*([^:\uff1a\s]{1,8})[:\uff1a]\s*(.+)$"
)


@dataclass(frozen=True, slots=True)
class CaseRead:
    """A case with its passages, and every document's title by id."""

    document: Document
    chunks: tuple[Chunk, ...]
    titles: Mapping[str, str]


def show_case(house: House, reader: SourceReader, case: CaseRead) -> None:
    """Draw a case into the current place."""
    fields = case.document.metadata
    with attributes(box("case", "article"), data_testid="case"):
        text(case.document.title, "case-heading", "h2")
        _facts(house, case.document)
        if message := fields.get("message", "").strip():
            text(message, "message-quote", "blockquote")
        for name, content in sections(case).items():
            heading(name)
            _section(name, content)
        _references(reader, case)


def _facts(house: House, case: Document) -> None:
    fields = case.metadata
    with box("case-facts"):
        tag(house.label(fields.get("kind", ""), "kinds"))
        for code in listed(fields.get("signals")):
            tag(house.label(code, "signals"), "tag-plain")
    with box("pairs"):
        pair("部门", house.label(case.department or "", "departments"))
        pair("渠道", house.label(fields.get("channel", ""), "channels"))
        pair("位置", place(fields))
        pair("收到", _at(fields.get("received_at")))
        pair("完成", _at(fields.get("completed_at")))
        pair("质量维度", house.label(fields.get("quality", ""), "dimensions"))


def _at(value: str | None) -> str:
    if not value:
        return ""
    try:
        return f"{datetime.fromisoformat(value):%Y-%m-%d %H:%M}"
    except ValueError:
        return value


def listed(value: str | None) -> list[str]:
    """A list kept as JSON in a document's metadata; a bare word is a list of one."""
    if not value:
        return []
    try:
        found = json.loads(value)
    except ValueError:
        return [value]
    return [str(item) for item in found] if isinstance(found, list) else [str(found)]


def sections(case: CaseRead) -> dict[str, str]:
    """The case's sections by heading, in order; the resident's words are shown apart."""
    message = case.document.metadata.get("message", "").strip()
    found: dict[str, str] = {}
    for chunk in case.chunks:
        if chunk.text.strip() == message:
            continue
        name = chunk.section[0] if chunk.section else "案情"
        found[name] = f"{found[name]}\n{chunk.text}" if name in found else chunk.text
    return found


def _section(name: str, content: str) -> None:
    plain: list[str] = []
    steps: list[re.Match[str]] = []
    for line in content.splitlines():
        step = _STEP.match(line)
        if step is None:
            plain.append(line)
        else:
            steps.append(step)
    if any(line.strip() for line in plain):
        lesson = " lesson" if name == "教训" else ""
        text("\n".join(plain).strip(), f"prose{lesson}", "p")
    if steps:
        with box("timeline", "ol"):
            for step in steps:
                with box("", "li"):
                    text(f"{step[1][5:]} {step[2]}", "timeline-at", "span")
                    text(step[3], "timeline-what", "span")
                    text(step[4], "timeline-text", "span")


def _references(reader: SourceReader, case: CaseRead) -> None:
    named = listed(case.document.metadata.get("references"))
    named += [source for chunk in case.chunks for source in chunk.references]
    if not named:
        return
    heading("依据")
    with attributes(box("references"), data_testid="references"):
        for source in dict.fromkeys(named):
            link(clause_name(source, case.titles), lambda s=source: reader.clause(s), "backing")
