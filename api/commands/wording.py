"""`eval wording`: does a model word drafts better than the composer? Blind readers decide."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.evaluation import app
from api.commands.options import JSON, opened
from api.output import emit_json, say

if TYPE_CHECKING:
    from api.wiring import House
    from assistant.types import Triage


@app.command(
    help="改写盲评：先用 --out 生成评分表，读者逐条打分后再用 --tally 统计，决定先显示哪一种草稿。"
)
def wording(
    out: Annotated[
        Path | None, typer.Option(help="新文件夹：写入评分表 sheet.jsonl 和答案 key.json。")
    ] = None,
    tally: Annotated[Path | None, typer.Option(help="统计：--out 写出的文件夹。")] = None,
    sheet: Annotated[
        list[Path] | None, typer.Option(help="读者填好的评分表，一位读者一个。")
    ] = None,
    messages: Annotated[
        Path | None, typer.Option(help="来件：一行一个 {id, text}；不给则用随产品附带的。")
    ] = None,
    count: Annotated[int, typer.Option(min=1, help="比较多少条来件。")] = 60,
    json: JSON = False,
) -> None:
    if (out is None) is (tally is None):
        raise typer.BadParameter("--out 和 --tally 要给其中一个。")
    if tally is not None:
        _tally(tally, sheet or [], json)
    elif out is not None:
        _compare(out, messages, count)


def _compare(out: Path, messages: Path | None, count: int) -> None:
    from api.language import ready_model
    from api.progress import progress_bar
    from assistant.types import Draft, WordedBy
    from eval.readers import EvalInputError
    from eval.wording import pairs_of, write_sheet

    if out.exists():
        raise EvalInputError(f"{out} 已经存在；请换一个文件夹名。")
    with opened() as house:
        model = ready_model(house)
        chosen = _chosen(house, messages, count)
        drafts: list[tuple[Draft, Draft]] = []
        with progress_bar("改写") as show:
            for triage in chosen:
                composed = house.replies.composed(triage)
                *_, last = house.replies.steps(composed, WordedBy.MODEL)
                assert isinstance(last, Draft)
                drafts.append((composed, last))
                show(len(drafts), len(chosen))
        write_sheet(out, model.name, pairs_of(drafts), len(drafts))
    changed = sum(before.text != after.text for before, after in drafts)
    say(f"{len(drafts)} 条来件，模型改动了 {changed} 条；评分表在 {out}/sheet.jsonl。")


def _chosen(house: "House", path: Path | None, count: int) -> "list[Triage]":
    """Messages that are no emergencies, drawn by a fixed seed."""
    from random import Random

    from assistant.types import Message
    from eval.readers import read_messages
    from eval.triage_sets import shipped_set
    from rules.types import Tier

    shipped = shipped_set()
    texts = (
        {label.id: shipped.texts[label.id] for label in shipped.labels}
        if path is None
        else read_messages(path)
    )
    drawn = sorted(texts.items())
    Random(0).shuffle(drawn)
    now = house.now()
    found = house.triage([Message(text, now, id=name) for name, text in drawn[: 2 * count]])
    return [triage for triage in found if triage.decision.tier is not Tier.CRITICAL][:count]


def _tally(folder: Path, sheets: list[Path], json: bool) -> None:
    from assistant.wording.verdicts import keep_verdict
    from eval.wording import tally

    with opened() as house:
        told = tally(folder, sheets, house.now().date())
        verdict = told.verdict
        keep_verdict(house.settings.home, verdict)
    if json:
        from dataclasses import asdict

        emit_json({**asdict(told), "earned": verdict.earned})
        return
    say(
        f"{verdict.model}：{verdict.drafts} 条，模型胜 {verdict.preferred}，"
        f"系统草稿胜 {verdict.composed}，不分上下 {verdict.equal}。"
    )
    say("项目\t系统草稿\t模型")
    for point, value in told.composed.items():
        say(f"{point}\t{value}\t{told.reworded[point]}")
    say("先显示模型的改写。" if verdict.earned else "先显示系统草稿。")
