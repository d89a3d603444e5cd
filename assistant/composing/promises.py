"""One sentence of what happens when: the limits of the decision that a resident is told."""

from collections.abc import Sequence

from assistant.composing.situation import acted_kind
from assistant.phrasebook import Promises
from assistant.rendering import say_moment
from assistant.types import Triage
from rules.types import Deadline, Kind, Milestone

_ONLY_CONTACT = (str(Milestone.ACKNOWLEDGE),)


def promised(triage: Triage, wordings: Promises, *, outside: bool = False) -> list[tuple[str, str]]:
    """Pieces such as 今天10:27前与您联系, each with the rule that promises it.

    Of a matter that another authority acts on (`outside`) only the call back is promised.
    """
    kind = acted_kind(triage)
    told = _ONLY_CONTACT if outside else wordings.told[kind]
    return _pieces(triage, wordings, told) or _pieces(
        triage, wordings, wordings.otherwise.get(kind, ())
    )


def promised_at_once(triage: Triage, wordings: Promises) -> list[tuple[str, str]]:
    """The same in an emergency: who is on the spot within what time."""
    pieces = []
    for limit in triage.decision.deadlines:
        if limit.due_at is not None and (text := wordings.critical.get(limit.milestone)):
            due = say_moment(limit.due_at, triage.message.received_at)
            pieces.append((text.format(due=due, limit=limit.limit), limit.rule))
    return pieces


def join(pieces: Sequence[tuple[str, str]]) -> str:
    """The pieces as one phrase; a moment that two share is said once."""
    return "，".join(text for text, _ in pieces).replace("，并", "并")


def _pieces(triage: Triage, wordings: Promises, told: Sequence[str]) -> list[tuple[str, str]]:
    now = triage.message.received_at
    pieces: list[tuple[str, str]] = []
    previous = ""
    for limit in triage.decision.deadlines:
        # a limit that ends as it begins is kept already: the next step says so
        if limit.milestone not in told or limit.due_at == now:
            continue
        due = "" if limit.due_at is None else say_moment(limit.due_at, now)
        piece = wordings.pieces[_piece_of(limit, triage)]
        if due and due == previous:
            piece = piece.replace("{due}前", "并", 1)
        previous = due
        pieces.append((piece.format(due=due, limit=limit.limit), limit.rule))
    return pieces


def _piece_of(limit: Deadline, triage: Triage) -> str:
    if is_wished(limit):
        return "on_site_wished"
    if limit.milestone is Milestone.REPLY and triage.kind is Kind.COMPLAINT:
        return "plan" if triage.decision.level == 3 else "reply"
    return str(limit.milestone)


def is_wished(limit: Deadline) -> bool:
    """Whether somebody comes at the time that the resident asked for."""
    return limit.milestone is Milestone.ON_SITE and limit.note == "按约定时间"
