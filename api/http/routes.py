"""The verbs of the house under `/api/v1`."""

from datetime import date
from typing import Annotated, Any

from fastapi import APIRouter, Depends, Query, Request

from api import serialize
from api.http import shapes
from api.http.problems import RESPONSES
from api.incoming import message_from
from api.wiring import House
from assistant.followups import rewrite
from assistant.triage_json import to_json as triage_json
from assistant.types import Message
from kb.types import DocumentType

router = APIRouter(prefix="/api/v1", responses=RESPONSES)


def house_of(request: Request) -> House:
    house: House = request.app.state.house
    return house


InHouse = Annotated[House, Depends(house_of)]


def message_of(house: House, body: shapes.MessageIn) -> Message:
    return message_from(body.model_dump(mode="json"), house.now())


@router.get("/search", tags=["知识库"], summary="搜索段落")
def search(
    house: InHouse,
    q: Annotated[str, Query(description="要找的内容", examples=["装修时间"])],
    k: Annotated[int, Query(ge=1, le=200, description="条数")] = 10,
    type: Annotated[list[DocumentType] | None, Query(description="限定资料类型")] = None,
    as_of: Annotated[date | None, Query(description="按哪一天有效的资料；不给则为今天")] = None,
) -> list[shapes.HitOut]:
    hits = house.knowledge_base.search(q, k, types=type, as_of=as_of)
    return [shapes.HitOut.model_validate(serialize.hit_json(hit)) for hit in hits]


@router.post("/ask", tags=["知识库"], summary="提问，得到带出处的回答")
def ask(house: InHouse, body: shapes.QuestionIn) -> shapes.AnswerOut:
    asked_as = rewrite([*body.turns, body.question]).question
    answer = house.ask(asked_as, as_of=body.as_of)
    return shapes.AnswerOut.model_validate(serialize.answer_json(answer, body.question))


@router.get("/documents", tags=["知识库"], summary="列出资料")
def documents(house: InHouse) -> list[dict[str, Any]]:
    return [serialize.document_json(document) for document in house.knowledge_base.documents()]


@router.get("/documents/{document_id}", tags=["知识库"], summary="一份资料和它的段落")
def document(house: InHouse, document_id: str) -> dict[str, Any]:
    found = house.document(document_id)
    chunks = house.knowledge_base.chunks(document_id)
    return {
        **serialize.document_json(found),
        "chunks": [serialize.chunk_json(chunk) for chunk in chunks],
    }


@router.get("/documents/{document_id}/versions", tags=["知识库"], summary="一份资料的各个版本")
def versions(
    house: InHouse,
    document_id: str,
    as_of: Annotated[date | None, Query(description="看哪一天的状态；不给则为今天")] = None,
) -> list[dict[str, Any]]:
    found = house.knowledge_base.versions_of(document_id, as_of)
    return [serialize.version_json(version) for version in found]


@router.get("/kb/lint", tags=["知识库"], summary="检查知识库：失效、矛盾、重复、没有依据")
def lint(house: InHouse) -> list[shapes.FindingOut]:
    return [shapes.FindingOut.model_validate(serialize.finding_json(f)) for f in house.lint()]


@router.get("/status", tags=["知识库"], summary="知识库状态")
def status(house: InHouse) -> dict[str, Any]:
    return serialize.status_json(house.knowledge_base.status())


@router.post("/triage", tags=["来件"], summary="分诊一条来件")
def triage(house: InHouse, body: shapes.MessageIn) -> shapes.TriageOut:
    (result,) = house.triage([message_of(house, body)])
    return shapes.TriageOut.model_validate(triage_json(result))


@router.get("/training/next", tags=["培训"], summary="下一道分诊练习")
def next_drill(house: InHouse, trainee: str = "") -> dict[str, Any]:
    return house.drills.next(trainee).to_json()


@router.post("/training/answers", tags=["培训"], summary="作答并得到讲解")
def answer_drill(house: InHouse, body: shapes.DrillAnswerIn) -> dict[str, Any]:
    grade = house.drills.answer(
        body.trainee, body.case_id, body.kind, body.tier, body.level, house.now()
    )
    return grade.to_json()


@router.get("/training/progress", tags=["培训"], summary="练习进度")
def progress(house: InHouse, trainee: str = "") -> dict[str, Any]:
    return house.drills.progress(trainee).to_json()
