"""`kb export` and `kb import`: the knowledge base as a folder of readable files, and back."""

from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import JSON, opened
from api.output import complain, emit_json, say


def register(app: typer.Typer) -> None:
    app.command("export", help="把整个知识库导出为一个可读的文件夹。")(export)
    app.command("import", help="从导出的文件夹恢复知识库。")(import_)


def export(
    folder: Annotated[Path, typer.Argument(help="新文件夹、空文件夹，或以前的导出。")],
    json: JSON = False,
) -> None:
    from api.progress import progress_bar
    from kb.transfer import export_to

    with opened() as house, progress_bar("导出知识库") as progress:
        made = export_to(folder, house.knowledge_base, progress)
    if json:
        emit_json({"folder": folder, "documents": made.documents, "passages": made.passages})
    else:
        say(f"已导出资料 {made.documents} 份、段落 {made.passages} 个到 {folder}")


def import_(
    folder: Annotated[Path, typer.Argument(help="guanjia kb export 写出的文件夹。")],
    replace: Annotated[
        bool, typer.Option("--replace", help="导出里没有的资料一并移除，使两边完全相同。")
    ] = False,
    json: JSON = False,
) -> None:
    from api.progress import progress_bar
    from kb.transfer import import_export, read_export

    found = read_export(folder)
    for problem in found.problems:
        complain(problem)
    if found.problems:
        raise typer.Exit(1)
    with opened() as house, progress_bar("导入知识库") as progress:
        done = import_export(found, house.knowledge_base, replace=replace, progress=progress)
    if json:
        emit_json(
            {
                "documents": done.documents,
                "passages": done.passages,
                "added": done.added,
                "updated": done.updated,
                "unchanged": done.unchanged,
                "removed": done.removed,
            }
        )
    else:
        say(
            f"新增 {done.added} 份，更新 {done.updated} 份，未变 {done.unchanged} 份，"
            f"移除 {done.removed} 份；导出里共有段落 {done.passages} 个。"
        )
