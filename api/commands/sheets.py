"""`rules export|import`: the decision tables in a spreadsheet."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated

import typer

from api.commands.options import JSON
from api.commands.rules import FOLDER, app, open_book
from api.output import emit_json, say

XLSX = Annotated[Path, typer.Argument(metavar="FILE.xlsx", help="表格文件（.xlsx）。")]


@app.command("export", help="把规则表导出成表格，可用 Excel 或 WPS 修改。")
def export_sheets(file: XLSX, folder: FOLDER = None, json: JSON = False) -> None:
    from rules.sheets import export_xlsx

    book = open_book(folder)
    export_xlsx(book, file)
    if json:
        emit_json({"file": str(file), "rulebook": book.identity, "tables": list(book.tables)})
    else:
        say(f"已导出 {len(book.tables)} 张表到 {file}（{book.identity}）。")


@app.command("import", help="把改好的表格写成规则文件；有一处错就什么都不写。")
def import_sheets(
    file: XLSX,
    to: Annotated[Path, typer.Option("--to", help="写到这个文件夹，只写与那里不同的文件。")],
    folder: FOLDER = None,
    json: JSON = False,
) -> None:
    from rules.loading import rulebook_of
    from rules.sheets import changed_rows, exported_from, import_xlsx

    before = open_book(folder)
    texts = import_xlsx(file, before.texts)
    after = rulebook_of(texts)
    rows = {
        name: changed_rows(before.texts[name], text)
        for name, text in texts.items()
        if text != before.texts[name]
    }
    written = _to_write(to, texts)
    _write(to, written)
    base = exported_from(file)
    if json:
        changed = [{"file": name, "rows": count} for name, count in rows.items()]
        told = {"rulebook": after.identity, "exported_from": base, "changed": changed}
        emit_json(told | {"written": list(written)})
        return
    if base and base != before.identity:
        say(f"注意：表格是从 {base} 导出的，现在的规则是 {before.identity}；请核对改动。")
    for name, count in rows.items():
        table = after.tables.get(name.removesuffix(".yaml"))
        what = f"改动 {count} 行" if count else "改了名称、版本、日期或行的先后"
        say(f"  {table.title if table else '规则书'}（{name}）：{what}")
    if written:
        say(f"已写入 {to}：{len(written)} 个文件，{after.identity}。")
    else:
        say("没有改动，什么都没写。")


def _to_write(folder: Path, texts: Mapping[str, str]) -> dict[str, str]:
    """The files that make the folder load as these texts; an old edit taken back is one of them."""
    from rules.errors import SheetUnwritable
    from rules.loading import load_rulebook

    there = load_rulebook(folder if folder.is_dir() else None).texts
    others = "、".join(name for name in there if name not in texts)
    if others:
        raise SheetUnwritable(
            f"{folder} 里的 {others} 不在要改的规则里；请加上 --folder {folder}，或写到别的文件夹"
        )
    return {name: text for name, text in texts.items() if there.get(name) != text}


def _write(folder: Path, texts: Mapping[str, str]) -> None:
    """Write files, each whole or not at all."""
    from rules.errors import SheetUnwritable

    try:
        for name, text in texts.items():
            folder.mkdir(parents=True, exist_ok=True)
            beside = folder / f".{name}.{os.getpid()}"
            beside.write_text(text, encoding="utf-8", newline="\n")
            os.replace(beside, folder / name)
    except OSError as error:
        raise SheetUnwritable(
            f"写不了文件夹 {folder}（{error.strerror}）；请检查路径和权限"
        ) from None
