"""What a reply must not say, for texts that a CSR has edited, under `/api/v1`."""

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api.http.problems import RESPONSES
from api.http.routes import InHouse, message_of
from api.http.shapes import MessageIn, Shape
from assistant.guard import Code, check_text

router = APIRouter(prefix="/api/v1", responses=RESPONSES)


class CheckIn(Shape):
    """来件和准备发出的回复。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "message": {"text": "3栋2单元电梯坏了，什么时候能修好？"},
                    "text": "您好，我们保证今天修好。",
                }
            ]
        },
    )

    message: MessageIn
    text: str = Field(min_length=1, max_length=20000, description="准备发给住户的文字。")


class ViolationOut(BaseModel):
    """回复里的一处问题。"""

    code: Code = Field(description="问题的代码。")
    label: str = Field(description="问题的中文名称。")
    start: int = Field(description="从第几个字起；整篇缺少内容时起止都是 0。")
    end: int
    text: str = Field(description="有问题的文字；整篇缺少内容时为空。")
    reason: str = Field(description="为什么不能这样写。")
    correct: str | None = Field(description="应当怎样写；不知道时为空。")


@router.post("/draft/check", tags=["来件"], summary="检查准备发出的回复")
def check(house: InHouse, body: CheckIn) -> list[ViolationOut]:
    (triage,) = house.triage([message_of(house, body.message)])
    citations = house.drafter.draft(triage).citations
    return [
        ViolationOut(
            code=Code(found.code),
            label=Code(found.code).label,
            start=found.start,
            end=found.end,
            text=found.text,
            reason=found.reason,
            correct=found.correct,
        )
        for found in check_text(body.text, triage, citations, house.guard)
    ]
