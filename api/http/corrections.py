"""Corrections of kept requests, and several matters split into requests, under `/api/v1`."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api import serialize
from api.desk_flow import correct_request, split_request, undo_correction
from api.http.problems import RESPONSES
from api.http.routes import InHouse
from api.http.shapes import Shape
from api.triage_learning import corrected_json, corrected_messages

router = APIRouter(prefix="/api/v1", responses=RESPONSES)

_ACTOR = Field(min_length=1, max_length=100, description="经手人。")
_FIELD = Field(
    min_length=1,
    max_length=60,
    description="kind、department、category、in_scope、tier、building、unit、floor、room、place、"
    "wish、contact，或 signal:信号代码。",
)


class CorrectionIn(Shape):
    """一处更正。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"field": "department", "value": "cleaning", "actor": "客服甲"}]
        },
    )

    field: str = _FIELD
    value: str | bool | None = Field(
        description="正确的值；信号和 in_scope 用 true 或 false，清空用 null，时间带时区。"
    )
    actor: str = _ACTOR
    reason: str = Field(
        default="", max_length=500, description="原因；把人身安全的信号改为不成立时必填。"
    )


class UndoIn(Shape):
    """撤销一个字段最近的更正。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"field": "department", "actor": "客服甲"}]},
    )

    field: str = _FIELD
    actor: str = _ACTOR


class SplitIn(Shape):
    """把一条来件里的几件事分开登记。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"actor": "客服甲"}]})

    actor: str = _ACTOR


class CorrectionOut(BaseModel):
    """一处更正；`undoes` 不为空的，是撤销了那一处。"""

    id: int
    request_id: str
    field: str
    before: Any
    after: Any
    reason: str
    actor: str
    at: datetime
    undoes: int | None


class CorrectedOut(BaseModel):
    """一条更正过的来件，供训练；文字已遮盖个人信息。"""

    text: str
    at: datetime
    kind: str
    department: str
    category: str | None
    in_scope: bool
    corrected: list[str] = Field(description="人工更正过的字段。")
    present: list[str] = Field(description="人工认定成立的信号。")
    absent: list[str] = Field(description="人工认定不成立的信号。")
    reasons: list[str]


@router.get("/corrections", tags=["来件"], summary="更正过的来件，已遮盖个人信息")
def corrected(house: InHouse) -> list[CorrectedOut]:
    return [CorrectedOut.model_validate(corrected_json(one)) for one in corrected_messages(house)]


@router.get("/requests/{request_id}/corrections", tags=["工单"], summary="一条来件的全部更正")
def of_request(house: InHouse, request_id: str) -> list[CorrectionOut]:
    house.desk.get(request_id)
    rows = house.corrections.of(request_id)
    return [CorrectionOut.model_validate(one, from_attributes=True) for one in rows]


@router.post(
    "/requests/{request_id}/corrections",
    tags=["工单"],
    summary="更正一个字段，并按规则重新判定；紧急程度不低于原话证明的一级",
)
def correct(house: InHouse, request_id: str, body: CorrectionIn) -> dict[str, Any]:
    done = correct_request(house, request_id, body.field, body.value, body.actor, body.reason)
    return serialize.request_json(done)


@router.post(
    "/requests/{request_id}/corrections/undo", tags=["工单"], summary="撤销一个字段最近的更正"
)
def undo(house: InHouse, request_id: str, body: UndoIn) -> dict[str, Any]:
    return serialize.request_json(undo_correction(house, request_id, body.field, body.actor))


@router.post(
    "/requests/{request_id}/split",
    tags=["工单"],
    summary="把一条来件里的其他事情分开登记；原来件保留全文",
    status_code=201,
)
def split(house: InHouse, request_id: str, body: SplitIn) -> list[dict[str, Any]]:
    return [serialize.request_json(one) for one in split_request(house, request_id, body.actor)]
