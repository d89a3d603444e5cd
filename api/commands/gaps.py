"""`kb gaps`: what the knowledge base could not answer."""

from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import JSON, opened
from api.output import emit_json, say, write_new

if TYPE_CHECKING:
    from api.wiring import House
    from assistant.gaps.types import Gap

_WORDINGS = 3


def register(app: typer.Typer) -> None:
    app.command(help="列出没有答好的问题，最该补的在前；可写成问答草稿。")(gaps)


def gaps(
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="看最近几天；默认取设置。")
    ] = None,
    most: Annotated[
        int | None, typer.Option(min=1, max=1000, help="最多几组；默认取设置。")
    ] = None,
    draft: Annotated[
        int | None, typer.Option(metavar="编号", help="把这一组写成问答草稿。")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="草稿写到这个文件；不给则显示。")
    ] = None,
    resolve: Annotated[
        int | None, typer.Option(metavar="编号", help="这一组已补充，不再列出。")
    ] = None,
    dismiss: Annotated[
        int | None, typer.Option(metavar="编号", help="这一组不用补，不再列出。")
    ] = None,
    json: JSON = False,
) -> None:
    if sum(value is not None for value in (draft, resolve, dismiss)) > 1:
        raise typer.BadParameter("--draft、--resolve、--dismiss 一次只能给一个。")
    if output is not None and draft is None:
        raise typer.BadParameter("-o 要和 --draft 一起用。")
    with opened() as house:
        if draft is not None:
            _draft(house, draft, output, json)
        elif resolve is not None or dismiss is not None:
            _settle(house, resolve, dismiss, json)
        else:
            found = house.asked.gaps(days)
            shown = most or house.settings.assistant.gaps.most
            _list(found, shown, json, house.zone)


def _draft(house: "House", number: int, output: Path | None, json: bool) -> None:
    made = house.asked.draft_faq(number)
    if output is not None:
        write_new(output, made.markdown)
    if json:
        emit_json({"id": made.gap, "question": made.question, "markdown": made.markdown})
    elif output is not None:
        say(f"草稿已写到 {output}；写好答案后用 guanjia ingest {output} 收录。")
    else:
        say(made.markdown.rstrip())


def _settle(house: "House", resolve: int | None, dismiss: int | None, json: bool) -> None:
    from assistant.gaps.types import Settled

    how = Settled.RESOLVED if resolve is not None else Settled.DISMISSED
    gap = house.asked.dismiss(resolve if resolve is not None else dismiss or 0, how)
    if json:
        emit_json({**gap.to_json(), "settled_as": how})
    else:
        word = "已补充" if how is Settled.RESOLVED else "不用补"
        say(f"「{gap.question}」标为{word}；以后再有人问到而仍答不好，会重新列出。")


def _list(found: "list[Gap]", most: int, json: bool, zone: tzinfo) -> None:
    if json:
        emit_json([gap.to_json() for gap in found[:most]])
        return
    if not found:
        say("没有待补的问题。")
    for gap in found[:most]:
        why = "，".join(
            f"{word} {count} 次"
            for word, count in (("没有说明", gap.abstained), ("评为没用", gap.poor))
            if count
        )
        again = "，处理后又问到" if gap.returned else ""
        say(f"编号 {gap.id}  {gap.question}")
        last = gap.last_asked.astimezone(zone)
        say(f"   问过 {gap.count} 次（{why}{again}），最近 {last:%Y-%m-%d}")
        for wording in gap.wordings[:_WORDINGS]:
            say(f"   也问：{wording}")
        if gap.reasons:
            say(f"   原因：{'；'.join(gap.reasons)}")
        if gap.nearest:
            say(f"   最接近：{'、'.join(f'《{title}》' for title in gap.nearest)}")
    if len(found) > most:
        say(f"还有 {len(found) - most} 组；用 --most 多列。")
    if found:
        say("写成问答草稿：guanjia kb gaps --draft 编号 -o faq.md")
