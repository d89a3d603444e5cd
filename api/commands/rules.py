"""`rules show|explain|check`: the decision tables from the command line."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import JSON, opened
from api.output import complain, emit_json, say

if TYPE_CHECKING:
    from rules.decide import Rulebook
    from rules.tracing import TracedRow

app = typer.Typer(help="规则：查看规则表、解释一次判定、检查规则文件。", no_args_is_help=True)
FOLDER = Annotated[Path | None, typer.Option("--folder", help="规则文件夹；默认取现行的规则。")]
AS_OF = Annotated[
    str | None, typer.Option("--as-of", help="按这一刻在用的规则，如 2026-11-20T09:00。")
]


def open_book(folder: Path | None, as_of: str | None = None) -> "Rulebook":
    """A folder's files over those that ship, or the rulebook in force now or at a moment.

    Raises `MalformedBook`, `BookMissing`, `VersionDamaged`.
    """
    from api.incoming import read_moment
    from rules.decide import load_rulebook

    if folder is not None:
        return load_rulebook(folder)
    with opened() as house:
        return house.book_as_of(read_moment(as_of, house.now())) if as_of else house.rulebook


@app.command(help="列出正在使用的规则表。")
def show(folder: FOLDER = None, as_of: AS_OF = None, json: JSON = False) -> None:
    from rules.show import book_json, book_lines

    book = open_book(folder, as_of)
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


@app.command(help="解释一组事实会得到什么判定、为什么、怎样会升级或降级。")
def explain(
    kind: Annotated[str, typer.Argument(help="诉求类型，如 repair。")],
    signals: Annotated[list[str] | None, typer.Argument(help="信号代码，可以多个。")] = None,
    repeat: Annotated[int, typer.Option("--repeat", min=0, help="第几次反映。")] = 0,
    days: Annotated[int, typer.Option("--days", min=0, help="多少天没人处理。")] = 0,
    reports: Annotated[int, typer.Option("--reports", min=0, help="同一事件有几人反映。")] = 0,
    danger: Annotated[
        int, typer.Option("--danger", min=0, max=100, help="第二意见怀疑有人身危险的把握（%）。")
    ] = 0,
    category: Annotated[str | None, typer.Option(help="投诉类别，如 charges。")] = None,
    department: Annotated[str | None, typer.Option(help="责任部门，如 engineering。")] = None,
    raised: Annotated[str | None, typer.Option(help="人工建议不低于的紧急程度。")] = None,
    wished: Annotated[str | None, typer.Option(help="住户约定的时间。")] = None,
    estate: Annotated[str | None, typer.Option(help="项目名称，有自己服务日历的才需要。")] = None,
    at: Annotated[str | None, typer.Option("--at", help="收到的时间；默认现在。")] = None,
    rows: Annotated[bool, typer.Option("--rows", help="逐行列出每张表的核对经过。")] = False,
    folder: FOLDER = None,
    as_of: AS_OF = None,
    json: JSON = False,
) -> None:
    from datetime import datetime

    from api.incoming import read_moment
    from api.reckoning import read_code
    from rules.explain import explanation, lines_of
    from rules.explain_json import explanation_json
    from rules.types import Facts, Kind, Tier

    book = open_book(folder, as_of)
    received = read_moment(at, datetime.now(book.calendar.zone))
    facts = Facts(
        read_code(Kind, kind, "诉求类型"),
        received,
        frozenset(signals or []),
        category=category,
        repeat_count=repeat,
        unattended_days=days,
        incident_reports=reports,
        suspected_danger=danger,
        wished_at=read_moment(wished, received) if wished else None,
        raised_tier=read_code(Tier, raised, "紧急程度") if raised is not None else None,
        department=department,
        estate=estate,
    )
    explained = explanation(facts, book, read_moment(as_of, received) if as_of else None)
    lines = lines_of(explained, book)
    if json:
        emit_json({**explanation_json(explained), "explanation": list(lines)})
        return
    for line in lines:
        say(line)
    if rows:
        say("逐行核对：")
        for row in explained.trace:
            say(f"  {_traced_line(row)}")


def _traced_line(row: "TracedRow") -> str:
    line = f"[{row.status.label}] {row.rule}：{row.words}"
    failed = f"不符：{row.failed}" if row.failed != row.words else ""
    why = "；".join(part for part in (failed if row.failed else "", row.policy) if part)
    return f"{line}（{why}）" if why else line
