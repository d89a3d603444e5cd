"""`guanjia desk`: kept requests, what may be the same matter, merging, incidents."""

from typing import TYPE_CHECKING, Annotated

import typer

from api.commands.options import JSON, opened
from api.output import emit_json, say

if TYPE_CHECKING:
    from desk.matching import Related
    from desk.types import Request

app = typer.Typer(help="工单：查看、查重、并单、拆单、事件。", no_args_is_help=True)

ID = Annotated[str, typer.Argument(metavar="编号", help="来件编号，见 guanjia desk list。")]
BY = Annotated[str, typer.Option("--by", help="谁做的，记入经过。")]
_SHOWN = 30


@app.command("list", help="未办结的来件，剩余时间最短的在前。")
def list_(json: JSON = False) -> None:
    from api.serialize import request_json

    with opened() as house:
        found = house.desk.open_requests()
        if json:
            emit_json([request_json(request) for request in found])
            return
        if not found:
            say("没有未办结的来件。")
        for request in found:
            say(_line(request))


@app.command(help="一条来件：原文、时限、并入的来件和经过。")
def show(request_id: ID, json: JSON = False) -> None:
    from api.desk_flow import request_page

    with opened() as house:
        page = request_page(house, request_id)
        request = house.desk.get(request_id)
        zone = house.zone
    if json:
        emit_json(page)
        return
    say(_line(request))
    say(request.text)
    if page["merged_into"]:
        say(f"已并入：{page['merged_into']}")
    for other in page["merged"]:
        say(f"并入本件：{other}")
    if page["incident"]:
        say(f"事件 {page['incident']['id']}：{page['incident']['about']}"
            f"，{page['incident']['people']} 人报告")  # fmt: skip
    for limit in request.deadlines:
        from rules.labels import label

        due = limit.due_at.astimezone(zone).strftime("%m-%d %H:%M") if limit.due_at else limit.note
        met = "，已达成" if limit.met_at else ""
        say(f"时限：{label(limit.milestone, 'milestones')} {due}（{limit.limit}）{met}")
    for event in page["history"]:
        say(f"经过：{event['at']} {event['actor']} {event['type']}")


@app.command(help="可能是同一件事的未办结来件，最像的在前。")
def duplicates(request_id: ID, json: JSON = False) -> None:
    from api.desk_flow import related
    from api.serialize import related_json

    with opened() as house:
        found = related(house, request_id)
        if json:
            emit_json([related_json(one) for one in found])
            return
        if not found:
            say("没有发现同一件事的来件。")
        for one in found:
            say(_related_line(one, house.desk.get(one.request_id)))
        if found:
            say(f"合并：guanjia desk merge {request_id} 编号（后者并入前者）")


@app.command(help="把第二条来件并入第一条：紧急程度取高的，时限取早的。")
def merge(
    into: Annotated[str, typer.Argument(metavar="保留的编号")],
    request_id: Annotated[str, typer.Argument(metavar="并入的编号")],
    by: BY = "客服",
    json: JSON = False,
) -> None:
    from api.desk_flow import merge as merge_requests
    from api.serialize import request_json

    with opened() as house:
        request = merge_requests(house, into, request_id, actor=by)
    if json:
        emit_json(request_json(request))
    else:
        say(f"{request_id} 已并入 {into}。")
        say(_line(request))


@app.command(help="拆开一条已并入的来件，它回到原来的状态。")
def unmerge(request_id: ID, by: BY = "客服", json: JSON = False) -> None:
    from api.desk_flow import unmerge as unmerge_request
    from api.serialize import request_json

    with opened() as house:
        request = unmerge_request(house, request_id, actor=by)
    if json:
        emit_json(request_json(request))
    else:
        say("已拆开。")
        say(_line(request))


@app.command(help="事件：多人报告的同一件事，最近的在前。")
def incidents(json: JSON = False) -> None:
    from api.desk_flow import current_incidents
    from api.serialize import incident_json

    with opened() as house:
        found = current_incidents(house)
        zone = house.zone
    if json:
        emit_json([incident_json(incident) for incident in found])
        return
    if not found:
        say("没有多人报告的事件。")
    for incident in found:
        last = incident.last_at.astimezone(zone)
        say(
            f"事件 {incident.id}  {incident.about}  {incident.people} 人报告，"
            f"最近 {last:%m-%d %H:%M}：{'、'.join(incident.requests)}"
        )


def _line(request: "Request") -> str:
    from rules.labels import label

    text = " ".join(request.text.split())
    short = text if len(text) <= _SHOWN else text[:_SHOWN] + "…"
    return (
        f"{request.id}  【{label(request.tier, 'tiers')}】{label(request.kind, 'kinds')} · "
        f"{label(request.stage, 'stages')}  {short}"
    )


def _related_line(one: "Related", request: "Request") -> str:
    return f"{one.probability:.0%}  {'、'.join(one.reasons)}\n   {_line(request)}"
