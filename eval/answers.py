"""Answers measured: facts found, right and missing citations, and whether to abstain was right.

A question names what a right answer holds (`facts`, each with its alternatives, as the documents
write them) and the passages that state each (`relevant`, in the names of `eval.wordings.name_of`);
or that no document answers it. To abstain is the positive class of abstention, as in Kamath, Jia &
Liang 2020 (Selective Question Answering under Domain Shift); citation precision and recall follow
Gao et al. 2023 (Enabling LLMs to Generate Text with Citations), by named passages.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from assistant.types import Answer, Citation
from eval.metrics import SEED, Interval, wilson
from eval.readers import EvalInputError, json_lines
from kb.normalization import normalize

_ROUNDS = 2000

Ask = Callable[[str], Answer]
Reword = Callable[[str, Answer], Answer]
"""Puts an answer into other words, given the question; `evaluate` measures what comes out."""


@dataclass(frozen=True, slots=True)
class AskedLine:
    """A question with what a right answer needs; without `relevant` nothing answers it.

    `facts` and `relevant` are groups of alternatives: one of each group is enough.
    """

    id: str
    question: str
    style: str
    relevant: tuple[tuple[str, ...], ...] = ()
    facts: tuple[tuple[str, ...], ...] = ()

    @property
    def answerable(self) -> bool:
        """Whether the documents hold the answer."""
        return bool(self.relevant)


@dataclass(frozen=True, slots=True)
class Judged:
    """One answer compared with its line: of `cited` passages `right` are named as relevant.

    `found` counts facts that the text holds, `shown` those that the text or a possible sentence
    holds, `backed` the groups of which a passage is cited.
    """

    line: AskedLine
    answer: Answer
    cited: tuple[str, ...]
    right: int
    found: int
    shown: int
    backed: int

    @property
    def fault(self) -> str | None:
        """What is wrong, the gravest first; None where nothing is."""
        if not self.line.answerable:
            return None if self.answer.abstained else "answered"
        if self.answer.abstained:
            return "declined"
        if not self.right:
            return "beside"
        if self.found < len(self.line.facts):
            return "facts"
        if self.right < len(self.cited):
            return "extra"
        return "missing" if self.backed < len(self.line.relevant) else None


@dataclass(frozen=True, slots=True)
class AnswerScores:
    """Shares with 95 % intervals; None where the questions cannot show it.

    `facts` and `citation_recall` count what was declined as missed; the `answered_…` ones are over
    answered questions alone; `shown_facts` also counts what is shown for a person to judge where
    nothing is answered. `cited_at_all` counts citations of what nothing answers as wrong too.
    """

    questions: int
    unanswerable: int
    declined: int
    abstention_precision: Interval | None
    abstention_recall: Interval | None
    abstention_f1: Interval | None
    facts: Interval | None
    answered_facts: Interval | None
    shown_facts: Interval | None
    citation_precision: Interval | None
    citation_recall: Interval | None
    answered_recall: Interval | None
    cited_at_all: Interval | None


def read_questions(path: Path) -> list[AskedLine]:
    """The lines of a set of questions. Raises EvalInputError with file, line and remedy."""
    return [_line(value, path) for value in json_lines(path, ("id", "question", "answerable"))]


def _line(value: dict[str, Any], path: Path) -> AskedLine:
    groups = {}
    for name in ("relevant", "facts"):
        found = value.get(name) or []
        if not all(isinstance(group, list) and group for group in found):
            raise EvalInputError(
                f"{path} 的问题 {value['id']} 的 {name} 要写成非空列表的列表；请改正。"
            )
        groups[name] = tuple(tuple(map(str, group)) for group in found)
    if bool(value["answerable"]) is not bool(groups["relevant"]):
        raise EvalInputError(
            f"{path} 的问题 {value['id']}：能回答的要有 relevant，不能回答的不要有；请改正。"
        )
    style = str(value.get("style") or "")
    return AskedLine(str(value["id"]), str(value["question"]), style, **groups)


def evaluate(
    lines: Sequence[AskedLine],
    ask: Ask,
    name: Callable[[Citation], str],
    reword: Reword | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> list[Judged]:
    """Every question asked and judged. `name` gives a citation the name that lines use.

    `reword` is the seam for a model: it gets the question and the extractive answer and returns
    the answer to be judged.
    """
    judged = []
    for count, line in enumerate(lines, 1):
        answer = ask(line.question)
        if reword is not None:
            answer = reword(line.question, answer)
        judged.append(judge(line, answer, name))
        if progress is not None:
            progress(count, len(lines))
    return judged


def judge(line: AskedLine, answer: Answer, name: Callable[[Citation], str]) -> Judged:
    """One answer against its line. Only passages that a segment rests on count as cited."""
    used = sorted({index for segment in answer.segments for index in segment.citations})
    cited = tuple(dict.fromkeys(name(answer.citations[index]) for index in used))
    # what an abstention itself says is no fact
    said = "" if answer.abstained else answer.answer
    every = {one for group in line.relevant for one in group}
    return Judged(
        line=line,
        answer=answer,
        cited=cited,
        right=sum(one in every for one in cited),
        found=_stated(line, said),
        shown=_stated(line, " ".join((said, *(one.text for one in answer.possible)))),
        backed=sum(any(one in cited for one in group) for group in line.relevant),
    )


def _stated(line: AskedLine, text: str) -> int:
    """How many of the line's facts a text holds."""
    normal = normalize(text)
    return sum(any(normalize(one) in normal for one in group) for group in line.facts)


