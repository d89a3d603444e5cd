"""Whether a mention stands for something present now, or is denied, supposed, feared or past.

Every rule looks only at the words around one mention, so that a denied mention never hides a
true one elsewhere in the message. Where the words are unclear the mention counts: a false alarm
costs a call, a missed emergency may cost a life.
"""

import re

from assistant import framing
from assistant.clauses import Mention
from assistant.framing import last
from assistant.lexicon import scope_pattern as words

_BRIDGED = 24  # characters before a mention that a denial may reach across
_RESOLVED_REACH = 60


def cancelled(
    mention: Mention,
    reasons: frozenset[str],
    resolved: re.Pattern[str] | None,
) -> str | None:
    """Why a mention does not count, one of `reasons`; None when it counts."""
    for reason, test in _TESTS.items():
        if reason in reasons and test(mention):
            return reason
    if resolved is not None and "resolved" in reasons and _resolved(mention, resolved):
        return "resolved"
    return None


def _denied(mention: Mention) -> bool:
    first = max(mention.scope.starts[mention.scope.index(mention.core)], mention.core - _BRIDGED)
    return bool(
        words("denied_before").search(mention.scope.text[first : mention.core])
        or words("denied_after").search(mention.after)
        or words("denied_inside").search(mention.within)
    )


def _supposed(mention: Mention) -> bool:
    if words("asking_after").search(mention.after):
        return True
    before = mention.reach
    marker = last(words("hypothesis"), before)
    if marker is not None:
        rest = before[marker.end() :]
        return not words("demand").search(rest) and not words("now").search(rest)
    # 真着火怎么跑: 真 supposes where the words after the mention ask or warn.
    if words("truly").search(mention.before) and words("then").search(mention.after):
        return True
    # 遇到着火该怎么办: meeting it is supposed only where the message asks what to do then.
    if words("encounter").search(before) and words("advice").search(mention.after):
        return True
    return _supposed_earlier(mention)


def _supposed_earlier(mention: Mention) -> bool:
    """如果电梯坏了，人困在里面怎么办: the clause before supposes, this one or the next asks."""
    earlier = mention.clause_text(-1)
    marker = last(words("hypothesis"), earlier)
    if marker is None or words("demand").search(earlier[marker.end() :]):
        return False
    if words("now").search(mention.before):
        return False
    # 万一,着火了: the marker stands alone before a comma.
    alone = not earlier[marker.end() :].strip()
    asks = words("asking").search(mention.after + mention.clause_text(1))
    return alone or bool(asks)


def _feared(mention: Mention) -> bool:
    if words("fear").search(mention.before) or words("fears").search(mention.within):
        return True
    # 害怕突然掉下来,砸到人: the fear of the clause before goes on.
    marker = last(words("fears"), mention.clause_text(-1))
    if marker is None or len(mention.before) > 2:
        return False
    return bool(re.search("会|万一|哪天|突然", mention.clause_text(-1)[marker.end() :]))


def _possible(mention: Mention) -> bool:
    return bool(
        words("possible").search(mention.before[-_BRIDGED:])
        or words("possible_inside").search(mention.within)
    )


def _taught(mention: Mention) -> bool:
    asked = words("taught_before").search(mention.before)
    return bool(asked and words("taught_after").search(mention.after))


def _drilled(mention: Mention) -> bool:
    found = words("drill").search(mention.before)
    return found is not None and not words("real").search(found[0])


def _asked(mention: Mention) -> bool:
    clause = mention.before + mention.within + mention.after
    return bool(words("permission").search(clause))


def _named(mention: Mention) -> bool:
    if words("procedure").search(mention.after) or words("label_tail").search(mention.after):
        return True
    if words("like").search(mention.before) and words("alike").search(mention.after):
        return True
    if not words("nominal").search(mention.after):
        return False
    return not words("happening").search(mention.before)


def _past(mention: Mention, marker: re.Pattern[str]) -> bool:
    """A marker of the past reaches the mention, and nothing brings it back to the present."""
    now = words("now")
    before = mention.reach
    # 上周摔倒的老人现在: behind 的 the present belongs to another word.
    if not mention.after.startswith("的") and now.search(mention.after[:12]):
        return False
    found = last(marker, before)
    if found is not None:
        rest = before[found.end() :]
        if now.search(rest):
            return False
        # 之前报修过的电梯困人了: the past belongs to a noun, not to what happened.
        between = before[found.end() : len(mention.before)]
        return re.search("的(?!时候|那天)", between) is None
    if now.search(before):
        return False
    earlier = mention.clause_text(-1)
    found = last(marker, earlier)
    # 去年十二月,家里被淹: a clause that is only a date dates the next one.
    return found is not None and len(earlier) - found.end() <= 4 and found.start() <= 6


def _far(mention: Mention) -> bool:
    if words("experienced").search(mention.before):
        return not words("now").search(mention.before)
    return _past(mention, words("far"))


def _weeks(mention: Mention) -> bool:
    return _past(mention, words("weeks"))


def _recent(mention: Mention) -> bool:
    return _past(mention, words("recent"))


def _habitual(mention: Mention) -> bool:
    if words("experienced_after").search(mention.after):
        return not words("now").search(mention.before)
    found = last(words("habit"), mention.reach)
    if found is None:
        return False
    rest = mention.reach[found.end() :]
    return not (words("now").search(rest) or words("reporting").search(rest) or "的" in rest)


def _resolved(mention: Mention, pattern: re.Pattern[str]) -> bool:
    """It is over: said in the same clause or shortly after, and not begun again since."""
    text = mention.scope.text[mention.end : mention.end + _RESOLVED_REACH]
    found = pattern.search(text)
    if found is None:
        return False
    lead = text[max(0, found.start() - 4) : found.start()]
    if re.search("[没未不]|等|快|救|怎么|如何|要|能|想|帮|请", lead):
        return False
    tail = text[found.end() : found.end() + 20]
    again = re.search("又|还在|还没|还是|但|可是|结果|仍|再次|没多久|不久|几天|复燃|[吗么?]", tail)
    return again is None and not words("reopened").search(tail)


_TESTS = {
    "denied": _denied,
    "supposed": _supposed,
    "feared": _feared,
    "possible": _possible,
    "named": _named,
    "taught": _taught,
    "drilled": _drilled,
    "asked": _asked,
    "far": _far,
    "weeks": _weeks,
    "recent": _recent,
    "habitual": _habitual,
    "told": framing.told,
    "staged": framing.staged,
    "commanded": framing.commanded,
    "quoted": framing.quoted,
    "mistaken": framing.mistaken,
    "planned": framing.planned,
    "dated": framing.dated,
    "over": framing.over,
    "figurative": framing.figurative,
    "after_the_fact": framing.after_the_fact,
    "recounted": framing.recounted,
}
