"""`rules due|elapsed|recompute`: the service calendar and changed deadlines by hand."""

from typing import Annotated

import typer

from api.commands.options import JSON
from api.commands.rules import FOLDER, app, open_book
from api.output import emit_json, say

CLOCK = Annotated[str, typer.Option("--clock", help="service 服务时间，或 calendar 自然时间。")]
PAUSES = Annotated[
    list[str] | None,
    typer.Option("--pause", metavar="起/止", help="等住户的时段，可以多个；还在等的，止留空。"),
]
ESTATE = Annotated[str | None, typer.Option("--estate", help="项目名称，有自己服务日历的才需要。")]


@app.command("due", help="按服务日历算一个时限什么时候到期，扣除等住户的时间。")
def due(
    limit: Annotated[str, typer.Argument(help="时限，如 15分钟、4个服务小时、3个服务日。")],
    at: Annotated[str | None, typer.Option("--at", help="从什么时候算起；默认现在。")] = None,
    clock: CLOCK = "service",
    pause: PAUSES = None,
    estate: ESTATE = None,
    folder: FOLDER = None,
    json: JSON = False,
) -> None:
    from datetime import datetime

    from api.incoming import read_moment
    from api.reckoning import due_json, read_clock, read_pauses

    book = open_book(folder)
    start = read_moment(at, datetime.now(book.calendar_for(estate).zone).replace(microsecond=0))
    pauses = read_pauses(pause or (), start)
    found = due_json(book, limit, read_clock(clock), start, pauses, estate)
    if json:
        emit_json(found)
    elif found["due_at"] is None:
        say("还在等住户，恢复后才定得下来")
    else:
        unsure = "（暂定，放假安排未公布）" if found["provisional"] else ""
        say(f"{datetime.fromisoformat(found['due_at']):%Y-%m-%d %H:%M} 前{unsure}")


@app.command("elapsed", help="两个时刻之间，自然时间和服务时间各走了多少。")
def elapsed(
    start: Annotated[str, typer.Argument(help="起，如 2026-09-30T17:30。")],
    end: Annotated[str, typer.Argument(help="止。")],
    pause: PAUSES = None,
    estate: ESTATE = None,
    folder: FOLDER = None,
    json: JSON = False,
) -> None:
    from datetime import datetime

    from api.incoming import read_moment
    from api.reckoning import elapsed_json, read_pauses

    book = open_book(folder)
    now = datetime.now(book.calendar_for(estate).zone)
    first, last = read_moment(start, now), read_moment(end, now)
    pauses = read_pauses(pause or (), now)
    found = elapsed_json(book, first, last, pauses, estate)
    if json:
        emit_json(found)
        return
    say(f"自然时间 {found['calendar_seconds'] / 3600:.2f} 小时")
    days = found["service_days"]
    say(f"服务时间 {found['service_seconds'] / 3600:.2f} 小时（{days:.2f} 个服务日）")


@app.command("recompute", help="事实变了（升级、改类型）以后，各节点的时限变成什么。")
def recompute(
    before: Annotated[str, typer.Option("--before", help="原来的事实，JSON。")],
    after: Annotated[str, typer.Option("--after", help="现在的事实，JSON。")],
    changed_at: Annotated[str, typer.Option("--changed-at", help="什么时候变的。")],
    met: Annotated[
        list[str] | None, typer.Option("--met", help="已经做到的节点，如 acknowledge，可以多个。")
    ] = None,
    pause: PAUSES = None,
    folder: FOLDER = None,
    json: JSON = False,
) -> None:
    from api.incoming import read_moment
    from api.reckoning import facts_from_text, read_pauses, recomputed_json

    book = open_book(folder)
    old, new = facts_from_text(before, "--before"), facts_from_text(after, "--after")
    moment = read_moment(changed_at, old.received_at)
    pauses = read_pauses(pause or (), old.received_at)
    found = recomputed_json(book, old, new, moment, met or (), pauses)
    if json:
        emit_json(found)
        return
    word = book.vocabulary.label
    tiers = found["tier"]
    say(f"紧急程度：{word(tiers['before'], 'tiers')} → {word(tiers['after'], 'tiers')}")
    was = {one["milestone"]: one for one in found["before"]}
    for one in found["after"]:
        old_due = was.get(one["milestone"], {}).get("due_at")
        due_at = one["due_at"] or one["note"]
        changed = "" if old_due == one["due_at"] else f"（原为 {old_due or '无'}）"
        say(f"  {word(one['milestone'], 'milestones')}：{due_at}{changed}")
