"""`triage retrain|rollback|corrections`: what the classifier learns from the desk."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import JSON, opened
from api.output import emit_json, say

if TYPE_CHECKING:
    from assistant.comparison import Comparison
    from assistant.learned import Corrected


def register(group: typer.Typer) -> None:
    group.command(help="用更正重新训练分类器；新模型不比旧的差才替换。")(retrain)
    group.command(help="退回上一个分类器（再退一次又换回来）。")(rollback)
    group.command(help="列出人工更正过的来件（已遮盖个人信息）。")(corrections)


def retrain(
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只训练和比较，不替换现在的模型。")
    ] = False,
    json: JSON = False,
) -> None:
    from api import triage_learning
    from assistant.errors import RetrainingRefused

    with opened() as house:
        learning = triage_learning.retrain(
            house, dry_run=dry_run, tell=lambda line: typer.echo(line, err=True)
        )
        if json:
            emit_json(triage_learning.learning_json(learning))
        else:
            for line in triage_learning.learning_lines(learning):
                say(line)
        retrained = learning.retrained
        if retrained is None or retrained.replaced:
            return
        reasons = _reasons(retrained.comparison)
        if not dry_run:
            raise RetrainingRefused(f"没有替换模型：{reasons}；现在的模型保持不变。")
        if not json:
            say(
                f"只是试训，没有替换。正式训练会被拒绝：{reasons}。"
                if reasons
                else "只是试训，没有替换；正式训练会替换。"
            )


def _reasons(comparison: "Comparison") -> str:
    return "，".join(
        f"{one.name}从 {one.old:.1f} 降到 {one.new:.1f}" for one in comparison.refusals
    )


def rollback(json: JSON = False) -> None:
    from api import triage_learning

    with opened() as house:
        manifest = triage_learning.roll_back(house)
    if json:
        emit_json({"rolled_back": True, "examples": manifest.examples})
    else:
        say("已退回上一个分类器；正在运行的服务重启后启用。")


def corrections(
    export: Annotated[
        Path | None, typer.Option("--export", help="写到这个 jsonl 文件，一行一条。")
    ] = None,
    json: JSON = False,
) -> None:
    from api.triage_learning import corrected_json, corrected_messages
    from desk.revision import field_name

    with opened() as house:
        found = corrected_messages(house)
        if export is not None:
            _export(export, found)
            if not json:
                say(f"已写入 {len(found)} 条更正：{export}")
                return
        if json:
            emit_json([corrected_json(one) for one in found])
            return
        if not found:
            say("还没有更正。")
        for one in found:
            fields = [field_name(field, house.rulebook) for field in sorted(one.set_by_person)]
            labels = [house.label(one.labels[name]) for name in ("kind", "department")]
            day, text = one.at.astimezone(house.zone).date(), corrected_json(one)["text"]
            say(f"{day} 改了{'、'.join(fields)} → {'·'.join(labels)}  {text}")


def _export(path: Path, found: "list[Corrected]") -> None:
    """Write the lines; the file is whole or as it was. Raises IncomingError where it cannot be."""
    import json as jsonlib

    from api.incoming import IncomingError
    from api.triage_learning import corrected_json

    lines = "".join(jsonlib.dumps(corrected_json(one), ensure_ascii=False) + "\n" for one in found)
    unfinished = path.with_name(f".{path.name}.part")
    try:
        unfinished.write_text(lines, encoding="utf-8")
        unfinished.replace(path)
    except OSError as error:
        raise IncomingError(f"写不了文件 {path}（{error.strerror}）；请换一个位置。") from error
