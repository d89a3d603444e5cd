"""`kb phrases`: the library of wordings."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import JSON, opened
from api.output import emit_json, say

if TYPE_CHECKING:
    from api.wiring import House
    from assistant.phrase_types import Wording


def register(app: typer.Typer) -> None:
    app.command(help="查话术：按词、诉求类型和情形；不给词则列出全部。")(phrases)


def phrases(
    words: Annotated[
        list[str] | None, typer.Argument(metavar="词…", help="要找的词，都要包含。")
    ] = None,
    kind: Annotated[
        str, typer.Option(metavar="类型", help="诉求类型，如 complaint；通用的话术总在其中。")
    ] = "",
    situation: Annotated[
        str, typer.Option(metavar="情形", help="情形，如 empathy（安抚情绪）。")
    ] = "",
    json: JSON = False,
) -> None:
    from api.phrases import count_of, find, phrase_json

    with opened() as house:
        found = find(house, " ".join(words or ()), kind, situation)
        if json:
            emit_json([phrase_json(house, wording) for wording in found])
            return
        for wording in found:
            _tell(house, wording)
    say(f"共 {count_of(found)}。" if found else "没有找到话术；换个词，或去掉筛选。")


def _tell(house: "House", wording: "Wording") -> None:
    from api.phrases import kind_label, ready
    from assistant.phrase_types import SITUATIONS

    own = "，本公司" if wording.own else ""
    place = f"{kind_label(house, wording.kind)} · {SITUATIONS[wording.situation]}"
    say(f"{wording.title}（{place}{own}）  {wording.id}")
    for text in ready(house, wording):
        say(f"   {text}")
    say(f"   何时用：{wording.use}")
    say(f"   注意：{wording.avoid}")
    if wording.source:
        say(f"   依据：{wording.source}")
