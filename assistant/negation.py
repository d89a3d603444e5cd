"""Whether a mention stands for something present now, or is denied, supposed, feared or past.

Every rule looks only at the words around one mention, so that a denied mention never hides a
true one elsewhere in the message. Where the words are unclear the mention counts: a false alarm
costs a call, a missed emergency may cost a life.
"""

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache

from assistant.lexicon import compile_pattern, scope_words

_CLAUSE_END = re.compile(r"[,。!?;:…~\n]|(?<=[\u3400-\u9fff\d]) +(?=[\u3400-\u9fff\d])|\.(?!\d)")
_SENTENCE_END = frozenset("。!?;\n…")
_REACH = 24  # characters before a mention in which a marker may stand
_BRIDGED = 24
_AFTER = 30  # characters after a mention that are read for denials and names
_RESOLVED_REACH = 60


@dataclass(frozen=True, slots=True)
class Scope:
    """The clause structure of one folded text: where each clause starts and ends."""

    text: str
    starts: tuple[int, ...]
    ends: tuple[int, ...]

    def index(self, position: int) -> int:
        """The clause that holds a position."""
        return max(0, bisect_right(self.starts, position) - 1)


def scope_of(text: str) -> Scope:
    """Cut folded text into clauses at punctuation, and at blanks between Chinese words."""
    starts, ends = [0], []
    for match in _CLAUSE_END.finditer(text):
        ends.append(match.start())
        starts.append(match.end())
    ends.append(len(text))
    return Scope(text, tuple(starts), tuple(ends))


@dataclass(frozen=True, slots=True)
class _Rules:
    denied_before: re.Pattern[str]
    denied_after: re.Pattern[str]
    hypothesis: re.Pattern[str]
    encounter: re.Pattern[str]
    advice: re.Pattern[str]
    demand: re.Pattern[str]
    asking: re.Pattern[str]
    taught_before: re.Pattern[str]
    taught_after: re.Pattern[str]
    asking_after: re.Pattern[str]
    fear: re.Pattern[str]
    fear_inside: re.Pattern[str]
    possible: re.Pattern[str]
    possible_inside: re.Pattern[str]
    procedure: re.Pattern[str]
    drill: re.Pattern[str]
    permission: re.Pattern[str]
    far: re.Pattern[str]
    weeks: re.Pattern[str]
    recent: re.Pattern[str]
    now: re.Pattern[str]
    experienced: re.Pattern[str]
    experienced_after: re.Pattern[str]
    habit: re.Pattern[str]
    reporting: re.Pattern[str]
    nominal: re.Pattern[str]
    like: re.Pattern[str]
    alike: re.Pattern[str]
    happening: re.Pattern[str]
    elsewhere: re.Pattern[str]


