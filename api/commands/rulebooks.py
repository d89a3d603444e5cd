"""`rules versions|activate|diff|replay`: versions of the rulebook from the command line."""

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import JSON, opened
from api.commands.rules import app
from api.output import complain, emit_json, say

if TYPE_CHECKING:
    from api.wiring import House
    from rules.records import Record
    from rules.replay import Replay
    from rules.rulebook import Rulebook

SIDE = "版本号的开头、版本名、current（现行）、shipped（自带）、文件夹或单个文件"


@app.command(help="列出规则的各个版本：何时、由谁、为什么启用。")
def versions(json: JSON = False) -> None:
    from api.rulebooks import in_force_json, version_json

    with opened() as house:
        found = house.archive.in_force()
        kept = house.archive.versions()
    if json:
        listed = [version_json(one, found.book.digest) for one in kept]
        emit_json({**in_force_json(found), "versions": listed})
        return
    for version in kept:
        mark = "*" if version.digest == found.book.digest else " "
        say(f"{mark} {version.digest[:12]} {version.identity.partition('+')[0]}")
        for one in version.activations:
            say(f"    {one.at:%Y-%m-%d %H:%M} {one.by}：{one.why}")
    if found.notice:
        complain(found.notice)


@app.command(help="启用一套规则：先检查，通过才启用，立即生效。默认启用规则文件夹里的文件。")
def activate(
    by: Annotated[str, typer.Option("--by", help="谁启用。")],
    why: Annotated[str, typer.Option("--why", help="为什么启用。")],
    folder: Annotated[
        Path | None, typer.Option("--folder", help="规则文件夹；没有的文件用自带的。")
    ] = None,
    file: Annotated[
        list[Path] | None, typer.Option("--file", help="单个规则文件，替换现行的；可以多个。")
    ] = None,
    version: Annotated[
        str | None, typer.Option("--version", help="以前的版本：版本号的开头或版本名。")
    ] = None,
    json: JSON = False,
) -> None:
    from api.rulebooks import in_force_json
    from rules.errors import NotActivated

    if sum(map(bool, (folder, file, version))) > 1:
        raise NotActivated("没有启用：--folder、--file 和 --version 只能用一种；请只留一种")
    with opened() as house:
        texts = _texts(house, folder, file, version)
        house.archive.activate(texts, by, why)
        found = house.archive.in_force()
    if json:
        emit_json(in_force_json(found))
    else:
        say(f"已启用：{found.book.identity}")


def _texts(
    house: "House", folder: Path | None, files: list[Path] | None, version: str | None
) -> dict[str, str]:
    """The files to activate, all of them."""
    from api.rulebooks import read_files
    from rules.loading import load_rulebook

    if version is not None:
        return house.archive.texts(house.archive.version(version))
    if files:
        return house.archive.over_current(read_files(files))
    return dict(load_rulebook(folder or house.settings.rulebooks_dir).texts)


@app.command(help="逐行说明两套规则有什么不同。")
def diff(
    before: Annotated[str, typer.Argument(help=SIDE)],
    after: Annotated[str, typer.Argument(help="同上。")] = "current",
    json: JSON = False,
) -> None:
    from api.rulebooks import change_json
    from rules.difference import difference

    with opened() as house:
        old, new = _side(house, before), _side(house, after)
    changes = difference(old, new)
    if json:
        listed = [change_json(change) for change in changes]
        emit_json({"before": old.identity, "after": new.identity, "changes": listed})
        return
    say(f"{old.identity} → {new.identity}")
    for change in changes:
        say(f"  {change.words}")
    if not changes:
        say("  没有不同")


def _side(house: "House", name: str) -> "Rulebook":
    from api.rulebooks import book_at_path, named_book

    path = Path(name)
    return book_at_path(house, path) if path.exists() else named_book(house, name)


@app.command(help="用当时的规则重判登记过的来件，逐字节比对；有不同则退出码为 1。")
def replay(
    request_id: Annotated[str | None, typer.Argument(help="来件编号；不写则要 --all。")] = None,
    every: Annotated[bool, typer.Option("--all", help="重判所有登记过的来件。")] = False,
    json: JSON = False,
) -> None:
    from api.rulebooks import replay_each

    if (request_id is None) is not every:
        raise typer.BadParameter("请写一个来件编号，或用 --all 重判全部")
    same = different = failed = 0
    with opened() as house:
        for result in replay_each(house, _records(house, request_id)):
            if isinstance(result, str):
                failed += 1
                complain(result)
                continue
            same, different = same + result.same, different + (not result.same)
            _tell(result, json, only_differences=every)
        left = house.desk.unrecorded() if every else 0
    if every and not json:
        say(f"重判 {same + different} 件：相同 {same}，不同 {different}")
        if left:
            say(f"另有 {left} 件登记得早，没有留下判定依据")
    if different or failed:
        raise typer.Exit(1 if different else 3)


def _records(house: "House", request_id: str | None) -> "Iterator[Record]":
    if request_id is None:
        return house.desk.records()
    return iter([house.desk.record(request_id)])


def _tell(result: "Replay", json: bool, only_differences: bool) -> None:
    from api.rulebooks import replay_json

    if json:
        emit_json(replay_json(result))
    elif not result.same:
        say(f"来件 {result.id}（{result.rulebook}）重判不同：{'；'.join(result.differences)}")
    elif not only_differences:
        say(f"来件 {result.id} 重判相同，{len(result.stored)} 字节，规则 {result.rulebook}")
