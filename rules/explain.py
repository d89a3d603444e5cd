"""A decision in words: which rows fired, on which clause, and what would change the tier."""

from dataclasses import dataclass
from datetime import datetime

from rules.decide import decide
from rules.loading import default_rulebook
from rules.questions import ask_next
from rules.rulebook import Rulebook
from rules.tracing import TracedRow, trace
from rules.turning import Turn, downwards, upwards
from rules.types import Deadline, Decision, Facts, FiredRow


@dataclass(frozen=True, slots=True)
class Explanation:
    """A decision with everything that led to it, and what would lead elsewhere."""

    decision: Decision
    trace: tuple[TracedRow, ...]
    higher: tuple[Turn, ...]
    lower: tuple[Turn, ...]
    ask_next: tuple[str, ...]


def explanation(
    facts: Facts, book: Rulebook | None = None, as_of: datetime | None = None
) -> Explanation:
    """Decide and explain; raises as `decide` does."""
    book = book or default_rulebook()
    return Explanation(
        decide(facts, book, as_of),
        trace(book, facts, as_of),
        upwards(book, facts, as_of),
        downwards(book, facts, as_of),
        ask_next(facts, book, as_of),
    )


def explain(
    facts: Facts, book: Rulebook | None = None, as_of: datetime | None = None
) -> tuple[str, ...]:
    """Lines in Chinese: result, rows with reason and source, deadlines, the way up and down."""
    book = book or default_rulebook()
    return lines_of(explanation(facts, book, as_of), book)


def lines_of(explained: Explanation, book: Rulebook) -> tuple[str, ...]:
    """An explanation as lines in Chinese."""
    decision, word = explained.decision, book.vocabulary.label
    lines = [f"规则书：{decision.rulebook}", f"紧急程度：{word(decision.tier, 'tiers')}"]
    lines += _fired(decision.because, "urgency")
    lines.append(f"处理级别：{word(decision.level, 'levels')}")
    lines += _fired(decision.because, "level")
    departments = f"首责部门：{word(decision.responsible, 'departments')}"
    if decision.leading != decision.responsible:
        departments += f"，牵头部门：{word(decision.leading, 'departments')}"
    lines.append(departments)
    lines += _fired(decision.because, "routing")
    lines.append("时限：")
    lines += [_deadline_line(one, book) for one in decision.deadlines]
    for turn in explained.higher:
        lines.append(f"有下列情形之一，升为{word(turn.tier, 'tiers')}：")
        lines.append(f"  {'、'.join(turn.words)}")
    for turn in explained.lower:
        lines.append(f"核实下列情形均不存在，才是{word(turn.tier, 'tiers')}：")
        lines.append(f"  {'、'.join(turn.words)}")
    if explained.ask_next:
        lines.append("建议追问：")
        lines += [f"  {question}" for question in explained.ask_next]
    return tuple(lines)


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
