"""Remove what is no content: page furniture, doubled slide text, broken characters.

Every rule is a pattern of a kind of source (document-sharing sites, slide exports, annotated
traditional text), never a sentence of one document.
"""

from collections.abc import Sequence
from types import MappingProxyType

from ingest.cleaning.characters import repair_characters
from ingest.cleaning.doubling import remove_doubling
from ingest.cleaning.dropped import Dropped
from ingest.cleaning.flattened import restore_lines
from ingest.cleaning.furniture import remove_furniture
from ingest.cleaning.pages import join_page_breaks, remove_running_heads
from ingest.types import Block, BlockKind, CleaningReport

_STEPS = (
    repair_characters,
    remove_running_heads,
    remove_furniture,
    join_page_breaks,
    remove_doubling,
    restore_lines,
)


def clean(blocks: Sequence[Block]) -> tuple[tuple[Block, ...], CleaningReport]:
    """The content of `blocks`, and how many characters were dropped for which reason."""
    dropped = Dropped()
    current = list(blocks)
    for step in _STEPS:
        current, found = step(current)
        dropped.join(found)
    kept = tuple(block for block in current if block.text.strip() or block.kind is BlockKind.FAQ)
    report = CleaningReport(
        characters_before=sum(len(block.text) for block in blocks),
        characters_after=sum(len(block.text) for block in kept),
        dropped=MappingProxyType({reason: size for reason, size in dropped.items() if size > 0}),
        samples=MappingProxyType({key: tuple(texts) for key, texts in dropped.samples.items()}),
    )
    return kept, report
