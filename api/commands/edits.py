"""`kb edits`: what CSRs made of the drafts, and which of their answers may become FAQs."""

from collections.abc import Mapping
from datetime import tzinfo
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import JSON, opened
from api.output import emit_json, say, write_new

if TYPE_CHECKING:
    from api.wiring import House
    from assistant.edits.types import EditReport, Spread

_CANDIDATES = 20


def register(app: typer.Typer) -> None:
    app.command(help="草稿发出前被改了多少；改动大的答复可写成问答草稿。")(edits)


def edits(
    days: Annotated[
        int | None, typer.Option(min=1, max=3650, help="看最近几天；默认取设置。")
    ] = None,
    draft: Annotated[
        int | None, typer.Option(metavar="编号", help="把这条答复写成问答草稿。")
    ] = None,
    output: Annotated[
        Path | None, typer.Option("-o", "--output", help="草稿写到这个文件；不给则显示。")
    ] = None,
    resolve: Annotated[
        int | None, typer.Option(metavar="编号", help="这条已补充，不再列出。")
    ] = None,
    dismiss: Annotated[
        int | None, typer.Option(metavar="编号", help="这条不用补，不再列出。")
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
            _tell(house, days, json)


def _draft(house: "House", number: int, output: Path | None, json: bool) -> None:
    made = house.sent.draft_faq(number)
    if output is not None:
        write_new(output, made.markdown)
    if json:
        emit_json({"id": made.gap, "question": made.question, "markdown": made.markdown})
    elif output is not None:
        say(f"草稿已写到 {output}；核对答案后用 guanjia ingest {output} 收录。")
    else:
        say(made.markdown.rstrip())


def _settle(house: "House", resolve: int | None, dismiss: int | None, json: bool) -> None:
    from assistant.gaps.types import Settled

    how = Settled.RESOLVED if resolve is not None else Settled.DISMISSED
    found = house.sent.settle(resolve if resolve is not None else dismiss or 0, how)
    if json:
        emit_json({"id": found.number, "question": found.question, "settled_as": how})
    else:
        word = "已补充" if how is Settled.RESOLVED else "不用补"
        say(f"「{found.question}」标为{word}，不再列出。")


def _tell(house: "House", days: int | None, json: bool) -> None:
    from api.pages.words import BACKENDS, ROLES
    from api.serialize import edits_json

    report = house.sent.report(days)
    if json:
        emit_json(edits_json(report))
        return
    if not report.total.count:
        say("还没有记下发出的回复；在来件分诊页复制草稿，或由接口交回。")
        return
    say(f"发出 {_said(report.total)}")
    kinds = {house.label(code, "kinds"): spread for code, spread in report.kinds.items()}
    backends = {BACKENDS.get(code, code): spread for code, spread in report.backends.items()}
    for name, spreads in (("按类型", kinds), ("按措辞", backends)):
        _groups(name, spreads)
    say("改得最多的段落：")
    for role, found in report.roles.items():
        say(f"  {ROLES.get(role, role)}\t{found.touched:.0%} 的草稿改过\t平均改动 {found.mean:.0%}")
    _candidates(report, house.zone)


def _groups(name: str, spreads: "Mapping[str, Spread]") -> None:
    say(f"{name}：")
    for group, spread in spreads.items():
        say(f"  {group}\t{_said(spread)}")


def _said(spread: "Spread") -> str:
    return f"{spread.count} 条，改动中位数 {spread.median:.0%}，{spread.unchanged:.0%} 原样发出"


def _candidates(report: "EditReport", zone: tzinfo) -> None:
    for found in report.candidates[:_CANDIDATES]:
        lacked = "，草稿没有查到事实" if found.has_fact is False else ""
        say(f"编号 {found.number}  {found.question}")
        say(f"   改动 {found.distance:.0%}{lacked}，{found.at.astimezone(zone):%Y-%m-%d}")
        say(f"   答复：{' '.join(found.answer.split())}")
    if len(report.candidates) > _CANDIDATES:
        say(f"还有 {len(report.candidates) - _CANDIDATES} 条；先处理上面的。")
    if report.candidates:
        say("写成问答草稿：guanjia kb edits --draft 编号 -o faq.md")
