"""What a message is about, named in the trade's own words.

Only words of our own are used, never the message's: what a resident wrote may hold a neighbour's
data, an insult, or an instruction to a machine.
"""

import re
from collections.abc import Callable

from assistant.phrasebook import Phrasebook
from assistant.script import to_simplified
from assistant.types import Triage
from rules.labels import signal_family
from rules.types import Kind

# text that addresses a machine is never named back to the resident
INSTRUCTION = re.compile(
    r"忽略.{0,12}(指令|要求|规则|提示|内容)|你(现在)?是一?[个名]?.{0,6}(AI|人工智能|机器人|助手|模型)"
    r"|系统提示|提示词|ignore .{0,20}(instruction|prompt)|system prompt",
    re.IGNORECASE,
)
_SENTENCE = re.compile(r"[^。！？!?\n]+[。！？!?\n]*")
# characters of a message that are asked; what comes later thins the question out
_QUESTION_LENGTH = 200
# families of signals whose label names the matter itself, not how it is told; the gravest first
_NAMED_FAMILIES = ("life_safety", "hazard", "essential_service", "security")


def name_matter(
    triage: Triage, phrases: Phrasebook, label: Callable[[str, str], str]
) -> str | None:
    """What the message is about, with its place, or None when no word tells it."""
    if named := _named_signals(triage):
        name: str | None = label(named[0], "signals").removeprefix("正在")
    else:
        name = _name_of(triage.message.text, triage.kind, phrases)
    if name is None:
        return None
    place = say_place(triage)
    # 快递驿站快递问题 names the same twice
    return name if _share_a_word(place, name) else place + name


def name_matters(triage: Triage, phrases: Phrasebook) -> list[str]:
    """The different matters of a message of several parts, in its order."""
    names = [_name_of(part.text, part.kind, phrases) for part in triage.parts]
    return list(dict.fromkeys(name for name in names if name is not None))


def _name_of(text: str, kind: Kind, phrases: Phrasebook) -> str | None:
    """The trade's name of the matter whose word comes first in a text of a kind."""
    said = to_simplified(without_instructions(text))
    found = [
        (said.find(word), -len(word), name)
        for word, name in phrases.matters
        if word in said and _may_be_about(name, kind)
    ]
    return min(found)[2] if found else None


def _may_be_about(name: str, kind: Kind) -> bool:
    """Who is thanked or asked to come is not the matter, and a repair is not about its price."""
    if name.endswith("服务问题"):
        return kind is Kind.COMPLAINT
    return not (name == "收费问题" and kind in (Kind.REPAIR, Kind.ASSISTANCE))


def _share_a_word(place: str, name: str) -> bool:
    return any(name[i : i + 2] in place for i in range(len(name) - 1))


def as_object(matter: str | None) -> str | None:
    """A matter as an object of a sentence: 停水 becomes 停水一事, 照明问题 stays."""
    return matter if matter is None or matter.endswith("问题") else f"{matter}一事"


def without_instructions(text: str) -> str:
    """The sentences that speak to people."""
    return "".join(part for part in _SENTENCE.findall(text) if not INSTRUCTION.search(part))


def question_of(text: str) -> str:
    """What to ask the knowledge base: the beginning of what speaks to people, whole sentences."""
    asked = ""
    for sentence in _SENTENCE.findall(without_instructions(text)):
        if asked and len(asked) + len(sentence) > _QUESTION_LENGTH:
            break
        asked += sentence
    return asked[:_QUESTION_LENGTH] or text[:_QUESTION_LENGTH]


def say_place(triage: Triage) -> str:
    """Where it is, as one says it: 3栋1单元, 东门, or nothing."""
    where = triage.location
    if where.building is None:
        return where.place or ""
    unit = f"{where.unit}单元" if where.unit else ""
    return f"{where.building}栋{unit}"


def needs_a_visit(triage: Triage) -> bool:
    """Whether something on the spot is wrong that somebody has to go and see to."""
    return bool(_named_signals(triage))


def _named_signals(triage: Triage) -> list[str]:
    families = {s.code: signal_family(s.code) for s in triage.signals}
    return [c for family in _NAMED_FAMILIES for c, own in families.items() if own == family]
