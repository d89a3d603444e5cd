"""Feedback on answers, and what the knowledge base could not answer, under `/api/v1`."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, model_validator

from api.http.problems import RESPONSES
from api.http.routes import InHouse
from api.http.shapes import Shape
from assistant.gaps.types import Settled

router = APIRouter(prefix="/api/v1", responses=RESPONSES)


class FeedbackIn(Shape):
    """一条答复有没有用。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "question": "装修几点可以施工？",
                    "answer_id": "17",
                    "useful": False,
                    "reason": "没有说周末",
                }
            ]
        },
    )

    question: str = Field(min_length=1, max_length=2000, description="当时问的问题。")
    answer_id: str = Field(
        default="", max_length=20, description="答复的 answer_id；没有时给 text。"
    )
    text: str = Field(default="", max_length=20000, description="答复的文字；不保存。")
    useful: bool = Field(description="有用为真，没用为假。")
    reason: str = Field(default="", max_length=500, description="为什么没用；个人信息会遮盖。")

    @model_validator(mode="after")
    def _names_an_answer(self) -> "FeedbackIn":
        if not self.question.strip():
            raise ValueError("问题是空的")
        if not self.answer_id and not self.text.strip():
            raise ValueError("answer_id 和 text 至少给一个")
        return self


class FeedbackOut(BaseModel):
    recorded: bool = Field(description="为假时设置里关闭了记录。")


class GapOut(BaseModel):
    """一组问法相近、知识库没有答好的问题；文字都已遮盖个人信息。"""

    id: int
    question: str
    wordings: list[str]
    count: int
    abstained: int = Field(description="知识库没有说明的次数。")
    poor: int = Field(description="答复被评为没用的次数。")
    first_asked: datetime
    last_asked: datetime
    score: float = Field(description="次数按轻重和新近加权；越大越该先补。")
    nearest: list[str]
    reasons: list[str]
    channels: dict[str, int]
    returned: bool = Field(description="处理过，又有人问到。")


class FaqDraftOut(BaseModel):
    """待人工补充的问答草稿；补充前 `ingest` 不收。"""

    id: int
    question: str
    markdown: str


class SettleIn(Shape):
    """把一组问题标为已补充或不用补。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"how": "resolved"}]})

    how: Settled = Field(default=Settled.DISMISSED, description="resolved 或 dismissed。")


@router.post("/feedback", tags=["知识库"], summary="评价一条答复", status_code=201)
def feedback(house: InHouse, body: FeedbackIn) -> FeedbackOut:
    return FeedbackOut(
        recorded=house.asked.rate(body.question, body.useful, body.reason, body.answer_id)
    )


@router.get("/kb/gaps", tags=["知识库"], summary="知识库没有答好的问题，最该补的在前")
def gaps(
    house: InHouse,
    days: Annotated[int | None, Query(ge=1, le=3650, description="看最近几天")] = None,
    most: Annotated[int | None, Query(ge=1, le=1000, description="最多几组")] = None,
) -> list[GapOut]:
    found = house.asked.gaps(days)[: most or house.settings.assistant.gaps.most]
    return [GapOut.model_validate(gap.to_json()) for gap in found]


@router.post("/kb/gaps/{gap_id}/draft", tags=["知识库"], summary="把一组问题写成问答草稿")
def draft(house: InHouse, gap_id: int) -> FaqDraftOut:
    made = house.asked.draft_faq(gap_id)
    return FaqDraftOut(id=made.gap, question=made.question, markdown=made.markdown)


@router.post("/kb/gaps/{gap_id}/settle", tags=["知识库"], summary="标为已补充或不用补")
def settle(house: InHouse, gap_id: int, body: SettleIn) -> dict[str, Any]:
    return house.asked.dismiss(gap_id, body.how).to_json()
