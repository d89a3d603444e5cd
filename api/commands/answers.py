"""`eval drafting`: what is answered from the knowledge base, measured."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import JSON, opened
from api.output import emit_json, say

if TYPE_CHECKING:
    from api.wiring import House
    from assistant.types import Answer, Citation
    from eval.answers import AskedLine
    from eval.answers_report import Measured

_SHIPPED = "questions.jsonl"


def register(app: typer.Typer) -> None:
    """Add the command to `eval`."""
    app.command(
        help="答复评测：要点、引用和弃答；不给问题文件时用自带的问题，另测法规问题（有数据时）。"
    )(drafting)


def drafting(
    questions: Annotated[
        Path | None,
        typer.Option(help="问题：一行一个 {id, question, style, answerable, facts, relevant}。"),
    ] = None,
    laws: Annotated[
        bool, typer.Option(help="同时测 $GUANJIA_EVAL_DATA/law_qa 里的物业问题（要几分钟）。")
    ] = True,
    worded: Annotated[
        int, typer.Option(min=0, help="另测由语言模型改写的答复，取这么多个问题（很慢）。")
    ] = 0,
    report: Annotated[Path | None, typer.Option(help="把报告写成这个 HTML 文件。")] = None,
    json: JSON = False,
) -> None:
    from eval.answers_report import answers_json, report_html, told
    from rules.backtest.files import replaced

    sets = []
    with opened() as house:
        sets.append(_sample(house, questions))
        if worded:
            sets += _worded(house, questions, worded)
        folder = _law_folder() if laws and questions is None else None
        if folder is not None:
            sets.append(_over_laws(house, folder))
        elif laws and questions is None:
            typer.echo("未设置 GUANJIA_EVAL_DATA，或其中没有 law_qa，不测法规问题。", err=True)
    if report is not None:
        with replaced(report) as part:
            part.write_text(report_html(sets), encoding="utf-8")
    if json:
        emit_json(answers_json(sets))
        return
    for one in sets:
        for line in told(one):
            say(line)
    if report is not None:
        say(f"报告：{report}")


def _sample(
    house: "House",
    given: Path | None,
    most: int = 0,
    reword: "Callable[[str, Answer], Answer] | None" = None,
    title: str = "自带资料的问题",
) -> "Measured":
    """Every question, or `most` of them evenly from the file, with the answers as `reword` left
    them."""
    from importlib.resources import as_file, files

    from eval.answers import evaluate, read_questions
    from eval.answers_report import Measured
    from eval.wordings import name_of

    with as_file(files("eval").joinpath("sets", _SHIPPED)) as shipped:
        lines: list[AskedLine] = read_questions(given or shipped)
    if most:
        lines = lines[:: max(1, len(lines) // most)][:most]

    def name(citation: "Citation") -> str:
        chunk = house.knowledge_base.chunk(citation.chunk_id)
        return name_of(chunk) if chunk is not None else citation.chunk_id

    from api.progress import progress_bar

    with progress_bar("提问") as show:
        judged = evaluate(lines, house.answer, name, reword=reword, progress=show)
    return Measured(title if given is None else given.name, tuple(judged))


def _worded(house: "House", given: Path | None, most: int) -> "list[Measured]":
    """The same questions as they are extracted and as the model words them."""
    from api.language import ready_model

    model = ready_model(house)
    return [
        _sample(house, given, most, title=f"其中 {most} 问，原句"),
        _sample(
            house,
            given,
            most,
            lambda _question, answer: house.replies.reworded(answer),
            f"其中 {most} 问，{model.name} 改写",
        ),
    ]


def _law_folder() -> Path | None:
    data = os.environ.get("GUANJIA_EVAL_DATA", "")
    folder = Path(data) / "law_qa"
    return folder if data and (folder / "queries.jsonl").is_file() else None


def _over_laws(house: "House", folder: Path) -> "Measured":
    """The laws in a knowledge base of their own, which is gone afterwards."""
    from tempfile import TemporaryDirectory

    from api.progress import progress_bar
    from assistant.answering import answer
    from eval.answers import evaluate
    from eval.answers_laws import as_document, law_questions
    from eval.answers_report import Measured
    from eval.readers import read_corpus
    from kb.knowledge_base import KnowledgeBase

    items = [as_document(line) for line in read_corpus(folder / "corpus.jsonl")]
    settings, encoder = house.settings, house.encoder
    with TemporaryDirectory() as home, KnowledgeBase(Path(home), encoder, settings.kb) as base:
        with progress_bar("收录法规") as show:
            base.put(items, show)
        with progress_bar("提问") as show:
            judged = evaluate(
                law_questions(folder),
                lambda question: answer(question, base, encoder, settings.assistant.answer),
                lambda citation: citation.document_id,
                progress=show,
            )
    return Measured("法规里的物业问题", tuple(judged), shown=False)
