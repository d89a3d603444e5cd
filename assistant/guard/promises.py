"""A promise needs a rule: what we say we will do must be a step that the decision has."""

import re
from collections.abc import Iterator

from assistant.guard.ground import Ground, Part, clauses_of
from assistant.guard.moments import ECHO
from assistant.guard.types import Code
from assistant.types import Violation
from rules.types import Milestone

_PROMISED: tuple[tuple[Milestone, re.Pattern[str]], ...] = (
    (Milestone.RETURN_VISIT, re.compile(r"(?:会|将|再|给您|对您)?[^,。;]{0,6}回访您?")),
    (
        Milestone.ON_SITE,
        re.compile(
            r"(?:会|将|马上|立即|立刻|就|安排|派)[^,。;]{0,10}(?:上门|到场|登门|到您家|赶到|到现场)"
        ),
    ),
)
_NOT_OURS = re.compile(r"如需|如果|若|需要的话|可以|申请|预约|请您|住户|业主|不|是否|您约|约定")


def promises(part: Part, ground: Ground) -> Iterator[Violation]:
    """Visits and calls after completion that no rule gives and no passage tells of."""
    planned = {limit.milestone for limit in ground.limits}
    if Milestone.ON_SITE in planned or Milestone.DISPATCH in planned:
        planned.add(Milestone.ON_SITE)
    for clause in clauses_of(part.folded):
        for milestone, pattern in _PROMISED:
            match = pattern.search(clause.text)
            if match is None or milestone in planned:
                continue
            if ECHO.search(clause.text) or _NOT_OURS.search(clause.text):
                continue
            word = match[0][-2:]
            if any(word in passage.text for passage in part.passages) or word in ground.message:
                continue
            start, end = part.span(clause.start + match.start(), clause.start + match.end())
            text = part.segment.text[start:end]
            reason = "规则没有为这件事安排这一步，不能这样承诺。"
            yield Violation(part.index, start, end, Code.PROMISE, text, reason)