def score(judged: Sequence[Judged]) -> AnswerScores:
    """The figures of a set, or of a part of it."""
    meant = [one for one in judged if one.line.answerable]
    rest = [one for one in judged if not one.line.answerable]
    answered = [one for one in meant if not one.answer.abstained]
    declined = sum(one.answer.abstained for one in judged)
    rightly = sum(one.answer.abstained for one in rest)
    return AnswerScores(
        questions=len(judged),
        unanswerable=len(rest),
        declined=declined,
        abstention_precision=wilson(rightly, declined) if rest and declined else None,
        abstention_recall=wilson(rightly, len(rest)) if rest else None,
        abstention_f1=_f1(judged) if rest else None,
        facts=_share(meant, lambda one: (one.found, len(one.line.facts))),
        answered_facts=_share(answered, lambda one: (one.found, len(one.line.facts))),
        shown_facts=_share(meant, lambda one: (one.shown, len(one.line.facts))),
        citation_precision=_share(answered, lambda one: (one.right, len(one.cited))),
        citation_recall=_share(meant, lambda one: (one.backed, len(one.line.relevant))),
        answered_recall=_share(answered, lambda one: (one.backed, len(one.line.relevant))),
        cited_at_all=_share(judged, lambda one: (one.right, len(one.cited))),
    )


def _f1(judged: Sequence[Judged]) -> Interval | None:
    """F1 of abstaining: 2·tp / (abstained + unanswerable), a ratio of sums as well."""
    return _share(
        judged,
        lambda one: (
            2 * (one.answer.abstained and not one.line.answerable),
            one.answer.abstained + (not one.line.answerable),
        ),
    )


def _share(
    judged: Sequence[Judged], counts: Callable[[Judged], tuple[float, float]]
) -> Interval | None:
    """Σ numerators / Σ denominators with a percentile bootstrap over the questions.

    What one question holds stands or falls together, so questions are drawn, not facts.
    """
    pairs = np.array([counts(one) for one in judged], dtype=np.float64).reshape(-1, 2)
    totals = pairs.sum(axis=0)
    if not totals[1]:
        return None
    draws = np.random.default_rng(SEED).integers(0, len(pairs), size=(_ROUNDS, len(pairs)))
    sums = pairs[draws].sum(axis=1)
    with np.errstate(invalid="ignore"):
        shares = sums[:, 0] / sums[:, 1]
    low, high = np.nanpercentile(shares, [2.5, 97.5])
    value = float(totals[0] / totals[1])
    # where every question agrees the bootstrap knows no doubt; Wilson's interval does
    if math.isclose(low, high):
        plain = wilson(round(totals[0]), round(totals[1]))
        low, high = plain.low, plain.high
    return Interval(value, float(low), float(high))
