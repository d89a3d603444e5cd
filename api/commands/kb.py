"""`kb …`: the care of the knowledge base from the command line."""

from collections.abc import Sequence
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands import edits, gaps, phrases, transfer
from api.commands.options import AS_OF, JSON, opened
from api.incoming import read_day
from api.output import emit_json, say

if TYPE_CHECKING:
    from kb.lint.types import Finding

app = typer.Typer(
    help="知识库维护：检查、版本、停用、待补问题、草稿改动、话术、导出和导入。",
    no_args_is_help=True,
)
gaps.register(app)
edits.register(app)
phrases.register(app)
transfer.register(app)
_WORDS = {"error": "错误", "warning": "警告", "hint": "提示"}


class FailOn(StrEnum):
    """From which severity on `lint` fails."""

    error = "error"
    warning = "warning"


@app.command(help="检查知识库：失效、矛盾、重复、没有依据的内容。")
def lint(
    fail_on: Annotated[
        FailOn, typer.Option("--fail-on", help="有这一级及更严重的问题时，退出码为 1。")
    ] = FailOn.error,
    json: JSON = False,
) -> None:
    from api.serialize import finding_json

    with opened() as house:
        findings = house.lint()
    if json:
        emit_json([finding_json(finding) for finding in findings])
    else:
        _tell(findings)
    failing = {"error"} if fail_on is FailOn.error else {"error", "warning"}
    if any(finding.severity in failing for finding in findings):
        raise typer.Exit(1)


def _tell(findings: "Sequence[Finding]") -> None:
    for finding in findings:
        where = " › ".join(part for part in (finding.document_id, *finding.section) if part)
        say(f"{_WORDS[finding.severity]} {finding.code}  {where or '规则表'}")
        say(f"  {finding.message}")
        say(f"  建议：{finding.remedy}")
    counts = [
        f"{word} {sum(finding.severity == name for finding in findings)}"
        for name, word in _WORDS.items()
    ]
    say(f"检查完毕：{'，'.join(counts)}。" if findings else "检查完毕，没有发现问题。")


@app.command(help="列出一份资料的各个版本和它们的状态。")
def versions(
    document_id: Annotated[str, typer.Argument(metavar="ID", help="资料编号。")],
    as_of: AS_OF = None,
    json: JSON = False,
) -> None:
    from api.serialize import version_json

    day = read_day(as_of)
    with opened() as house:
        found = house.knowledge_base.versions_of(document_id, day)
    if json:
        emit_json([version_json(version) for version in found])
        return
    for version in found:
        document, span = version.document, version.span
        parts = (
            version.state,
            f"版本 {document.version}" if document.version else "",
            f"{span.begins} 起" if span.begins else "",
            f"至 {document.effective_to}" if document.effective_to else "",
            f"{span.superseded_from or ''} 由 {span.superseded_by} 取代".strip()
            if span.superseded_by
            else "",
        )
        say(f"{document.id}\t{document.title}\t{'，'.join(part for part in parts if part)}")


@app.command(help="停用一份资料：从某天起不再用它回答，资料仍保留。")
def retire(
    document_id: Annotated[str, typer.Argument(metavar="ID", help="资料编号。")],
    since: Annotated[
        str | None, typer.Option("--from", help="从哪一天起停用，如 2026-12-01；默认今天。")
    ] = None,
    undo: Annotated[bool, typer.Option("--undo", help="恢复使用。")] = False,
    json: JSON = False,
) -> None:
    from datetime import timedelta

    from api.serialize import version_json

    day = read_day(since)
    with opened() as house:
        base, first = house.knowledge_base, day or house.now().date()
        if undo:
            base.reinstate(document_id)
        else:
            base.retire(document_id, first - timedelta(days=1))
        version = base.version(document_id)
    if json:
        emit_json(version_json(version))
    elif undo:
        say(f"已恢复《{version.document.title}》（{document_id}），现在的状态是{version.state}。")
    else:
        say(f"《{version.document.title}》（{document_id}）从 {first} 起停用。")
