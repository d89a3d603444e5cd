"""Kept requests, duplicates, merging and incidents under `/api/v1`."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from api import desk_flow, serialize
from api.http import shapes
from api.http.problems import RESPONSES
from api.http.routes import InHouse, message_of
from api.http.shapes import Shape

router = APIRouter(prefix="/api/v1", responses=RESPONSES)


class MergeIn(Shape):
    """把一条来件并入另一条。"""

    model_config = ConfigDict(
        extra="forbid", json_schema_extra={"examples": [{"request_id": "m-18", "actor": "客服甲"}]}
    )

    request_id: str = Field(min_length=1, max_length=64, description="并入的来件；它的原文保留。")
    actor: str = Field(default="api", min_length=1, max_length=100, description="谁做的。")


class UnmergeIn(Shape):
    """拆开一条已并入的来件。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"actor": "客服甲"}]})

    actor: str = Field(default="api", min_length=1, max_length=100, description="谁做的。")


class RelatedOut(BaseModel):
    """可能是同一件事的来件。"""

    request_id: str
    probability: float = Field(description="是同一件事的可能，0 到 1。")
    reasons: list[str] = Field(description="为什么，如“同一单元”“都是电梯故障”“相隔12分钟”。")


class IncidentOut(BaseModel):
    """多人报告的同一件事。"""

    id: int
    about: str
    started_at: datetime
    last_at: datetime
    people: int = Field(description="不同的报告人数。")
    requests: list[str]


@router.post(
    "/requests", tags=["工单"], summary="分诊并登记一条来件；连发的并成一条", status_code=201
)
def keep(house: InHouse, body: shapes.MessageIn) -> dict[str, Any]:
    (result,) = house.triage([message_of(house, body)])
    return serialize.kept_json(desk_flow.keep_message(house, result, actor="api"))


@router.get("/requests", tags=["工单"], summary="未办结的来件，按剩余时间排列")
def requests(house: InHouse) -> list[dict[str, Any]]:
    return [serialize.request_json(request) for request in house.desk.open_requests()]


@router.get("/requests/{request_id}", tags=["工单"], summary="一条来件和它的经过")
def request(house: InHouse, request_id: str) -> dict[str, Any]:
    return desk_flow.request_page(house, request_id)


@router.post("/requests/{request_id}/milestones", tags=["工单"], summary="记录一个节点已达成")
def reach(house: InHouse, request_id: str, body: shapes.MilestoneIn) -> dict[str, Any]:
    reached = desk_flow.reach_milestone(house, request_id, body.milestone, body.actor)
    return serialize.request_json(reached)


@router.get(
    "/requests/{request_id}/duplicates", tags=["工单"], summary="可能是同一件事的未办结来件"
)
def duplicates(house: InHouse, request_id: str) -> list[RelatedOut]:
    found = desk_flow.related(house, request_id)
    return [RelatedOut.model_validate(serialize.related_json(one)) for one in found]


@router.post("/requests/{request_id}/merge", tags=["工单"], summary="把另一条来件并入这一条")
def merge(house: InHouse, request_id: str, body: MergeIn) -> dict[str, Any]:
    merged = desk_flow.merge(house, request_id, body.request_id, actor=body.actor)
    return serialize.request_json(merged)


@router.post("/requests/{request_id}/unmerge", tags=["工单"], summary="拆开一条已并入的来件")
def unmerge(house: InHouse, request_id: str, body: UnmergeIn) -> dict[str, Any]:
    return serialize.request_json(desk_flow.unmerge(house, request_id, actor=body.actor))


@router.get("/incidents", tags=["工单"], summary="多人报告的事件，最近的在前")
def incidents(house: InHouse) -> list[IncidentOut]:
    found = desk_flow.current_incidents(house)
    return [IncidentOut.model_validate(serialize.incident_json(one)) for one in found]
