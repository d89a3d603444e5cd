"""Drafts over HTTP: whole, or as they are worded."""

import json
import threading
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request
from fastapi.responses import StreamingResponse

from api.http import shapes
from api.http.problems import RESPONSES
from api.http.routes import InHouse, message_of
from api.streaming import streamed
from api.wiring import House
from assistant.rendering import segment_json, violation_json
from assistant.rendering import to_json as draft_json
from assistant.triage_json import to_json as triage_json
from assistant.types import Draft, Triage, WordedBy
from assistant.wording.writer import Growing, Proved, Step

router = APIRouter(prefix="/api/v1", responses=RESPONSES)

HowWorded = Annotated[
    WordedBy,
    Query(description="措辞：auto 按盲评结果，composed 只用系统草稿，model 用模型改写。"),
]


@router.post("/draft", tags=["来件"], summary="分诊并起草回复")
def draft(
    house: InHouse, body: shapes.MessageIn, wording: HowWorded = WordedBy.AUTO
) -> shapes.DraftOut:
    (result,) = house.triage([message_of(house, body)])
    made = draft_json(house.replies.draft(result, wording), triage_json(result))
    return shapes.DraftOut.model_validate(made)


@router.post(
    "/draft/stream",
    tags=["来件"],
    summary="起草回复，以 server-sent events 逐段送出",
    response_class=StreamingResponse,
)
def draft_stream(
    house: InHouse, request: Request, body: shapes.MessageIn, wording: HowWorded = WordedBy.AUTO
) -> StreamingResponse:
    (result,) = house.triage([message_of(house, body)])
    return StreamingResponse(
        _events(house, request, result, wording), media_type="text/event-stream"
    )


async def _events(
    house: House, request: Request, triage: Triage, wording: WordedBy
) -> AsyncIterator[str]:
    """`triage`, the composed segments at once, `delta` and `reworded` as a model writes, `draft`.

    A client that is gone stops the model.
    """
    head = triage_json(triage)
    yield _event("triage", head)

    def work(stop: threading.Event) -> Iterator[Step]:
        composed = house.replies.composed(triage)
        house.replies.record(composed)
        yield composed
        yield from house.replies.steps(composed, wording, stop)

    told = False
    async for step in streamed(work, request.is_disconnected):
        if isinstance(step, Draft):
            if not told:
                for segment in draft_json(step, head)["segments"]:
                    yield _event("segment", segment)
                told = True
            else:
                yield _event("draft", draft_json(step, head))
        else:
            yield _step(step)


def _step(step: Growing | Proved) -> str:
    if isinstance(step, Growing):
        return _event("delta", {"segment": step.segment, "text": step.text})
    return _event(
        "reworded",
        {
            "segment": step.segment,
            "accepted": step.accepted,
            "reason": step.reason,
            "violations": [violation_json(one) for one in step.violations],
            **(
                {"now": segment_json(step.offered)}
                if step.accepted
                else {"offered": step.offered.text}
            ),
        },
    )


def _event(name: str, value: Any) -> str:
    return f"event: {name}\ndata: {json.dumps(value, ensure_ascii=False, default=str)}\n\n"
