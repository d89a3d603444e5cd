"""The rules under `/api/v1/rules`: versions, check, activation, explanation, replay."""

from datetime import datetime
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field, JsonValue

from api import rulebooks
from api.http.problems import RESPONSES
from api.http.routes import InHouse
from api.http.shapes import Shape
from api.incoming import read_moment
from rules.difference import difference
from rules.errors import NotActivated
from rules.explain import explanation, lines_of
from rules.explain_json import explanation_json
from rules.records import facts_from_json
from rules.replay import replay
from rules.show import book_json
from rules.types import Facts
from rules.verify.check import check_texts
from rules.verify.findings import report_json

router = APIRouter(prefix="/api/v1/rules", tags=["规则"], responses=RESPONSES)

_FILES: dict[str, JsonValue] = {
    "rulebook.yaml": 'id: rulebook\nname: default\nversion: "1.1"\neffective_from: 2026-01-01\n'
}
Version = Annotated[
    str | None,
    Query(description="版本号的开头、版本名、current 或 shipped；不给则为现行。"),
]
AsOf = Annotated[datetime | None, Query(description="哪一刻在用的版本；不给则为现行。")]


class FilesIn(Shape):
    """要检查的规则文件，替换现行的同名文件。"""

    model_config = ConfigDict(extra="forbid", json_schema_extra={"examples": [{"files": _FILES}]})

    files: dict[str, str] = Field(description="文件名到全文；没有给的沿用现行的。")


class BacktestIn(FilesIn):
    """规则文件，和拿多少件登记过的来件回测。"""

    limit: int = Field(default=10_000, ge=1, le=200_000, description="最近的多少件。")


