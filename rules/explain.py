"""A decision in words: which rows fired, on which clause, and what would change the tier."""

from rules.decide import decide
from rules.engine import output
from rules.loading import default_rulebook
from rules.planning import plan, reason
from rules.rulebook import Rulebook
from rules.types import Deadline, Facts, FiredRow, Tier


def explain(facts: Facts, book: Rulebook | None = None) -> tuple[str, ...]:
    """Lines in Chinese: result, rows with reason and source, deadlines, the next tier each way."""
    book = book or default_rulebook()
    decision = decide(facts, book)
    word = book.vocabulary.label
    lines = [f"规则书：{decision.rulebook}", f"紧急程度：{word(decision.tier, 'tiers')}"]
    lines += _fired(decision.because, "urgency")
    lines.append(f"处理级别：{word(decision.level, 'levels')}")
    lines += _fired(decision.because, "level")
    lines.append("时限：")
    lines += [_deadline_line(one, book) for one in decision.deadlines]
    return (*lines, *_raise_lines(facts, book), *_lower_lines(facts, book))


def _fired(rows: tuple[FiredRow, ...], table: str) -> list[str]:
    return [
        f"  {row.text}（依据 {row.source}，规则 {row.rule}）"
        for row in rows
        if row.rule.startswith(f"{table}/")
    ]


def _deadline_line(deadline: Deadline, book: Rulebook) -> str:
    word = book.vocabulary.label
    clock = word(deadline.clock, "clocks")
    parts = [f"  {word(deadline.milestone, 'milestones')}：{deadline.limit}（{clock}）"]
    if deadline.due_at is not None:
        parts.append(f"，{deadline.due_at:%Y-%m-%d %H:%M} 前")
    if deadline.provisional:
        parts.append("，暂定（放假安排未公布）")
    if deadline.note:
        parts.append(f"，{deadline.note}")
    return "".join(parts) + f"（规则 {deadline.rule}）"


def _raise_lines(facts: Facts, book: Rulebook) -> list[str]:
    """The rows of the next tier up that did not fire, with what they ask for."""
    made = plan(book, facts)
    higher = [tier for tier in Tier if tier.rank > made.tier.rank]
    for tier in higher:
        rows = [
            row
            for row in book.tables["urgency"].rows
            if row.then["tier"] == tier and not row.matches(made.inputs)
        ]
        if rows:
            title = f"有下列情形之一，升为{book.vocabulary.label(tier, 'tiers')}："
            return [title, *(f"  {row.words}" for row in rows)]
    return []


def _lower_lines(facts: Facts, book: Rulebook) -> list[str]:
    """What would have to be untrue for the next tier down."""
    made = plan(book, facts)
    hits = made.hits["urgency"]
    rest = [
        Tier(output(row, "tier", made.inputs)) for row in hits.matched if row not in hits.decided
    ]
    if not rest:
        return []
    below = max(rest, key=lambda tier: tier.rank)
    title = f"核实下列情形均不存在，才是{book.vocabulary.label(below, 'tiers')}："
    return [title, *(f"  {reason(book, row, made.inputs)}" for row in hits.decided)]
