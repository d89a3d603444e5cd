"""How far a text that was sent is from its draft, as a whole and by the role of each segment."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Mapping, Sequence

from rapidfuzz.distance import Levenshtein

from assistant.edits.types import RoleEdit
from assistant.types import Segment
from kb.errors import InputError


def distance(draft: str, sent: str) -> float:
    """Levenshtein distance over the length of the longer text, 0..1; both stripped."""
    return Levenshtein.normalized_distance(draft.strip(), sent.strip())


def role_edits(draft: str, sent: str, segments: Sequence[Segment]) -> Mapping[str, RoleEdit]:
    """The edits of each role, by a cheapest way from the draft to what was sent.

    What is put in between two segments counts for the one before. Raises InputError when the
    segments do not stand in the draft, in order.
    """
    spans = _spans(draft, segments)
    starts = [start for start, _ in spans]
    edits: Counter[int] = Counter()
    grown: Counter[int] = Counter()
    for operation in Levenshtein.editops(draft, sent) if spans else ():
        place = max(0, bisect_left(starts, operation.src_pos + (operation.tag != "insert")) - 1)
        edits[place] += 1
        grown[place] += {"insert": 1, "delete": -1}.get(operation.tag, 0)
    found: dict[str, RoleEdit] = {}
    for place, segment in enumerate(segments):
        length = len(segment.text)
        before = found.get(segment.role, RoleEdit(0, 0))
        found[segment.role] = RoleEdit(
            before.edits + edits[place], before.length + max(length, length + grown[place])
        )
    return found


def answer_in(sent: str, segments: Sequence[Segment]) -> str:
    """What was sent without the drafted segments that are no fact and still stand in it."""
    for segment in segments:
        if segment.role != "fact" and segment.text:
            sent = sent.replace(segment.text, "", 1)
    return "\n".join(line for line in map(str.strip, sent.splitlines()) if line)


def _spans(draft: str, segments: Sequence[Segment]) -> list[tuple[int, int]]:
    spans, last = [], 0
    for segment in segments:
        start = draft.find(segment.text, last)
        if start < 0:
            raise InputError(
                f"segments 里的“{segment.text[:20]}”不在 draft 里："
                "请把起草接口返回的 text 和 segments 原样交回。"
            )
        last = start + len(segment.text)
        spans.append((start, last))
    return spans
