"""What a message's situation calls for, and the words that fill a wording's placeholders."""

import re
from collections.abc import Callable, Mapping

from assistant.composing.facts import Fact, question_in
from assistant.matter import (
    as_object,
    name_matter,
    name_matters,
    name_part,
    needs_a_visit,
    say_place,
)
from assistant.phrasebook import Phrasebook
from assistant.script import to_simplified
from assistant.types import Triage
from rules.types import Kind, Tier

ACTED_ON = frozenset({Kind.REPAIR, Kind.COMPLAINT, Kind.ASSISTANCE})
"""Kinds that somebody goes and does something about."""

_NUMERAL = "[0-9零一二三四五六七八九十百两]+"
_TIMES = re.compile(rf"(第?{_NUMERAL}\s*(?:次|回|遍|趟))")
_DAYS = re.compile(rf"({_NUMERAL})\s*[天日]")
_AGAIN = frozenset({"repeat_report", "unattended_days"})
_THREATS = frozenset({"threat_media", "threat_authority", "threat_legal"})
_OWN_DEPARTMENT = "customer_service"
# share of a question's character pairs that the message must hold to be asked by it
_LEAST_SHARE = 0.4
_LONGEST_QUESTION = 24


def acted_kind(triage: Triage) -> Kind:
    """The kind whose promises hold: a question that proves a theft is also a call for help."""
    return Kind.ASSISTANCE if triage.kind is Kind.INQUIRY and needs_a_visit(triage) else triage.kind


def anger_shown(triage: Triage) -> int:
    """The degree of anger that the words show, 0..3."""
    return max((s.value or 0 for s in triage.signals if s.code == "anger"), default=0)


def anger_of(triage: Triage) -> int:
    """The degree of anger to answer to, 0..3: what shows, or what the matter makes likely.

    Who complains again or threatens to go elsewhere is not thanked as if nothing had happened.
    """
    shown = anger_shown(triage)
    codes = {signal.code for signal in triage.signals}
    if triage.kind in (Kind.COMPLAINT, Kind.REPAIR):
        shown = max(shown, 2 if codes & _THREATS else 1 if codes & _AGAIN else 0)
    return max(0, min(shown, 3))


def is_outside(triage: Triage) -> bool:
    """Whether another authority acts on the matter, and nothing on the spot asks for a visit."""
    return (
        not triage.in_scope
        and triage.kind not in (Kind.PRAISE, Kind.OTHER)
        and triage.authority is not None
        and triage.decision.tier is not Tier.CRITICAL
        and not needs_a_visit(triage)
    )


def undertones(triage: Triage) -> list[str]:
    """What to take up besides the matter, in the order it is said.

    One grievance and one circumstance at most: a reply that answers every undertone answers none.
    """
    if triage.kind not in ACTED_ON:
        return []
    codes = {signal.code for signal in triage.signals}
    facts = triage.facts
    # who asks for help has not waited for us: 回老家半个月 tells how long, and blames nobody
    grieves = triage.kind is not Kind.ASSISTANCE
    grievances = {
        "repeated": grieves and (facts.repeat_count > 1 or "repeat_report" in codes),
        "waiting": grieves and (facts.unattended_days > 0 or "unattended_days" in codes),
        "threat": grieves and bool(codes & _THREATS),
    }
    circumstances = {
        "special_care": "vulnerable_person" in codes
        and (triage.kind is Kind.ASSISTANCE or needs_a_visit(triage)),
        "incident": facts.incident_reports > 1,
    }
    return [
        situation
        for group in (grievances, circumstances)
        for situation in [name for name, holds in group.items() if holds][:1]
    ]


def values_of(
    triage: Triage, phrases: Phrasebook, label: Callable[[str, str], str]
) -> dict[str, str]:
    """The placeholders that this message fills; what it does not tell is not among them."""
    values: dict[str, str] = {}
    if matter := name_matter(triage, phrases, label):
        values["matter"] = as_object(matter) or matter
    elif place := say_place(triage):
        values["place"] = place
    if triage.department != _OWN_DEPARTMENT:
        values["department"] = label(triage.department, "departments")
    if count := _said(triage, "repeat_report", _TIMES):
        values["count"] = count
    if days := _said(triage, "unattended_days", _DAYS):
        values["days"] = days
    if triage.authority is not None:
        values["authority"] = triage.authority.label
        values["contact"] = triage.authority.contact
    return values


def values_of_question(
    triage: Triage, fact: Fact, phrases: Phrasebook, values: Mapping[str, str]
) -> Mapping[str, str]:
    """The same for the lead to an answer: what is asked, of a mixed message its asking part."""
    if question := question_asked(triage, fact):
        return {"question": question}
    asking = [part for part in triage.parts if part.kind is Kind.INQUIRY]
    if not asking:
        return values
    name = name_part(asking[0], phrases)
    return {} if name is None else {"matter": name}


def several_matters(triage: Triage, phrases: Phrasebook) -> str | None:
    """The matters of a message as A、B和C, or None where fewer than two have names."""
    names = name_matters(triage, phrases)
    if len(names) < 2:
        return None
    return f"{say_place(triage)}{'、'.join(names[:-1])}和{names[-1]}"


def question_asked(triage: Triage, fact: Fact) -> str | None:
    """The question of the FAQ that answers, where it is what the message asks; never its words."""
    question = (question_in(fact) or "").rstrip("？?")
    if not question or len(question) > _LONGEST_QUESTION or re.search(r"[0-9我“”]", question):
        return None
    text = to_simplified(triage.message.text)
    pairs = {question[i : i + 2] for i in range(len(question) - 1)}
    share = sum(pair in text for pair in pairs) / max(1, len(pairs))
    return question if share >= _LEAST_SHARE else None


def _said(triage: Triage, code: str, pattern: re.Pattern[str]) -> str | None:
    """What a pattern finds in a signal, as the resident said it: 第三次, 5次; of 等了三天 三."""
    for signal in triage.signals:
        if signal.code == code and (match := pattern.search(to_simplified(signal.evidence))):
            return match[1]
    return None
