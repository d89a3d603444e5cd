"""The time a resident asks for: 明天下午三点后来修, 周末在家.

A time is a wish where the words around it ask for a visit or a call, or say when somebody is at
home. One that says when something happened (昨天晚上漏的, 从周一开始停水), what others promised
(说好周六来), when something is held or open (周末能装修吗), or when it does not suit (明天没空) is
none. 随时 and 尽快 name no time.
"""

import re
from datetime import datetime, tzinfo
from functools import lru_cache

from assistant.lexicon import FOLDER, compile_pattern, load_yaml
from assistant.moments import Span, find_moments, words_between
from assistant.script import Folded
from assistant.types import Wish

_CLAUSE = re.compile("[,，。;；!！?？\n、~…]")
_NEAR = 8  # characters before a time within which a call for a visit belongs to it
_SPACE = " \u3000\t"
_PARTICLES = _SPACE + "吧的呢呀啊哦哈嘛"


@lru_cache(maxsize=1)
def _words() -> dict[str, re.Pattern[str]]:
    """The patterns of wishes.yaml by name."""
    return {
        name: compile_pattern(source, f"wishes.yaml 的 {name}")
        for name, source in load_yaml(FOLDER / "wishes.yaml").items()
    }


def find_wish(
    folded: Folded, original: str, received_at: datetime, zone: tzinfo | None = None
) -> Wish | None:
    """The time that a folded message asks for, or None; `original` is the text before folding.

    Relative dates are read in `zone`, the estate's, by default the zone of `received_at`. A time
    that has passed is no wish; of one that has begun the rest is. Of several the first counts.
    """
    now = received_at.astimezone(zone) if zone is not None else received_at
    text = folded.text
    spans = find_moments(text, now)
    for span, begin, end in words_between(text, spans):
        if not _is_wished(text, span, begin, end):
            continue
        at, until = _ahead(span, now)
        if at is None:
            continue
        first, last = folded.span(span.start, span.end)
        return Wish(original[first:last], first, last, at, until)
    return None


def _ahead(span: Span, now: datetime) -> tuple[datetime | None, datetime | None]:
    """The part of a time that is not past; (None, None) where there is none."""
    at, until = span.at or now, span.until
    if until is not None and until <= now:
        return None, None
    if at < now and until is None:
        return None, None
    return max(at, now), until


def _is_wished(text: str, span: Span, begin: int, end: int) -> bool:
    words = _words()
    before, after = _clause_before(text, begin, span.start), _clause_after(text, span.end, end)
    if words["said_before"].search(text, max(0, span.start - 8), span.start):
        return False
    if words["promise"].search(before):
        return False
    if span.is_vague and not (after and words["weak"].match(after)):
        return bool(not after) and _next_to_a_call(text, before, span, begin, end)
    visit = words["visit"].search(before[-_NEAR:]) or words["visit"].search(after)
    if words["not_wished"].search(after) or (words["not_wished"].search(before) and not visit):
        return False
    if visit:
        return True
    asks = words["question"].search(after + text[span.end + len(after) :][:1])
    if words["suits"].search(after) or words["suits_before"].search(before[-_NEAR:]):
        return not asks
    asked = words["agrees"].fullmatch(after.strip(_SPACE))
    if not asked and (after.strip(_PARTICLES) or asks):
        return False
    return _next_to_a_call(text, before, span, begin, end)


def _next_to_a_call(text: str, before: str, span: Span, begin: int, end: int) -> bool:
    """A time that fills its clause belongs to the call for a visit beside it, or is an answer."""
    words = _words()
    following = _CLAUSE.split(
        text[span.end : end].lstrip(_SPACE + ",，。;；!！~、吧的呢呀啊哦哈"), maxsplit=1
    )[0]
    preceding = [
        part for part in _CLAUSE.split(text[begin : span.start - len(before)]) if part.strip()
    ]
    beside = following + "。" + (preceding[-1] if preceding else "")
    if words["not_wished"].search(beside) or words["promise"].search(beside):
        return False
    if words["visit"].search(beside) or (
        words["suits"].search(following) and not words["question"].search(following)
    ):
        return True
    return not (before + text[: span.start] + text[span.end :]).strip(
        _SPACE + "吧的呢呀啊哦哈嘛,，。.!！~那就行"
    )


def _clause_before(text: str, begin: int, start: int) -> str:
    return _CLAUSE.split(text[begin:start])[-1]


def _clause_after(text: str, start: int, end: int) -> str:
    return _CLAUSE.split(text[start:end], maxsplit=1)[0]
