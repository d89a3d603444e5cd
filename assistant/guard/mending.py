"""A draft with violations, put right by the sentences that need no model."""

from collections.abc import Callable, Sequence

from assistant.types import Segment, Violation

_KEPT = frozenset({"safety", "commitment"})
Judge = Callable[[Sequence[Segment]], Sequence[Violation]]


def mend(
    segments: Sequence[Segment],
    violations: Sequence[Violation],
    fallback: Sequence[Segment],
    judge: Judge,
) -> tuple[tuple[Segment, ...], tuple[Violation, ...]]:
    """The segments without what fails, and the violations that still stand in them.

    A segment that fails gives way to the fallback's segment of the same role and citations; one
    without a counterpart, or whose counterpart fails too, is left out. Safety steps and
    commitments are never fewer than in the fallback: they stay, marked, if they fail themselves.
    `judge` is the check of this draft.
    """
    if not violations:
        return tuple(segments), ()
    failing = {v.segment for v in violations}
    mended: list[Segment] = []
    for i, segment in enumerate(segments):
        if i not in failing:
            mended.append(segment)
        elif (other := _counterpart(segment, fallback, mended, segments)) is not None:
            mended.append(other)
    mended = _with_kept(mended, fallback)
    remaining = {v.segment for v in judge(mended)} - {-1}
    kept = [s for i, s in enumerate(mended) if i not in remaining or s.role in _KEPT]
    kept = _with_kept(kept, fallback)
    return tuple(kept), tuple(judge(kept))


def _counterpart(
    segment: Segment, fallback: Sequence[Segment], used: Sequence[Segment], all_: Sequence[Segment]
) -> Segment | None:
    """The fallback's segment that says this: of the same role, on the same passages first."""
    free = [s for s in fallback if s.role == segment.role and s not in used and s not in all_]
    cited = [s for s in free if set(s.citations) & set(segment.citations)]
    return next(iter(cited or free), None)


def _with_kept(segments: Sequence[Segment], fallback: Sequence[Segment]) -> list[Segment]:
    """The segments with every safety step and commitment of the fallback that they lack."""
    result = list(segments)
    for role in ("safety", "commitment"):
        wanted = [s for s in fallback if s.role == role]
        lacking = len(wanted) - sum(s.role == role for s in result)
        missing = [s for s in wanted if s not in result][:lacking] if lacking > 0 else []
        place = _place(result, role)
        result[place:place] = missing
    return result


def _place(segments: Sequence[Segment], role: str) -> int:
    """Where a segment of a role belongs: a safety step right after the opening."""
    before = ("greeting", "restate", "safety") if role == "safety" else (
        "greeting", "restate", "safety", "empathy", "fact", "commitment"
    )  # fmt: skip
    place = 0
    for i, segment in enumerate(segments):
        if segment.role not in before:
            break
        place = i + 1
    return place
