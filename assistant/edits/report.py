"""What CSRs made of the drafts: by kind, by back end, by role, and what may become an FAQ."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean, median

from assistant.edits.types import EditReport, KeptDraft, RoleEdit, RoleSpread, Spread
from assistant.gaps.clustering import comparable


def report(kept: Sequence[KeptDraft]) -> EditReport:
    """The figures of some sent drafts, oldest first; of candidates that ask the same, the last."""
    asking = {comparable(one.question): one for one in kept if one.is_candidate}
    return EditReport(
        total=_spread(kept),
        kinds=_by(kept, lambda one: one.kind.value),
        backends=_by(kept, lambda one: one.backend),
        roles=_roles(kept),
        candidates=tuple(sorted(asking.values(), key=lambda one: (-one.distance, one.number))),
    )


def _spread(kept: Sequence[KeptDraft]) -> Spread:
    if not kept:
        return Spread(0, 0.0, 0.0)
    distances = [one.distance for one in kept]
    return Spread(len(kept), median(distances), fmean(value == 0 for value in distances))


def _by(kept: Sequence[KeptDraft], key: Callable[[KeptDraft], str]) -> Mapping[str, Spread]:
    groups = defaultdict(list)
    for one in kept:
        groups[key(one)].append(one)
    spreads = {name: _spread(members) for name, members in groups.items()}
    return dict(sorted(spreads.items(), key=lambda item: (-item[1].median, item[0])))


def _roles(kept: Sequence[KeptDraft]) -> Mapping[str, RoleSpread]:
    edits: dict[str, list[RoleEdit]] = defaultdict(list)
    for one in kept:
        for role, edit in one.roles.items():
            edits[role].append(edit)
    spreads = {
        role: RoleSpread(
            len(found),
            fmean(edit.edits > 0 for edit in found),
            fmean(edit.distance for edit in found),
        )
        for role, found in edits.items()
    }
    return dict(sorted(spreads.items(), key=lambda item: (-item[1].mean, item[0])))
