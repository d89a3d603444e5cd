"""`eval retrieval|triage|duplicates|guard|drafting`: the product on files of fixed shapes."""

import json as jsonlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands import answers
from api.commands.evaluation_guard import guard
from api.commands.options import JSON, opened
from api.output import emit_json, say

if TYPE_CHECKING:
    from api.wiring import House
    from assistant.types import Triage
    from eval.duplicates import DuplicateScores, Timeline
    from eval.metrics import Interval

_BATCH = 64

app = typer.Typer(help="评测：检索、分诊、查重、答复和回复检查的指标。", no_args_is_help=True)
app.command(help="回复检查评测：各类错误的查出率和误报率，用生成的和手写的草稿。")(guard)
answers.register(app)


@app.command(help="检索评测：向量、字面、融合三路的 nDCG@10、recall@5、MRR@10。")
def retrieval(
    corpus: Annotated[Path, typer.Option(help="语料：一行一个 {id, text, title?}。")],
    queries: Annotated[Path, typer.Option(help="问题：一行一个 {id, question, relevant}。")],
    json: JSON = False,
) -> None:
    from tempfile import TemporaryDirectory

    from api.progress import progress_bar
    from eval.readers import read_corpus, read_queries
    from eval.retrieval import evaluate
    from eval.triage_outcome import plain

    passages, questions = read_corpus(corpus), read_queries(queries)
    with opened() as house, TemporaryDirectory() as home, progress_bar("建立索引") as progress:
        scores = evaluate(
            passages, questions, house.encoder, Path(home), house.settings.kb, progress
        )
    if json:
        emit_json(plain(scores))
        return
    say(f"语料 {scores.passages} 段，问题 {scores.queries} 个（括号内为 95% 自助法区间）")
    say("路径\tnDCG@10\trecall@5\tMRR@10")
    for arm in scores.arms:
        cells = (_cell(arm.ndcg_10), _cell(arm.recall_5), _cell(arm.mrr_10))
        say("\t".join((arm.arm, *cells)))
    say(f"融合减去最好的单路（{scores.best_arm}）,nDCG@10 成对差：{_cell(scores.gain)}")


@app.command(
    help="分诊评测：漏判在前，再列险情、各字段、地点和置信度。不给文件时评测随产品附带的来件。"
)
def triage(
    messages: Annotated[
        Path | None, typer.Option(help="来件：一行一个 {id, text}；与 --labels 一起给。")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(help="标签：一行一个 {id, kind, department, tier, …}。")
    ] = None,
    emergencies: Annotated[
        list[Path] | None, typer.Option(help="险情来件：YAML，{text, present, absent}；可给几个。")
    ] = None,
    report: Annotated[Path | None, typer.Option(help="把报告写成这个 HTML 文件。")] = None,
    json: JSON = False,
) -> None:
    from assistant.lexicon import life_safety_codes
    from eval.triage_outcome import evaluate, evaluation_json
    from eval.triage_report import report_html
    from eval.triage_sets import outside_set, shipped_set
    from eval.triage_words import told
    from rules.backtest.files import replaced
    from rules.decide import decide

    if (messages is None) is not (labels is None):
        raise typer.BadParameter("--messages 和 --labels 要一起给。")
    outside = messages is not None or emergencies
    given = outside_set(messages, labels, emergencies or ()) if outside else shipped_set()
    with opened() as house:
        results, book, places = _triaged(house, given.texts), house.rulebook, house.places
    outcome = evaluate(
        results,
        given,
        lambda facts: decide(facts, book).tier,
        life_safety_codes(),
        places,
    )
    if report is not None:
        with replaced(report) as part:
            part.write_text(report_html(outcome), encoding="utf-8")
    if json:
        emit_json(evaluation_json(outcome))
        return
    for line in told(outcome):
        say(line)
    if report is not None:
        say(f"报告：{report}")


