"""`eval guard`: how many faults the guard catches, and how often it blames a sound reply."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import JSON, opened
from api.output import emit_json, say

if TYPE_CHECKING:
    from api.wiring import House
    from assistant.types import Citation, Draft, Message, Triage
    from eval.guard import GuardScores
    from eval.guard_faults import Trial

_BATCH = 64
_SEED = 20260101


def guard(
    report: Annotated[Path | None, typer.Option(help="把报告写成这个 HTML 文件。")] = None,
    per_type: Annotated[int, typer.Option(min=1, max=1000, help="每种错误最多生成几份。")] = 40,
    json: JSON = False,
) -> None:
    from eval.guard_faults import clean, faulty
    from eval.guard_report import report_html, told
    from eval.guard_sets import messages
    from eval.triage_outcome import plain

    with opened() as house:
        drafts = _composed(house, messages())
        generated = [*faulty(drafts, _SEED, per_type), *clean(drafts, _SEED)]
        sets = {
            "生成的草稿": _measured(house, generated),
            **{name: _measured(house, read) for name, read in _handwritten(house).items()},
        }
    if report is not None:
        report.write_text(report_html(sets), encoding="utf-8")
    if json:
        emit_json({name: {**plain(scores), "misses": None} for name, scores in sets.items()})
        return
    for name, scores in sets.items():
        for line in told(name, scores):
            say(line)
    if report is not None:
        say(f"报告：{report}")


def _composed(house: "House", messages: "list[Message]") -> "list[Draft]":
    from api.progress import progress_bar

    drafts = []
    with progress_bar("起草") as show:
        for triage in _triaged(house, messages):
            drafts.append(house.drafter.draft(triage))
            show(len(drafts), len(messages))
    return drafts


def _triaged(house: "House", messages: "list[Message]") -> "list[Triage]":
    batches = [messages[i : i + _BATCH] for i in range(0, len(messages), _BATCH)]
    return [triage for batch in batches for triage in house.triage(batch)]


def _measured(house: "House", trials: "list[Trial]") -> "GuardScores":
    from assistant.guard import check
    from eval.guard import measure

    return measure(trials, lambda t: check(t.segments, t.citations, t.triage, house.guard))


def _handwritten(house: "House") -> "dict[str, list[Trial]]":
    """The trials of each hand-written set; all sets answer the same cases."""
    from eval.guard_sets import HANDWRITTEN, read_cases, read_trials, shipped

    cases = read_cases(shipped("guard_cases"))
    triaged = _triaged(house, [case.message for case in cases.values()])
    triages = {triage.message.id: triage for triage in triaged}
    return {
        name: [
            trial
            for file in written
            for trial in read_trials(
                shipped(file), cases, triages, lambda source: _passage(house, source)
            )[0]
        ]
        for name, written in HANDWRITTEN.items()
    }


def _passage(house: "House", source: str) -> "Citation | None":
    """A clause (`pol-x 第N条`) or the answer to an FAQ's question (`faq-x: question`)."""
    from assistant.answering import citation_of

    document_id, colon, question = source.replace("：", ":").partition(":")
    if not colon:
        return house.clause(source)
    for chunk in house.knowledge_base.chunks(document_id.strip()):
        if question.strip() in (*chunk.questions, *chunk.section):
            return citation_of(chunk, house.document(document_id.strip()))
    return None
