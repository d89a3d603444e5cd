"""`train next|answer|progress`: drills over past cases."""

from typing import Annotated

import typer

from api.commands.options import JSON, opened
from api.output import emit_json, say

app = typer.Typer(help="培训：用历史案例练分诊。", no_args_is_help=True)
TRAINEE = Annotated[str, typer.Option("--trainee", help="学员，用来记进度。")]


@app.command("next", help="出下一道题。")
def next_drill(trainee: TRAINEE = "", json: JSON = False) -> None:
    with opened() as house:
        drill = house.drills.next(trainee)
    if json:
        emit_json(drill.to_json())
        return
    say(f"案例 {drill.case_id}  {drill.received_at:%Y-%m-%d %H:%M}  {drill.channel}")
    say(drill.message)
    say(f"作答：guanjia train answer {drill.case_id} 类别 紧急程度 处理级别")


@app.command(help="作答，例如 case-2026-001 repair urgent 2。")
def answer(
    case_id: Annotated[str, typer.Argument(help="案例编号。")],
    kind: Annotated[str, typer.Argument(help="诉求类型。")],
    tier: Annotated[str, typer.Argument(help="紧急程度。")],
    level: Annotated[int, typer.Argument(min=1, max=3, help="处理级别。")],
    trainee: TRAINEE = "",
    json: JSON = False,
) -> None:
    with opened() as house:
        grade = house.drills.answer(trainee, case_id, kind, tier, level, house.now())
    if json:
        emit_json(grade.to_json())
        return
    for line in grade.lines():
        say(line)


@app.command(help="看练习进度。")
def progress(trainee: TRAINEE = "", json: JSON = False) -> None:
    with opened() as house:
        state = house.drills.progress(trainee)
    if json:
        emit_json(state.to_json())
    else:
        say(f"做过 {state.answered} 题，全对 {state.correct} 题。")