def _triaged(house: "House", texts: dict[str, str]) -> "dict[str, Triage]":
    """Every text triaged, by id, in batches, with a progress bar for a person."""
    from api.progress import progress_bar
    from assistant.types import Message

    now = house.now()
    results: dict[str, Triage] = {}
    messages = [Message(text, now, id=identity) for identity, text in texts.items()]
    with progress_bar("分诊") as show:
        for start in range(0, len(messages), _BATCH):
            batch = house.triage(messages[start : start + _BATCH])
            results |= {result.message.id: result for result in batch}
            show(len(results), len(messages))
    return results


def _cell(interval: "Interval") -> str:
    return f"{interval.value:.3f} ({interval.low:.3f}–{interval.high:.3f})"


@app.command(help="查重评测：同一件事的成对精确率、召回率、F1，事件是否在第三人报告时认出。")
def duplicates(
    timelines: Annotated[
        Path | None,
        typer.Option(help="时间线：一行一个 {id, messages, closed?}；不给则用自带的测试集。"),
    ] = None,
    fit: Annotated[
        Path | None, typer.Option(help="改为用这些时间线拟合查重权重，写到这个文件。")
    ] = None,
    errors: Annotated[bool, typer.Option("--errors", help="列出误并和漏并的来件。")] = False,
    json: JSON = False,
) -> None:
    from importlib.resources import as_file, files

    from eval.duplicates import read_timelines
    from eval.triage_outcome import plain

    name = "train.jsonl" if fit is not None else "test.jsonl"
    with as_file(files("eval").joinpath("sets", "duplicates", name)) as shipped:
        lines = read_timelines(timelines or shipped)
    if fit is not None:
        _fit(lines, fit, (timelines or Path(name)).name)
        return
    scores = _measured(lines)
    if json:
        emit_json(plain(scores))
        return
    say(f"时间线 {scores.timelines} 条，来件 {scores.messages} 条（括号内为 95% 自助法区间）")
    say(f"精确率 {_cell(scores.precision)}  召回率 {_cell(scores.recall)}  F1 {_cell(scores.f1)}")
    say(
        f"事件 {scores.incidents} 起，第三人报告时认出 {scores.incidents_found} 起；"
        f"混入别的事的事件 {scores.mixed_incidents} 起"
    )
    for about, (right, wrong, missed) in sorted(scores.by_kind.items()):
        say(f"{about or '其他'}\t对 {right}\t误并 {wrong}\t漏并 {missed}")
    for timeline, what, one, other in scores.errors if errors else ():
        say(f"{timeline}\t{what}\t{one}\t{other}")


def _measured(lines: "list[Timeline]") -> "DuplicateScores":
    from tempfile import TemporaryDirectory

    from api.intake import build_intake
    from eval.duplicates import run_all, score

    messages = [message for line in lines for message in line.messages]
    with opened() as house, TemporaryDirectory() as folder:
        triages = {triage.message.id: triage for triage in house.triage(messages)}
        return score(run_all(lines, triages, Path(folder), lambda desk: build_intake(house, desk)))


def _fit(lines: "list[Timeline]", target: Path, name: str) -> None:
    from api.intake import matter_text
    from assistant.script import fold
    from desk.index import centred
    from desk.reports import report_from
    from eval.duplicates_fit import fit, pairs_of, to_json

    messages = [message for line in lines for message in line.messages]
    with opened() as house:
        texts = [matter_text(message.text) for message in messages]
        vectors = centred(house.encoder.encode_queries(texts), house.classifier.mean)
        triages = house.triage(messages)
        encoder = house.encoder.name
    ids = [message.id for message in messages]
    reports = [report_from(triage, fold(triage.message.text).text) for triage in triages]
    pairs = pairs_of(
        lines, dict(zip(ids, reports, strict=True)), dict(zip(ids, vectors, strict=True))
    )
    counted = f"{name}: {len(lines)} timelines, {len(pairs)} pairs; {encoder}"
    made = f"guanjia eval duplicates --fit ({counted})"
    written = jsonlib.dumps(to_json(fit(pairs), made), ensure_ascii=False, indent=2)
    target.write_text(written + "\n", encoding="utf-8")
    say(f"用 {len(pairs)} 对来件拟合，已写到 {target}。")
