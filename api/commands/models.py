"""`models list|pull|verify`: the models on this machine."""

from typing import Annotated

import typer

from api.commands.options import JSON
from api.output import emit_json, say

app = typer.Typer(help="本机模型：列出、下载、校验。", no_args_is_help=True)


@app.command("list", help="列出全部模型和是否已下载。")
def list_models(json: JSON = False) -> None:
    from api.settings import load_settings
    from kb.models import installed, registry

    folder = load_settings().models_dir
    if json:
        rows = [
            {
                "name": spec.name,
                "use": spec.use,
                "licence": spec.licence,
                "size": spec.size,
                "installed": installed(spec.name, folder),
            }
            for spec in registry().values()
        ]
        emit_json(rows)
        return
    for spec in registry().values():
        state = "已就绪" if installed(spec.name, folder) else "未下载"
        say(f"{spec.name}\t{state}\t{spec.size / 1e6:.0f} MB\t{spec.licence}\t{spec.use}")


@app.command(help="下载模型并校验；已就绪的不再下载。")
def pull(
    names: Annotated[list[str], typer.Argument(help="模型名，可以多个。")],
    json: JSON = False,
) -> None:
    from api.settings import load_settings
    from api.setup import pull_model

    folder = load_settings().models_dir
    paths = {name: str(pull_model(name, folder)) for name in names}
    if json:
        emit_json(paths)
        return
    for name, path in paths.items():
        say(f"{name} 已就绪：{path}")


@app.command(help="核对已下载模型的每个文件。")
def verify(
    names: Annotated[
        list[str] | None, typer.Argument(help="模型名；不写则核对全部已下载的。")
    ] = None,
    json: JSON = False,
) -> None:
    from api.settings import load_settings
    from kb.models import installed, registry
    from kb.models import verify as check

    folder = load_settings().models_dir
    chosen = names or [name for name in registry() if installed(name, folder)]
    results = [check(name, folder) for name in chosen]
    if json:
        emit_json([{"name": r.name, "ok": r.ok, "problems": list(r.problems)} for r in results])
    elif not results:
        say("还没有下载任何模型；用 guanjia models list 查看可用的。")
    else:
        for result in results:
            state = f"{result.files} 个文件完整" if result.ok else "；".join(result.problems)
            say(f"{'正常' if result.ok else '异常'}  {result.name}：{state}")
    if not all(result.ok for result in results):
        raise typer.Exit(1)
