"""`triage` and `draft`: messages from the command line, a file or standard input."""

import json as jsonlib
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from api.commands import triage_learning
from api.commands.default_group import DEFAULT, DefaultGroup
from api.commands.options import JSON, opened
from api.output import complain, emit_json, say
from assistant.types import WordedBy

if TYPE_CHECKING:
    from api.wiring import House
    from assistant.types import Draft, Message, Triage

TEXT = Annotated[str | None, typer.Argument(help="来件原文；不写则用 --file 或标准输入。")]
FILE = Annotated[
    Path | None,
    typer.Option("--file", help="一行一个 JSON:{id?, text, received_at?, channel?, sender?}。"),
]
AT = Annotated[
    str | None,
    typer.Option("--at", help="收到的时间（ISO 8601，如 2026-11-20T09:00+08:00）；默认现在。"),
]
JOIN = Annotated[
    bool, typer.Option("--join", help="同一人同一渠道接连发的几条并成一条，编号记在 ids。")
]
# messages handled together: large enough for the encoder, small enough to keep lines flowing
BATCH = 64


app = typer.Typer(
    cls=DefaultGroup,
    help="分诊：类别、信号、紧急程度、处理级别和时限；也管分类器从更正中学习。",
    rich_markup_mode=None,
)


def register(main: typer.Typer) -> None:
    app.command(DEFAULT, hidden=True)(triage)
    triage_learning.register(app)
    main.add_typer(app, name="triage")
    main.command(help="分诊并起草回复。")(draft)


def triage(
    text: TEXT = None,
    file: FILE = None,
    at: AT = None,
    join: JOIN = False,
    json: JSON = False,
) -> None:
    from assistant.triage_json import to_json

    if join and file is None:
        raise typer.BadParameter("--join 要和 --file 一起用。")

    def show(_house: "House", result: "Triage", ids: list[str]) -> None:
        if json or file is not None:
            emit_json({**to_json(result), **({"ids": ids} if join else {})})
        else:
            from api.reading import triage_lines

            for line in triage_lines(result):
                say(line)

    _each(text, file, at, show, join)


def draft(
    text: TEXT = None,
    file: FILE = None,
    at: AT = None,
    wording: Annotated[
        WordedBy, typer.Option(help="措辞：auto 按盲评结果，composed 系统草稿，model 模型改写。")
    ] = WordedBy.AUTO,
    json: JSON = False,
) -> None:
    from assistant.rendering import to_json as draft_json
    from assistant.triage_json import to_json

    def show(house: "House", result: "Triage", _ids: list[str]) -> None:
        house.replies.await_model(wording)
        made = house.replies.draft(result, wording)
        if json or file is not None:
            emit_json(draft_json(made, to_json(result)))
            return
        for line in draft_lines(made):
            say(line)

    _each(text, file, at, show)


def draft_lines(draft: "Draft") -> "Iterator[str]":
    """A draft for people: the text, its sources, and what to look at before it is sent."""
    yield draft.text
    for number, citation in enumerate(draft.citations, 1):
        yield f"  [{number}] {citation.path}  ({citation.source})"
    for warning in draft.warnings:
        yield f"  注意：{warning}"
    for violation in draft.violations:
        correct = f"，应为“{violation.correct}”" if violation.correct else ""
        yield f"  护栏：{violation.text and f'“{violation.text}”'}{violation.reason}{correct}"
    if draft.note:
        yield f"  {draft.note}"


def _each(
    text: str | None, file: Path | None, at: str | None, show: Any, join: bool = False
) -> None:
    """Triage every message and show it; a bad line is reported and the rest goes through.

    To join bursts takes the whole file before the first line is shown.
    """
    failed = done = 0
    with opened() as house:
        batch: list[Message] = []
        for item in _inputs(house, text, file, at):
            if isinstance(item, str):
                complain(item)
                failed += 1
                continue
            batch.append(item)
            if len(batch) == BATCH and not join:
                done += _flush(house, [[message] for message in batch], show)
                batch = []
        done += _flush(house, _bursts(house, batch, join), show)
    if failed:
        raise typer.Exit(3 if done else 1)


def _bursts(house: "House", messages: "list[Message]", join: bool) -> "list[list[Message]]":
    if not join:
        return [[message] for message in messages]
    from desk.bursts import Burst

    settings = house.settings.desk
    return Burst(timedelta(seconds=settings.burst_seconds), settings.burst_parts).grouped(messages)


def _flush(house: "House", bursts: "list[list[Message]]", show: Any) -> int:
    from desk.bursts import joined

    for start in range(0, len(bursts), BATCH):
        some = bursts[start : start + BATCH]
        for burst, result in zip(some, house.triage([joined(b) for b in some]), strict=True):
            show(house, result, [message.id for message in burst])
    return sum(len(burst) for burst in bursts)


def _inputs(
    house: "House", text: str | None, file: Path | None, at: str | None
) -> "Iterator[Message | str]":
    """Messages, or for what cannot be one the line that says why."""
    from api.incoming import IncomingError, message_from
    from assistant.errors import AssistantError

    if text is not None and file is not None:
        raise typer.BadParameter("来件原文和 --file 只能给一个。")
    if file is None:
        body = text if text is not None else sys.stdin.read()
        yield message_from({"text": body, "received_at": at}, house.now())
        return
    if not file.is_file():
        raise IncomingError(f"没有找到文件 {file}；请核对路径。")
    with file.open(encoding="utf-8") as lines:
        for number, line in enumerate(lines, 1):
            if line.strip():
                try:
                    yield message_from(jsonlib.loads(line), house.now())
                except jsonlib.JSONDecodeError as error:
                    yield f"{file} 第{number}行不是合法的 JSON({error.msg})；请改成一行一个对象。"
                except (IncomingError, AssistantError) as error:
                    yield f"{file} 第{number}行：{error}"
