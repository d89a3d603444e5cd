"""`rules show|explain|check`: the decision tables from the command line."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import JSON
from api.output import complain, emit_json, say

if TYPE_CHECKING:
    from rules.decide import Rulebook

app = typer.Typer(help="规则：查看规则表、解释一次判定、检查规则文件。", no_args_is_help=True)
FOLDER = Annotated[
    Path | None, typer.Option("--folder", help="规则文件夹；默认取设置中的，否则用自带的。")
]


def _book(folder: Path | None) -> "Rulebook":
    from api.settings import load_settings
    from rules.decide import load_rulebook

    return load_rulebook(folder or load_settings().rulebooks_dir)


@app.command(help="列出正在使用的规则表。")
def show(folder: FOLDER = None, json: JSON = False) -> None:
    from rules.show import book_json, book_lines

    book = _book(folder)
    if json:
        emit_json(book_json(book))
        return
    for line in book_lines(book):
        say(line)


@app.command(help="检查规则能否启用：逐项证明没有漏洞、矛盾，守住安全底线。")
def check(
    folder: FOLDER = None,
    file: Annotated[
        list[Path] | None,
        typer.Option("--file", metavar="<path>", help="换用这个规则文件来检查，可以多个。"),
    ] = None,
    json: JSON = False,
) -> None:
    from api.settings import load_settings
    from rules.verify.check import check_files
    from rules.verify.findings import report_json

    report = check_files(folder or load_settings().rulebooks_dir, file or ())
    if json:
        emit_json(report_json(report))
    else:
        for finding in report.findings:
            if finding.severity == "error":
                complain(finding.line_of_text)
            else:
                say(f"提醒：{finding.line_of_text}")
        for sentence in report.proved:
            say(f"已证明：{sentence}。")
        if report.ok and report.book is not None:
            say(f"规则可用：{report.book.identity}")
    if not report.ok:
        raise typer.Exit(1)


@app.command(help="解释一组事实会得到什么判定、为什么。")
def explain(
    kind: Annotated[str, typer.Argument(help="诉求类型，如 repair。")],
    signals: Annotated[list[str] | None, typer.Argument(help="信号代码，可以多个。")] = None,
    repeat: Annotated[int, typer.Option("--repeat", min=0, help="第几次反映。")] = 0,
    days: Annotated[int, typer.Option("--days", min=0, help="多少天没人处理。")] = 0,
    at: Annotated[str | None, typer.Option("--at", help="收到的时间；默认现在。")] = None,
    json: JSON = False,
) -> None:
    from datetime import datetime

    from api.incoming import read_moment
    from rules.decide import decide
    from rules.errors import InvalidFacts
    from rules.explain import explain as lines_of
    from rules.types import Facts, Kind

    book = _book(None)
    if kind not in list(Kind):
        raise InvalidFacts(f"诉求类型没有 {kind!r}；可选的是 {'、'.join(Kind)}。")
    received = read_moment(at, datetime.now(book.calendar.zone))
    facts = Facts(
        Kind(kind),
        received,
        frozenset(signals or []),
        repeat_count=repeat,
        unattended_days=days,
    )
    lines = lines_of(facts, book)
    if json:
        decision = decide(facts, book)
        emit_json({"tier": decision.tier, "level": decision.level, "explanation": list(lines)})
        return
    for line in lines:
        say(line)
