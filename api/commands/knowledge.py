"""`ingest`, `status`, `forget`, `search`, `ask`: the knowledge base from the command line."""

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import AS_OF, JSON, opened
from api.incoming import read_day
from api.output import emit_json, say

if TYPE_CHECKING:
    from assistant.types import Answer


def register(app: typer.Typer) -> None:
    app.command(help="添加、更新资料；给出文件夹时与它同步。")(ingest)
    app.command(help="查看知识库里有什么，或一份资料的质量。")(status)
    app.command(help="从知识库移除资料。")(forget)
    app.command(help="搜索知识库，列出最相关的段落。")(search)
    app.command(help="提问，得到带出处的回答。")(ask)


def ingest(
    paths: Annotated[list[Path], typer.Argument(help="文件或文件夹，可以多个。")],
    allow_mass_deletion: Annotated[
        bool,
        typer.Option("--allow-mass-deletion", help="文件夹的大半文件已不在时，照样移除对应资料。"),
    ] = False,
    keep_missing: Annotated[
        bool, typer.Option("--keep-missing", help="只添加和更新；文件已不在的资料照旧保留。")
    ] = False,
    json: JSON = False,
) -> None:
    from api.progress import progress_bar
    from ingest.pipeline import ingest as run
    from ingest.sync import Missing

    if allow_mass_deletion and keep_missing:
        raise typer.BadParameter("--allow-mass-deletion 和 --keep-missing 只能给一个。")
    missing = Missing.REMOVE_EVEN_MANY if allow_mass_deletion else Missing.REMOVE
    if keep_missing:
        missing = Missing.KEEP
    with opened() as house, progress_bar("收录资料") as progress:
        report = run(
            paths,
            house.knowledge_base,
            house.settings.ingest,
            missing=missing,
            progress=progress,
        )
    if json:
        emit_json(report.to_json())
    else:
        for line in report.lines():
            say(line)
    for failure in report.failures:
        typer.echo(f"未收录：{failure.message}", err=True)
    for refusal in report.refusals:
        typer.echo(f"未移除：{refusal.message}", err=True)
    if report.refusals or report.failures:
        raise typer.Exit(3 if report.refusals or report.succeeded else 1)


def status(
    document_id: Annotated[
        str | None, typer.Argument(help="资料编号：查看这一份的来源、质量和清理掉的内容。")
    ] = None,
    as_of: AS_OF = None,
    json: JSON = False,
) -> None:
    from api.serialize import status_json, version_json
    from api.status_text import document_lines, store_lines
    from ingest.likeness import alike
    from ingest.report import alike_json

    day = read_day(as_of)
    with opened() as house:
        base = house.knowledge_base
        if document_id is not None:
            version = base.version(house.document(document_id).id, day)
            passages = len(base.chunks(document_id))
            if json:
                emit_json({**version_json(version), "passages": passages})
            else:
                say("\n".join(document_lines(version, passages)))
            return
        state = base.status()
        versions = [base.version(document.id, day) for document in base.documents()]
    pairs = alike([version.document for version in versions])
    if json:
        items = [version_json(version) for version in versions]
        emit_json(
            {**status_json(state), "items": items, "alike": [alike_json(pair) for pair in pairs]}
        )
    else:
        say("\n".join(store_lines(state, versions, pairs)))


def forget(
    ids: Annotated[list[str], typer.Argument(help="资料编号，可以多个。")],
    json: JSON = False,
) -> None:
    with opened() as house:
        known = {document.id for document in house.knowledge_base.documents()}
        unknown = [name for name in ids if name not in known]
        removed = house.knowledge_base.remove([name for name in ids if name in known])
    if json:
        emit_json({"removed": removed, "unknown": unknown})
    else:
        say(f"已移除 {removed} 份资料。")
    for name in unknown:
        typer.echo(f"没有编号为 {name} 的资料；用 guanjia status 查看编号。", err=True)
    if unknown:
        raise typer.Exit(3 if removed else 1)


def search(
    query: Annotated[str, typer.Argument(help="要找的内容。")],
    k: Annotated[int, typer.Option("-k", min=1, max=200, help="列出几条。")] = 10,
    as_of: AS_OF = None,
    json: JSON = False,
) -> None:
    from api.serialize import hit_json

    day = read_day(as_of)
    with opened() as house:
        hits = house.knowledge_base.search(query, k, as_of=day)
    if json:
        emit_json([hit_json(hit) for hit in hits])
        return
    if not hits:
        say("没有找到相关内容。")
    for number, hit in enumerate(hits, 1):
        where = " › ".join((hit.document.title, *hit.chunk.section))
        mark = _mark(hit.state, hit.document.version, hit.document.effective_from)
        say(f"{number}. [{hit.score:.2f}] {where}{mark}  ({hit.chunk.document_id})")
        say(f"   {hit.chunk.text.strip()}")


def ask(
    question: Annotated[str, typer.Argument(help="问题。")],
    after: Annotated[
        list[str] | None,
        typer.Option(
            "--after", help="此前问过的问题，可以多个，先问的在前；问题承接它们时会补全。"
        ),
    ] = None,
    as_of: AS_OF = None,
    json: JSON = False,
) -> None:
    from api.serialize import answer_json
    from assistant.followups import rewrite
    from assistant.gaps.types import Channel

    day = read_day(as_of)
    rewritten = rewrite([*(after or ()), question])
    with opened() as house:
        answer = house.ask(rewritten.question, Channel.CLI, day)
    if json:
        emit_json(answer_json(answer, question))
        return
    if rewritten.from_turns:
        say(f"按“{rewritten.question}”查询：")
    _tell(answer)


def _tell(answer: "Answer") -> None:
    for segment in answer.segments:
        marks = "".join(f"[{number + 1}]" for number in segment.citations)
        say(segment.text + marks)
    if answer.abstained:
        say(answer.answer)
        if answer.possible:
            say("可能相关的句子，是否回答了问题请核对原文：")
        for one in answer.possible:
            say(f"- {one.text}（{one.citation.path}）")
        return
    for conflict in answer.conflicts:
        marks = "".join(f"[{number + 1}]" for number in conflict.citations)
        say(f"注意：{conflict.text}{marks}")
    say()
    for number, citation in enumerate(answer.citations, 1):
        page = f" 第{citation.page}页" if citation.page else ""
        mark = _mark(citation.state, citation.version, citation.effective_from)
        say(f"[{number}] {citation.path}{page}{mark}  ({citation.source})")


def _mark(state: str, version: str | None, effective_from: date | None) -> str:
    """What has to be said of a text that does not hold today: 【已被取代，版本 2010，…】."""
    if state == "现行":
        return ""
    parts = (
        state,
        f"版本 {version}" if version else "",
        f"{effective_from} 起施行" if effective_from else "",
    )
    return f"【{'，'.join(part for part in parts if part)}】"
