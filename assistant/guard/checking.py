"""The guard: what a reply may not say, each finding with its place, reason and correct value.

Deterministic and free of language models. A composed draft, a model's draft and a text that a
person edited are judged alike; only a text has no marked facts, so all its passages count for all.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from assistant.guard.departments import departments
from assistant.guard.facts import facts
from assistant.guard.forbidden import forbidden
from assistant.guard.form import form, repeated
from assistant.guard.ground import Ground, Part, ground_of
from assistant.guard.instructions import instructions
from assistant.guard.people import people
from assistant.guard.promises import promises
from assistant.guard.safety import safety
from assistant.guard.speech import speech
from assistant.guard.stated import stated
from assistant.guard.types import Code, Guard
from assistant.types import Citation, Segment, Triage, Violation
from kb.sentences import sentences

_JUDGES: tuple[Callable[[Part, Ground], Iterator[Violation]], ...] = (
    stated, departments, promises, facts, forbidden, speech, people, instructions, form,
)  # fmt: skip


def check(
    segments: Sequence[Segment], citations: Sequence[Citation], triage: Triage, guard: Guard
) -> tuple[Violation, ...]:
    """Every violation, in the order of the segments; what lacks altogether comes first."""
    ground = ground_of(citations, triage, guard)
    parts = [ground.part(i, segment) for i, segment in enumerate(segments)]
    found = [finding for part in parts for judge in _JUDGES for finding in judge(part, ground)]
    found += [*safety(parts, ground), *repeated(parts)]
    unique = {(v.segment, v.start, v.end, v.code): v for v in found if not _is_known(v, found)}
    return tuple(sorted(unique.values(), key=lambda v: (v.segment, v.start, v.end)))


def _is_known(violation: Violation, found: Sequence[Violation]) -> bool:
    """Whether a suspicion only repeats what another check has found in the same words."""
    return violation.code == Code.RISKY and any(
        other.code != Code.RISKY
        and other.segment == violation.segment
        and other.start < violation.end
        and violation.start < other.end
        for other in found
    )


def check_text(
    text: str, triage: Triage, citations: Sequence[Citation], guard: Guard
) -> tuple[Violation, ...]:
    """The same for a text as a person left it: one segment, cut into sentences for judging.

    `segment` is 0 and the offsets are those of `text`.
    """
    every = tuple(range(len(citations)))
    pieces = sentences(text)
    segments = [
        Segment(piece.text, every, "greeting" if piece.text in guard.wordings else "text")
        for piece in pieces
    ]
    found = []
    for violation in check(segments, citations, triage, guard):
        if violation.segment >= 0:
            shift = pieces[violation.segment].start
            start, end = violation.start + shift, violation.end + shift
            violation = replace(violation, segment=0, start=start, end=end)
        found.append(violation)
    return tuple(found)
