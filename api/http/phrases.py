"""The library of wordings (话术) under `/api/v1`."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from api import phrases
from api.http.problems import RESPONSES
from api.http.routes import InHouse
from rules.types import Kind

router = APIRouter(prefix="/api/v1", responses=RESPONSES)


class PhraseOut(BaseModel):
    """一条话术：一个情形下的几种说法。"""

    id: str
    kind: str = Field(description="诉求类型，或 all（通用）。")
    kind_label: str
    situation: str
    situation_label: str
    title: str
    anger: tuple[int, int] = Field(description="适用的情绪程度，从最低到最高（0 到 3）。")
    texts: list[str] = Field(description="原文，{…} 是占位符。")
    ready: list[str] = Field(description="可以复制的文字：公司和小区已填，其余写成【事项】。")
    use: str = Field(description="什么时候用。")
    avoid: str = Field(description="不要怎么说。")
    source: str = Field(description="依据的条款，没有则为空。")
    version: str
    effective_from: date | None
    own: bool = Field(description="来自本公司自己的话术文件。")


@router.get("/phrases", tags=["知识库"], summary="查话术")
def search(
    house: InHouse,
    q: Annotated[
        str, Query(max_length=200, description="要找的词；不给则列出全部", examples=["道歉"])
    ] = "",
    kind: Annotated[Kind | None, Query(description="诉求类型；通用的话术总在其中")] = None,
    situation: Annotated[
        str, Query(max_length=40, description="情形，如 empathy（安抚情绪）")
    ] = "",
) -> list[PhraseOut]:
    found = phrases.find(house, q, str(kind or ""), situation)
    return [PhraseOut.model_validate(phrases.phrase_json(house, wording)) for wording in found]
