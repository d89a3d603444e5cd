"""Units that stay together, and packing them into chunks of a good length."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ingest.settings import IngestSettings
from ingest.types import Block, BlockKind

_SENTENCE = re.compile(
    r"[^。!\uff01?\uff1f;\uff1b\n]*(?:[。!\uff01?\uff1f;\uff1b]+[”」』’)\uff09]*|\n|$)"
)
_LABEL = re.compile(r"[:\uff1a]$")
_NUMBERED = re.compile(
    r"^(?:\d{1,2}(?:[、\uff0e)\uff09]|\.(?!\d))|[(\uff08][一二三四五六七八九十\d]{1,3}[)\uff09])"
)


@dataclass(frozen=True, slots=True)
class Unit:
    """Text that should stay in one chunk, with the page it begins on."""

    text: str
    page: int | None = None
    is_table: bool = False


def sentences(text: str) -> list[str]:
    """The sentences of `text`; joined they are `text` again."""
    return [match[0] for match in _SENTENCE.finditer(text) if match[0]]


def units_of(blocks: Sequence[Block], settings: IngestSettings) -> list[Unit]:
    """Blocks grouped with what belongs below them, none longer than the limit if avoidable."""
    return [unit for group in _groups(blocks) for unit in _fit(group, settings)]


def _groups(blocks: Sequence[Block]) -> Iterator[list[Block]]:
    """A label with its items, an item with its children, every other block alone."""
    index = 0
    while index < len(blocks):
        end = _group_end(blocks, index)
        yield list(blocks[index:end])
        index = end


def _group_end(blocks: Sequence[Block], start: int) -> int:
    first = blocks[start]
    end = start + 1
    if first.kind is BlockKind.TABLE or end >= len(blocks):
        return end
    is_label = bool(_LABEL.search(first.text))
    if first.kind is BlockKind.LIST_ITEM:
        deeper = blocks[end].kind is BlockKind.LIST_ITEM and blocks[end].level > first.level
        while end < len(blocks) and blocks[end].kind is BlockKind.LIST_ITEM:
            if blocks[end].level < first.level + deeper or not (deeper or is_label):
                break
            end += 1
        return end
    if is_label:
        if blocks[end].kind is BlockKind.TABLE:
            return end + 1
        while end < len(blocks) and _is_item(blocks[end]):
            end += 1
    return end


def _is_item(block: Block) -> bool:
    numbered = block.kind is BlockKind.PARAGRAPH and _NUMBERED.match(block.text) is not None
    return block.kind is BlockKind.LIST_ITEM or numbered


def _fit(group: Sequence[Block], settings: IngestSettings) -> list[Unit]:
    text = "\n".join(block.text for block in group)
    page = group[0].page
    if group[0].kind is BlockKind.TABLE:
        return [Unit(part, page, True) for part in split_table(text, settings.chunk_max_characters)]
    if len(text) <= settings.chunk_max_characters and not any(
        block.kind is BlockKind.TABLE for block in group
    ):
        return [Unit(text, page)]
    if len(group) == 1:
        return [Unit(part, page) for part in split_text(text, settings)]
    below = [unit for inner in _groups(group[1:]) for unit in _fit(inner, settings)]
    head = group[0].text
    if len(head) + len(below[0].text) < settings.chunk_max_characters:
        # The label explains its items, so it goes with the first of them.
        first = Unit(f"{head}\n{below[0].text}", page, below[0].is_table)
        return [first, *below[1:]]
    return [Unit(part, page) for part in split_text(head, settings)] + below


def split_text(text: str, settings: IngestSettings) -> list[str]:
    """A long paragraph in parts of about the target length, cut between sentences only."""
    if len(text) <= settings.chunk_max_characters:
        return [text]
    # Even parts: 520 characters become two of 260 rather than 350 and 170.
    count = -(-len(text) // settings.chunk_target_characters)
    goal = len(text) / count
    parts: list[str] = []
    current = ""
    for sentence in sentences(text):
        over = len(current) + len(sentence) - goal
        if current and (
            len(current) + len(sentence) > settings.chunk_max_characters
            or over > goal - len(current)
        ):
            parts.append(current)
            current = ""
        current += sentence
    parts.append(current)
    return [part.strip() for part in parts if part.strip()]


def split_table(text: str, limit: int) -> list[str]:
    """A table whole, or its rows in parts that each repeat the header."""
    lines = text.split("\n")
    if len(text) <= limit or len(lines) < 4:
        return [text]
    header = lines[:2]
    parts: list[list[str]] = [[]]
    size = used = len("\n".join(header))
    for row in lines[2:]:
        if parts[-1] and size + len(row) + 1 > limit:
            parts.append([])
            size = used
        parts[-1].append(row)
        size += len(row) + 1
    return ["\n".join([*header, *rows]) for rows in parts]


def pack(units: Sequence[Unit], settings: IngestSettings) -> list[Unit]:
    """Neighbouring units joined up to the target length; tables stand alone with their label."""
    packed: list[Unit] = []
    for unit in units:
        last = packed[-1] if packed else None
        if last is None or not _joins(last, unit, settings):
            packed.append(unit)
        else:
            packed[-1] = Unit(f"{last.text}\n{unit.text}", last.page, unit.is_table)
    if len(packed) > 1 and _is_rest(packed[-2], packed[-1], settings):
        rest = packed.pop()
        packed[-1] = Unit(f"{packed[-1].text}\n{rest.text}", packed[-1].page)
    return packed


def _joins(last: Unit, unit: Unit, settings: IngestSettings) -> bool:
    together = len(last.text) + len(unit.text) + 1
    if last.is_table:
        return False
    if unit.is_table or _LABEL.search(last.text):
        return together <= settings.chunk_max_characters and bool(_LABEL.search(last.text))
    if len(last.text) < settings.chunk_min_characters:
        return together <= settings.chunk_max_characters
    return together <= settings.chunk_target_characters


def _is_rest(last: Unit, unit: Unit, settings: IngestSettings) -> bool:
    together = len(last.text) + len(unit.text) + 1
    small = len(unit.text) < settings.chunk_min_characters
    tables = last.is_table or unit.is_table
    return small and not tables and together <= settings.chunk_max_characters