class ActivateIn(Shape):
    """启用一套规则：给文件或以前的版本，写明谁和为什么。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {"files": _FILES, "by": "主管甲", "why": "紧急件到场时限缩短"},
                {"version": "1f3a9c0b2d4e", "by": "主管甲", "why": "恢复原来的时限"},
            ]
        },
    )

    files: dict[str, str] | None = Field(default=None, description="同检查；与 version 二选一。")
    version: str | None = Field(default=None, description="以前的版本；与 files 二选一。")
    by: str = Field(max_length=100, description="谁启用。")
    why: str = Field(max_length=500, description="为什么启用。")


class FactsIn(Shape):
    """一件诉求的事实。"""

    kind: str = Field(description="诉求类型。")
    received_at: datetime | None = Field(default=None, description="收到的时间；不给则为现在。")
    signals: list[str] = Field(default=[], description="已经出现的信号。")
    category: str | None = None
    repeat_count: int = Field(default=0, ge=0, description="第几次反映；0 为没有说。")
    unattended_days: int = Field(default=0, ge=0, description="多少天没人处理；0 为没有说。")
    incident_reports: int = Field(default=0, ge=0, description="同一事件有几人反映；0 为不知道。")
    suspected_danger: int = Field(
        default=0, ge=0, le=100, description="第二意见怀疑有人身危险的把握（百分数）；0 为没有。"
    )
    wished_at: datetime | None = Field(default=None, description="住户约定的时间。")
    raised_tier: str | None = Field(default=None, description="人工建议不低于的紧急程度。")
    department: str | None = None
    channel: str | None = None
    estate: str | None = Field(default=None, description="项目，有自己服务日历的才需要。")


class ExplainIn(Shape):
    """要解释的事实，和按哪套规则。"""

    model_config = ConfigDict(
        extra="forbid",
        json_schema_extra={
            "examples": [
                {
                    "facts": {
                        "kind": "repair",
                        "signals": ["lift_fault"],
                        "received_at": "2026-11-20T21:05:00+08:00",
                    }
                }
            ]
        },
    )

    facts: FactsIn
    as_of: datetime | None = Field(default=None, description="按哪一刻在用的规则；不给则为现行。")
    version: str | None = Field(default=None, description="按哪个版本。")


class CheckOut(BaseModel):
    """检查的结果；`ok` 为真才能启用。"""

    ok: bool
    rulebook: str | None = Field(description="这套规则的名称@版本+指纹；读不出来时为空。")
    findings: list[dict[str, Any]]


class DifferenceOut(BaseModel):
    """两套规则的不同，逐行用文字说明。"""

    before: str
    after: str
    changes: list[dict[str, Any]]


class ReplayOut(BaseModel):
    """用当时的规则重判的结果；`same` 为真时逐字节相同。"""

    id: str
    rulebook: str
    same: bool
    stored: str
    computed: str
    differences: list[str]


@router.get("", summary="规则表：现行的，或某个版本、某一刻的")
def rules(house: InHouse, version: Version = None, as_of: AsOf = None) -> dict[str, Any]:
    return book_json(rulebooks.book_at(house, version, _moment(house, as_of)))


@router.get("/versions", summary="现行规则和各个版本：何时、由谁、为什么启用")
def versions(house: InHouse) -> dict[str, Any]:
    found = house.archive.in_force()
    kept = house.archive.versions()
    return {
        **rulebooks.in_force_json(found),
        "versions": [rulebooks.version_json(one, found.book.digest) for one in kept],
    }


@router.get("/diff", summary="两套规则有什么不同，逐行说明")
def diff(
    house: InHouse,
    before: Annotated[str, Query(description="版本号的开头、版本名、current 或 shipped。")],
    after: Annotated[str, Query(description="同上。")] = rulebooks.CURRENT,
) -> DifferenceOut:
    old, new = rulebooks.named_book(house, before), rulebooks.named_book(house, after)
    changes = [rulebooks.change_json(change) for change in difference(old, new)]
    return DifferenceOut(before=old.identity, after=new.identity, changes=changes)


@router.post("/check", summary="检查规则文件能否启用，什么也不改")
def check(house: InHouse, body: FilesIn) -> CheckOut:
    report = check_texts(house.archive.over_current(body.files))
    return CheckOut.model_validate(report_json(report))


@router.post("/backtest", summary="拿登记过的来件看改规则会改变什么")
def backtest(house: InHouse, body: BacktestIn) -> dict[str, Any]:
    return rulebooks.backtest(house, house.archive.over_current(body.files), body.limit)


@router.post("/activate", summary="启用一套规则；检查不通过则不启用")
def activate(house: InHouse, body: ActivateIn) -> dict[str, Any]:
    if (body.files is None) is (body.version is None):
        raise NotActivated("没有启用：files 和 version 要给一个，只能给一个")
    if body.version is not None:
        texts = house.archive.texts(house.archive.version(body.version))
    else:
        texts = house.archive.over_current(body.files or {})
    house.archive.activate(texts, body.by, body.why)
    return rulebooks.in_force_json(house.archive.in_force())


@router.post("/explain", summary="一组事实会得到什么判定、为什么、怎样会升降级")
def explain(house: InHouse, body: ExplainIn) -> dict[str, Any]:
    as_of = _moment(house, body.as_of)
    return _explained(house, facts_in(house, body.facts), body.version, as_of)


@router.get("/requests/{request_id}/trace", summary="一条来件当时是怎样判定的，逐行列出")
def trace(house: InHouse, request_id: str) -> dict[str, Any]:
    record = house.desk.record(request_id)
    return _explained(house, facts_from_json(record.facts), record.rulebook, record.as_of)


@router.post("/requests/{request_id}/replay", summary="用当时的规则重判一条来件，逐字节比对")
def replay_request(house: InHouse, request_id: str) -> ReplayOut:
    result = replay(house.desk.record(request_id), house.archive)
    return ReplayOut.model_validate(rulebooks.replay_json(result))


def facts_in(house: InHouse, body: FactsIn) -> Facts:
    """The facts of a request body; received now where no time is given."""
    given = body.model_dump(mode="json", exclude_none=True)
    for name in ("received_at", "wished_at"):
        if name in given or name == "received_at":
            given[name] = read_moment(given.get(name), house.now()).isoformat()
    return facts_from_json(given)


def _explained(
    house: InHouse, facts: Facts, version: str | None, as_of: datetime | None
) -> dict[str, Any]:
    book = rulebooks.book_at(house, version, as_of)
    explained = explanation(facts, book, as_of)
    return {**explanation_json(explained), "explanation": list(lines_of(explained, book))}


def _moment(house: InHouse, moment: datetime | None) -> datetime | None:
    """A moment without an offset is one of the estate's own zone."""
    if moment is None or moment.tzinfo is not None:
        return moment
    return moment.replace(tzinfo=house.zone)
