"""`rules backtest|history`: what a changed rulebook would have done with past requests."""

import gzip
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from api.commands.options import JSON
from api.commands.rules import app, open_book
from api.output import attached, emit_json, say

if TYPE_CHECKING:
    from rules.backtest import Problem
    from rules.rulebook import Rulebook

_SOME_FAILED = 3
_MOST_SHOWN = 20
_DRAWN_EVERY = 500
_Item = TypeVar("_Item")

BOOKS = Annotated[
    list[Path],
    typer.Option(
        "--book",
        help="新规则：一个或几个规则表（.yaml，替换同一张表）、整个规则文件夹，或导出的 .xlsx。",
    ),
]
HISTORY = Annotated[
    Path, typer.Option("--history", help="历史诉求，一行一个 JSON，可以是 .jsonl.gz。")
]
AGAINST = Annotated[
    Path | None, typer.Option("--against", help="与哪个规则文件夹比；默认是正在使用的规则。")
]
REPORT = Annotated[Path | None, typer.Option("--report", help="把报告写成这个 HTML 文件。")]
ON = Annotated[
    str | None,
    typer.Option("--on", help="新规则按哪一天生效的行判定；默认按每件诉求收到的那天。"),
]
UNTIL = Annotated[
    str | None,
    typer.Option("--until", help="没有完成记录的时限看到哪一刻；默认到历史的最后一条记录。"),
]


@app.command(help="回测：拿历史诉求看改规则会改变什么。")
def backtest(
    book: BOOKS,
    history: HISTORY,
    against: AGAINST = None,
    on: ON = None,
    until: UNTIL = None,
    report: REPORT = None,
    json: JSON = False,
) -> None:
    from datetime import datetime, time

    from api.incoming import read_day, read_moment
    from rules.backtest import outcome_json, run, stream_history, summary, write_report
    from rules.backtest.proposal import changes

    before = open_book(against)
    after = _proposed(book, before)
    day = read_day(on)
    as_of = None if day is None else datetime.combine(day, time(12), after.calendar.zone)
    end = None if until is None else read_moment(until, datetime.now(after.calendar.zone))
    problems: list[Problem] = []
    with _counted("回测", stream_history(history, problems, before, after), history) as requests:
        outcome = run(before, after, requests, end, as_of)
    differences = changes(before, after)
    if report is not None:
        write_report(outcome, report, differences, problems)
    if json:
        emit_json(
            outcome_json(outcome)
            | {
                "summary": summary(outcome),
                "changes": differences,
                "problems": [{"line": one.line, "problem": one.text} for one in problems],
            }
        )
    else:
        for line in summary(outcome):
            say(line)
        if report is not None:
            say(f"报告：{report}")
    _tell(problems)
    if problems or outcome.left_out:
        raise typer.Exit(_SOME_FAILED)


@app.command(help="生成一份逼真的历史诉求，供试验和测试；同样的参数总是同样的内容。")
def history(
    out: Annotated[Path, typer.Option("--out", help="写到这个文件，可以是 .jsonl.gz。")],
    count: Annotated[int, typer.Option("--count", min=1, max=10_000_000, help="多少件。")] = 1000,
    seed: Annotated[int, typer.Option("--seed", help="随机种子。")] = 1,
    json: JSON = False,
) -> None:
    from rules.backtest import generate, write_history

    made = generate(count, seed, open_book(None))
    with _counted("生成", made, count) as requests:
        written = write_history(requests, out)
    if json:
        emit_json({"path": str(out), "count": written, "seed": seed})
    else:
        say(f"已写入 {written:,} 件：{out}")


def _proposed(paths: list[Path], before: "Rulebook") -> "Rulebook":
    """The new book. Raises `MalformedBook` or another `RulesError`, with one clear line."""
    from rules.backtest.proposal import book_of_files, book_of_sheet
    from rules.decide import load_rulebook

    if len(paths) == 1 and paths[0].is_dir():
        return load_rulebook(paths[0])
    if len(paths) == 1 and paths[0].suffix == ".xlsx":
        return book_of_sheet(paths[0], before)
    return book_of_files(paths, before)


@contextmanager
def _counted(title: str, items: Iterable[_Item], total: int | Path) -> Iterator[Iterator[_Item]]:
    """The items, with a progress bar for a person; the total is a number or a file's lines."""
    from api.progress import progress_bar

    whole = 0 if not attached() else total if isinstance(total, int) else _lines(total)
    with progress_bar(title) as show:

        def counted() -> Iterator[_Item]:
            for done, item in enumerate(items, 1):
                if whole and done % _DRAWN_EVERY == 0:
                    show(done, whole)
                yield item

        yield counted()


def _lines(path: Path) -> int:
    """How many lines a file has; 0 where that cannot be told, which the reading will explain."""
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            return sum(1 for _ in file)
    except (OSError, EOFError):
        return 0


def _tell(problems: "list[Problem]") -> None:
    for one in problems[:_MOST_SHOWN]:
        typer.echo(one.text, err=True)
    if len(problems) > _MOST_SHOWN:
        typer.echo(f"……共 {len(problems):,} 行用不了，其余见报告或 --json。", err=True)
