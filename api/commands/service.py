"""`setup`, `serve` and `doctor`: the service itself."""

from typing import Annotated

import typer

from api.commands.options import JSON, opened
from api.output import emit_json, say


def register(app: typer.Typer) -> None:
    app.command(help="准备好本机：下载模型、训练分类器、装入示例知识库。")(setup)
    app.command(help="启动服务（网页和 HTTP 接口）。")(serve)
    app.command(help="体检：模型、知识库、规则、数据目录是否正常。")(doctor)


def setup(
    sample: Annotated[
        bool, typer.Option("--sample/--no-sample", help="是否装入自带的示例知识库。")
    ] = True,
) -> None:
    from api.progress import progress_bar
    from api.setup import prepare_models, sample_content
    from ingest.pipeline import ingest
    from ingest.sync import Missing

    with opened() as house:
        prepare_models(house.settings, say)
        _ = house.classifier
        if sample:
            with progress_bar("装入示例知识库") as progress:
                report = ingest(
                    [sample_content()],
                    house.knowledge_base,
                    house.settings.ingest,
                    missing=Missing.REMOVE,
                    progress=progress,
                )
            for line in (*report.lines(), *(refusal.message for refusal in report.refusals)):
                say(line)
        say(f"准备完毕，数据目录 {house.settings.home}")


def serve(
    host: Annotated[str | None, typer.Option(help="监听地址；默认取设置。")] = None,
    port: Annotated[int | None, typer.Option(min=1, max=65535, help="端口；默认取设置。")] = None,
) -> None:
    from api.server import run
    from api.settings import load_settings

    settings = load_settings()
    address = host or settings.server.host, port or settings.server.port
    say(f"服务启动中，页面在 http://{address[0]}:{address[1]}/ui/ ，按 Ctrl+C 停止。")
    run(settings, *address)


def doctor(json: JSON = False) -> None:
    from datetime import date

    from api.doctor import examine
    from api.settings import load_settings

    findings = examine(load_settings(), date.today())
    if json:
        emit_json([{"part": f.part, "ok": f.ok, "text": f.text} for f in findings])
    else:
        for finding in findings:
            say(f"{'正常' if finding.ok else '异常'}  {finding.part}：{finding.text}")
    if not all(finding.ok for finding in findings):
        raise typer.Exit(1)