@lru_cache(maxsize=1)
def _rules() -> _Rules:
    words = scope_words()

    def built(source: str) -> re.Pattern[str]:
        return compile_pattern(source, "scope.yaml")

    return _Rules(
        denied_before=built(f"(?:{words['negators']})(?:{words['bridges']}){{0,5}}$"),
        denied_after=built(words["denied_after"]),
        hypothesis=built(words["hypotheses"]),
        encounter=built(words["encounters"]),
        advice=built(
            "应该|该(?:怎|如何|找|打|按)|如何|怎么(?:处理|做|应对|逃)|打(?:什么|哪)|找(?:谁|哪)"
        ),
        demand=built(words["demands"]),
        asking=built(words["asking"]),
        taught_before=built(words["taught_before"]),
        taught_after=built(words["taught_after"]),
        asking_after=built(words["asking_after"]),
        fear=built(f"(?:{words['fears']})[^,。!?;\\n]{{0,6}}$"),
        fear_inside=built(words["fears"]),
        possible=built(f"(?:{words['modals']})(?:{words['modal_bridges']}){{0,4}}$"),
        possible_inside=built("随时(?:都|可能|会|有)|可能会|难免|迟早|早晚(?!饭|餐)"),
        procedure=built(words["procedures"]),
        drill=built(f"(?:{words['drill_before']})[^,。!?;\\n]{{0,10}}$"),
        permission=built(f"(?:{words['questions_before']})|(?:{words['permission_after'][1:]})"),
        far=built(words["far"]),
        weeks=built(words["weeks"]),
        recent=built(words["recent"]),
        now=built(words["now"]),
        experienced=built(words["experienced"]),
        experienced_after=built(words["experienced_after"]),
        habit=built(words["habits"]),
        reporting=built(words["reporting"]),
        nominal=built(words["nominal"]),
        like=built(words["like"]),
        alike=built(words["alike"]),
        happening=built(words["happening"]),
        elsewhere=built(words["elsewhere"]),
    )


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of the text that a pattern found.

    `core` is where the word that proves it begins: 走丢 in 老人昨天走丢了. It equals `start` where
    the pattern names none.
    """

    scope: Scope
    start: int
    end: int
    clause: int
    core: int

    @property
    def before(self) -> str:
        first = max(self.scope.starts[self.clause], self.start - _REACH)
        return self.scope.text[first : self.start]

    @property
    def after(self) -> str:
        last = self.scope.ends[self.scope.index(max(self.start, self.end - 1))]
        return self.scope.text[self.end : min(last, self.end + _AFTER)]

    @property
    def reach(self) -> str:
        """The mention with the words before it: where most markers stand."""
        return self.before + self.within

    @property
    def within(self) -> str:
        return self.scope.text[self.start : self.end]

    def clause_text(self, offset: int) -> str:
        """The clause `offset` places away in the same sentence, or nothing."""
        index = self.clause + offset
        if not 0 <= index < len(self.scope.starts):
            return ""
        low, high = sorted((index, self.clause))
        marks = self.scope.text[self.scope.ends[low] : self.scope.starts[high]]
        if any(mark in _SENTENCE_END for mark in marks):
            return ""
        start, end = self.scope.starts[index], self.scope.ends[index]
        return self.scope.text[max(start, end - 40) if offset < 0 else start : min(end, start + 40)]


def mention_of(scope: Scope, match: re.Match[str]) -> Mention:
    """The mention that a pattern found; its group `core`, if it has one, marks the core."""
    core = match.start("core") if "core" in match.re.groupindex else -1
    start = match.start()
    # -1 also where the core stands in an alternative that did not match.
    return Mention(scope, start, match.end(), scope.index(start), core if core >= 0 else start)


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
    rules = _rules()
    first = max(mention.scope.starts[mention.scope.index(mention.core)], mention.core - _BRIDGED)
    return bool(
        rules.denied_before.search(mention.scope.text[first : mention.core])
        or rules.denied_after.search(mention.after)
    )


def _supposed(mention: Mention) -> bool:
    rules = _rules()
    if rules.asking_after.search(mention.after):
        return True
    before = mention.reach
    marker = _last(rules.hypothesis, before)
    if marker is not None:
        rest = before[marker.end() :]
        return not rules.demand.search(rest) and not rules.now.search(rest)
    # 遇到着火该怎么办: meeting it is supposed only where the message asks what to do then.
    if rules.encounter.search(before) and rules.advice.search(mention.after):
        return True
    return _supposed_earlier(mention, rules)


def _supposed_earlier(mention: Mention, rules: _Rules) -> bool:
    """如果电梯坏了，人困在里面怎么办: the clause before supposes, this one or the next asks."""
    earlier = mention.clause_text(-1)
    marker = _last(rules.hypothesis, earlier)
    if marker is None or rules.demand.search(earlier[marker.end() :]):
        return False
    if rules.now.search(mention.before):
        return False
    # 万一,着火了: the marker stands alone before a comma.
    alone = not earlier[marker.end() :].strip()
    asks = rules.asking.search(mention.after + mention.clause_text(1))
    return alone or bool(asks)


def _feared(mention: Mention) -> bool:
    rules = _rules()
    if rules.fear.search(mention.before) or rules.fear_inside.search(mention.within):
        return True
    # 害怕突然掉下来,砸到人: the fear of the clause before goes on.
    marker = _last(rules.fear_inside, mention.clause_text(-1))
    if marker is None or len(mention.before) > 2:
        return False
    return bool(re.search("会|万一|哪天|突然", mention.clause_text(-1)[marker.end() :]))


def _possible(mention: Mention) -> bool:
    rules = _rules()
    return bool(
        rules.possible.search(mention.before[-_BRIDGED:])
        or rules.possible_inside.search(mention.within)
    )


def _taught(mention: Mention) -> bool:
    rules = _rules()
    asked = rules.taught_before.search(mention.before)
    return bool(asked and rules.taught_after.search(mention.after))


def _drilled(mention: Mention) -> bool:
    return bool(_rules().drill.search(mention.before))


def _asked(mention: Mention) -> bool:
    clause = mention.before + mention.within + mention.after
    return bool(_rules().permission.search(clause))


def _named(mention: Mention) -> bool:
    rules = _rules()
    if rules.procedure.search(mention.after):
        return True
    if rules.like.search(mention.before) and rules.alike.search(mention.after):
        return True
    if not rules.nominal.search(mention.after):
        return False
    return not rules.happening.search(mention.before)


def _elsewhere(mention: Mention) -> bool:
    return bool(_rules().elsewhere.search(mention.before))


def _past(mention: Mention, marker: re.Pattern[str]) -> bool:
    """A marker of the past reaches the mention, and nothing brings it back to the present."""
    now = _rules().now
    before = mention.reach
    # 上周摔倒的老人现在: behind 的 the present belongs to another word.
    if not mention.after.startswith("的") and now.search(mention.after[:12]):
        return False
    found = _last(marker, before)
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
    found = _last(marker, earlier)
    # 去年十二月,家里被淹: a clause that is only a date dates the next one.
    return found is not None and len(earlier) - found.end() <= 4 and found.start() <= 6


def _far(mention: Mention) -> bool:
    rules = _rules()
    if rules.experienced.search(mention.before):
        return not rules.now.search(mention.before)
    return _past(mention, rules.far)


def _weeks(mention: Mention) -> bool:
    return _past(mention, _rules().weeks)


def _recent(mention: Mention) -> bool:
    return _past(mention, _rules().recent)


def _habitual(mention: Mention) -> bool:
    rules = _rules()
    if rules.experienced_after.search(mention.after):
        return not rules.now.search(mention.before)
    found = _last(rules.habit, mention.reach)
    if found is None:
        return False
    rest = mention.reach[found.end() :]
    return not (rules.now.search(rest) or rules.reporting.search(rest) or "的" in rest)


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
    return again is None


def _last(pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    matches = list(pattern.finditer(text))
    return matches[-1] if matches else None


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
    "elsewhere": _elsewhere,
}
