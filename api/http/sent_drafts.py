"""What was sent instead of a draft, and what that says of drafts, under `/api/v1`."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from api.http.gaps import FaqDraftOut, SettleIn
from api.http.problems import RESPONSES
from api.http.routes import InHouse
from api.http.shapes import Shape
from api.sent_drafts import asked_in
from api.serialize import edits_json
from assistant.edits.types import LONGEST, Sent
from assistant.types import Segment
from rules.types import Kind

router = APIRouter(prefix="/api/v1", responses=RESPONSES, tags=["来件"])


class SentSegmentIn(Shape):
    """草稿的一段，和起草接口返回的一样。"""

    role: str = Field(max_length=30)
    text: str = Field(min_length=1, max_length=LONGEST)
    citations: list[int] = Field(default=[], max_length=100)
    rules: list[str] = Field(default=[], max_length=100)


class SentIn(Shape):
    """客服实际发出的回复。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "message": "装修押金多久退？",
                    "draft": "您好。验收合格后退还押金。",
                    "sent": "您好。验收合格后三个月退还押金。",
                    "kind": "inquiry",
                    "backend": "composed",
                }
            ]
        },
    )

    request_id: str = Field(default="", max_length=64, description="来件编号。")
    message: str = Field(
        default="", max_length=100_000, description="来件原文；不给时按来件编号查。"
    )
    draft: str = Field(min_length=1, max_length=LONGEST, description="草稿的 text。")
    sent: str = Field(min_length=1, max_length=LONGEST, description="实际发出的文字。")
    kind: Kind = Field(description="诉求类型。")
    backend: str = Field(default="composed", max_length=100, description="草稿的 backend。")
    segments: list[SentSegmentIn] = Field(
        default=[], max_length=100, description="草稿的 segments；给出时按段落统计改动。"
    )


class SentOut(BaseModel):
    recorded: bool = Field(description="为假时设置里关闭了记录。")
    distance: float = Field(description="改动的比例，0 到 1；0 为原样发出。")


class SpreadOut(BaseModel):
    count: int
    median: float = Field(description="改动比例的中位数，0 到 1。")
    unchanged: float = Field(description="原样发出的比例，0 到 1。")


class RoleOut(BaseModel):
    count: int
    touched: float = Field(description="改过这类段落的草稿的比例，0 到 1。")
    mean: float = Field(description="这类段落改动比例的平均，0 到 1。")


class CandidateOut(BaseModel):
    """可以成为问答的一条答复；文字都已遮盖个人信息。"""

    id: int
    at: datetime
    question: str
    answer: str
    distance: float
    has_fact: bool | None = Field(description="草稿里有没有查到的事实；不知道时为空。")


class EditsOut(BaseModel):
    """草稿被改了多少。"""

    total: SpreadOut
    kinds: dict[str, SpreadOut]
    backends: dict[str, SpreadOut]
    roles: dict[str, RoleOut]
    candidates: list[CandidateOut]


@router.post("/drafts/sent", summary="记下客服实际发出的回复", status_code=201)
def sent(house: InHouse, body: SentIn) -> SentOut:
    from assistant.edits.measuring import distance

    kept = house.sent.record(
        Sent(
            draft=body.draft,
            sent=body.sent,
            kind=body.kind,
            backend=body.backend,
            at=house.now(),
            segments=tuple(
                Segment(s.text, tuple(s.citations), s.role, tuple(s.rules)) for s in body.segments
            ),
            question=_question(house, body),
            request_id=body.request_id,
        )
    )
    return SentOut(
        recorded=kept is not None,
        distance=distance(body.draft, body.sent) if kept is None else kept.distance,
    )


def _question(house: InHouse, body: SentIn) -> str:
    message = body.message
    if not message and body.request_id:
        message = house.desk.get(body.request_id).text
    return asked_in(body.kind, message)


@router.get("/drafts/edits", summary="草稿被改了多少，哪些答复可以成为问答")
def edits(
    house: InHouse,
    days: Annotated[int | None, Query(ge=1, le=3650, description="看最近几天")] = None,
) -> EditsOut:
    return EditsOut.model_validate(edits_json(house.sent.report(days)))


@router.post("/drafts/candidates/{number}/draft", summary="把一条答复写成问答草稿")
def draft(house: InHouse, number: int) -> FaqDraftOut:
    made = house.sent.draft_faq(number)
    return FaqDraftOut(id=made.gap, question=made.question, markdown=made.markdown)


@router.post("/drafts/candidates/{number}/settle", summary="标为已补充或不用补")
def settle(house: InHouse, number: int, body: SettleIn) -> dict[str, Any]:
    return {"id": house.sent.settle(number, body.how).number}
