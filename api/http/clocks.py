"""Limits reckoned by hand under `/api/v1/rules`: due times, elapsed time, changed deadlines."""

from datetime import datetime
from typing import Any

from fastapi import APIRouter
from pydantic import ConfigDict, Field

from api import reckoning
from api.http.problems import RESPONSES
from api.http.routes import InHouse
from api.http.rules import FactsIn, facts_in
from api.http.shapes import Shape
from api.incoming import read_moment

router = APIRouter(prefix="/api/v1/rules", tags=["规则"], responses=RESPONSES)


class PausesIn(Shape):
    """等住户的时段和项目。"""

    pauses: list[str] = Field(default=[], description="等住户的时段，写成 起/止；还在等的止留空。")
    estate: str | None = Field(default=None, description="项目，有自己服务日历的才需要。")


class DueIn(PausesIn):
    """一个时限，从什么时候算起。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={"examples": [{"limit": "3个服务日", "at": "2026-09-30T17:59:00+08:00"}]},
    )

    limit: str = Field(description="时限，如 15分钟、4个服务小时、3个服务日。")
    clock: str = Field(default="service", description="service 服务时间，或 calendar 自然时间。")
    at: datetime | None = Field(default=None, description="从什么时候算起；不给则为现在。")


class ElapsedIn(PausesIn):
    """两个时刻。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [{"start": "2026-09-30T17:30:00+08:00", "end": "2026-10-08T10:00:00+08:00"}]
        },
    )

    start: datetime
    end: datetime


class RecomputeIn(Shape):
    """事实变了：原来的、现在的、什么时候变的、已经做到的节点。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "before": {"kind": "repair", "received_at": "2026-11-23T10:00:00+08:00"},
                    "after": {
                        "kind": "repair",
                        "received_at": "2026-11-23T10:00:00+08:00",
                        "signals": ["flooding_now"],
                    },
                    "changed_at": "2026-11-23T15:00:00+08:00",
                    "met": ["acknowledge"],
                }
            ]
        },
    )

    before: FactsIn
    after: FactsIn
    changed_at: datetime
    met: list[str] = Field(default=[], description="已经做到的节点。")
    pauses: list[str] = Field(default=[], description="等住户的时段，写成 起/止。")


@router.post("/due", summary="一个时限什么时候到期")
def due(house: InHouse, body: DueIn) -> dict[str, Any]:
    start = read_moment(body.at, house.now())
    pauses = reckoning.read_pauses(body.pauses, start)
    clock = reckoning.read_clock(body.clock)
    return reckoning.due_json(house.rulebook, body.limit, clock, start, pauses, body.estate)


@router.post("/elapsed", summary="两个时刻之间，两种时钟各走了多少")
def elapsed(house: InHouse, body: ElapsedIn) -> dict[str, Any]:
    now = house.now()
    start, end = read_moment(body.start, now), read_moment(body.end, now)
    pauses = reckoning.read_pauses(body.pauses, now)
    return reckoning.elapsed_json(house.rulebook, start, end, pauses, body.estate)


@router.post("/recompute", summary="事实变了以后，各节点的时限变成什么")
def recompute(house: InHouse, body: RecomputeIn) -> dict[str, Any]:
    before, after = facts_in(house, body.before), facts_in(house, body.after)
    changed_at = read_moment(body.changed_at, house.now())
    pauses = reckoning.read_pauses(body.pauses, before.received_at)
    return reckoning.recomputed_json(house.rulebook, before, after, changed_at, body.met, pauses)
