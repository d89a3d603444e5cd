"""The care of documents under `/api/v1/documents`: add, replace, retire, reinstate, remove."""

from collections.abc import Sequence
from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, File, Query, UploadFile
from pydantic import BaseModel, ConfigDict, Field

from api import knowledge, serialize
from api.http.problems import RESPONSES
from api.http.routes import InHouse
from api.http.shapes import FindingOut, Shape
from api.uploads import Upload
from ingest.errors import NotReplaceable
from ingest.preview import Preview
from ingest.report import alike_json
from kb.difference import Difference
from kb.types import Chunk

router = APIRouter(prefix="/api/v1/documents", tags=["知识库"], responses=RESPONSES)
Actor = Annotated[str, Query(max_length=100, description="经手人，记入日志。")]
Files = Annotated[list[UploadFile], File(description="一个或多个文件")]
_NOBODY = "api"


class RetireIn(Shape):
    """从哪一天起停用。"""

    model_config = ConfigDict(
        extra="forbid",
        populate_by_name=True,
        json_schema_extra={"examples": [{"from": "2027-01-01", "actor": "主管甲"}]},
    )

    since: date | None = Field(
        default=None, alias="from", description="停用的第一天；不给则为今天。"
    )
    actor: str = Field(default=_NOBODY, max_length=100, description="经手人，记入日志。")


class ReinstateIn(Shape):
    """恢复使用。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"actor": "主管甲"}]})

    actor: str = Field(default=_NOBODY, max_length=100, description="经手人，记入日志。")


class ChangeOut(BaseModel):
    """一个段落的前后文字。"""

    before: dict[str, Any]
    after: dict[str, Any]


class DifferenceOut(BaseModel):
    """替换时哪些段落不变、改动、去掉、新增。"""

    stays: list[str] = Field(description="不变的段落编号；引用它们的地方不受影响。")
    changed: list[ChangeOut]
    gone: list[dict[str, Any]]
    come: list[dict[str, Any]]


class SupersededOut(BaseModel):
    """会被取代的资料。"""

    document_id: str
    title: str
    since: date | None


class ProposedOut(BaseModel):
    """一份资料收录后的样子。"""

    action: str = Field(description="add 新增，update 更新，renamed 改名。")
    document: dict[str, Any]
    state: str = Field(description="收录后今天的状态。")
    chunks: list[dict[str, Any]]
    notes: list[str] = Field(description="读取文件时要说明的事。")
    family: list[dict[str, Any]] = Field(description="收录后的各个版本，旧的在前。")
    supersedes: list[SupersededOut]
    difference: DifferenceOut | None = Field(description="更新已有资料时才有。")


class PreviewOut(BaseModel):
    """收录之前的预览；知识库没有变化。"""

    documents: list[ProposedOut]
    unchanged: list[str] = Field(description="内容没有变化的资料编号。")
    skipped: list[dict[str, str]]
    failures: list[dict[str, str]]
    alike: list[dict[str, Any]] = Field(description="内容几乎相同的两份资料，其中一份待收录。")
    findings: list[FindingOut] = Field(description="收录后检查会新发现的问题。")


@router.post("/preview", summary="预览要收录的资料，什么也不保存")
def preview(house: InHouse, files: Files) -> PreviewOut:
    return _preview_out(house, knowledge.look(house, received(files)))


@router.post("", summary="上传资料", status_code=201)
def add(house: InHouse, files: Files) -> dict[str, Any]:
    return knowledge.add(house, received(files), _NOBODY).to_json()


@router.delete("/{document_id}", summary="移除资料", status_code=204)
def remove(house: InHouse, document_id: str) -> None:
    knowledge.remove(house, document_id, _NOBODY)


@router.put("/{document_id}", summary="用新文件替换一份资料，编号不变")
def replace(
    house: InHouse,
    document_id: str,
    file: Annotated[UploadFile, File(description="新的文件")],
    actor: Actor = _NOBODY,
) -> dict[str, Any]:
    looked = knowledge.look(house, received([file]), replacing=document_id)
    if not looked.documents:
        raise NotReplaceable(_why_not(looked.preview))
    difference = looked.documents[0].difference
    report = knowledge.take_in(house, looked, actor)
    return {
        **report.to_json(),
        "difference": difference and _difference_out(difference).model_dump(mode="json"),
    }


@router.post("/{document_id}/retire", summary="从某天起停用一份资料")
def retire(house: InHouse, document_id: str, body: RetireIn) -> dict[str, Any]:
    version = knowledge.retire(house, document_id, body.since, body.actor)
    return serialize.version_json(version)


@router.post("/{document_id}/reinstate", summary="恢复使用一份停用的资料")
def reinstate(house: InHouse, document_id: str, body: ReinstateIn) -> dict[str, Any]:
    return serialize.version_json(knowledge.reinstate(house, document_id, body.actor))


def _why_not(found: Preview) -> str:
    """The line about the one file that is of no use."""
    lines = [failure.message for failure in found.failures]
    lines += [f"「{item.source}」不能用：{item.reason}" for item in found.skipped]
    return lines[0] if lines else "没有可以替换的内容"


def received(files: Sequence[UploadFile]) -> list[Upload]:
    """The files of a request."""
    return [Upload(file.filename or "未命名", file.file.read()) for file in files]


def _preview_out(house: InHouse, looked: knowledge.Looked) -> PreviewOut:
    found = looked.preview
    return PreviewOut(
        documents=[_proposed_out(item) for item in looked.documents],
        unchanged=[item.document_id for item in found.unchanged],
        skipped=[{"source": item.source, "reason": item.reason} for item in found.skipped],
        failures=[{"source": item.source, "message": item.message} for item in found.failures],
        alike=[alike_json(pair) for pair in found.alike],
        findings=[
            FindingOut.model_validate(serialize.finding_json(finding))
            for finding in knowledge.new_findings(house, looked)
        ],
    )


def _proposed_out(item: knowledge.Proposed) -> ProposedOut:
    return ProposedOut(
        action=item.proposal.summary.action.value,
        document=serialize.document_json(item.proposal.document),
        state=item.version.state,
        chunks=_chunks_out(item.proposal.chunks),
        notes=list(item.proposal.summary.notes),
        family=[serialize.version_json(version) for version in item.family],
        supersedes=[
            SupersededOut(document_id=one.document.id, title=one.document.title, since=one.since)
            for one in item.supersedes
        ],
        difference=_difference_out(item.difference) if item.difference else None,
    )


def _difference_out(difference: Difference) -> DifferenceOut:
    return DifferenceOut(
        stays=[chunk.id for chunk in difference.stays],
        changed=[
            ChangeOut(
                before=serialize.chunk_json(change.before), after=serialize.chunk_json(change.after)
            )
            for change in difference.changed
        ],
        gone=_chunks_out(difference.gone),
        come=_chunks_out(difference.come),
    )


def _chunks_out(chunks: Sequence[Chunk]) -> list[dict[str, Any]]:
    return [serialize.chunk_json(chunk) for chunk in chunks]
