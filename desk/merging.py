"""Two requests for the same matter become one, and may be parted again.

Each step is one guarded statement, so that of two people who press at the same time one succeeds
and the other is told. The merged request keeps its text and its history.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from sqlalchemy import Connection, Engine, and_, delete, exists, insert, literal, select, update

from desk.errors import MergeConflict, StageConflict
from desk.rows import existing, record_event
from desk.tables import merges, requests
from desk.types import WORKABLE, Event, Stage
from rules.labels import label
from rules.types import Tier

JUDGED_AGAIN = "judged_again"
"""What the history calls the judgement by which a request takes over from a merged one."""

_WORKABLE = sorted(WORKABLE)


class Merging:
    """Merges of one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def merge(self, into: str, request_id: str, *, at: datetime, actor: str) -> None:
        """Merge `request_id` into `into`.

        Raises NotFound, MergeConflict (with itself, in a circle), StageConflict (one is closed).
        """
        if into == request_id:
            raise MergeConflict(f"来件 {into} 不能并入自己；请给出两个不同的编号。")
        into_open = exists().where(requests.c.id == into, requests.c.stage.in_(_WORKABLE))
        guarded = insert(merges).from_select(
            ["request_id", "into_id", "stage"],
            select(requests.c.id, literal(into), requests.c.stage).where(
                requests.c.id == request_id, requests.c.stage.in_(_WORKABLE), into_open
            ),
        )
        with self._engine.begin() as connection:
            # both rows in one order, so that two opposite merges cannot wait for each other
            for each in sorted((into, request_id)):
                existing(connection, each)
            if connection.execute(guarded).rowcount != 1:
                raise self._refusal(connection, into, request_id)
            connection.execute(
                update(requests).where(requests.c.id == request_id).values(stage=Stage.MERGED)
            )
            record_event(connection, request_id, at, actor, "merged", {"into": into})
            text = existing(connection, request_id)["text"]
            data = {"request": request_id, "text": text}
            record_event(connection, into, at, actor, "took_over", data)

    def unmerge(self, request_id: str, *, at: datetime, actor: str) -> str:
        """Part a merged request again; it goes on at its former stage. Returns what it was in.

        The other request keeps its tier and limits. Raises NotFound, StageConflict.
        """
        former = select(merges.c.stage).where(merges.c.request_id == request_id).scalar_subquery()
        guarded = (
            update(requests)
            .where(
                requests.c.id == request_id,
                requests.c.stage == Stage.MERGED,
                exists().where(merges.c.request_id == request_id),
            )
            .values(stage=former)
        )
        with self._engine.begin() as connection:
            row = existing(connection, request_id)
            if connection.execute(guarded).rowcount != 1:
                stage = label(row["stage"], "stages")
                raise StageConflict(
                    f"来件 {request_id} 现在是「{stage}」状态，没有并入别的来件；不用拆开。"
                )
            into = connection.execute(
                select(merges.c.into_id).where(merges.c.request_id == request_id)
            ).scalar_one()
            connection.execute(delete(merges).where(merges.c.request_id == request_id))
            record_event(connection, request_id, at, actor, "unmerged", {"from": into})
            record_event(connection, into, at, actor, "gave_back", {"request": request_id})
        return str(into)

    def root(self, request_id: str) -> str:
        """The request that a request lives on in: itself where it is not merged."""
        return self.roots([request_id])[request_id]

    def roots(self, request_ids: Iterable[str]) -> dict[str, str]:
        """The same of several."""
        with self._engine.connect() as connection:
            return {one: path_of(connection, one)[-1] for one in request_ids}

    def merged_into(self, request_id: str) -> Sequence[str]:
        """The requests merged into this one, in the order of their ids."""
        query = select(merges.c.request_id).where(merges.c.into_id == request_id)
        with self._engine.connect() as connection:
            return list(connection.execute(query.order_by(merges.c.request_id)).scalars())

    def _refusal(
        self, connection: Connection, into: str, request_id: str
    ) -> MergeConflict | StageConflict:
        """Why a merge was not possible."""
        if request_id in path_of(connection, into):
            return MergeConflict(
                f"来件 {into} 已经并入 {request_id}，再反过来合并会绕成圈；请先拆开 {into}。"
            )
        rows: Mapping[str, Stage] = {
            one: Stage(existing(connection, one)["stage"]) for one in (request_id, into)
        }
        closed = next((one for one in rows if rows[one] not in WORKABLE), request_id)
        path = path_of(connection, closed)
        where = f"，在 {path[-1]} 里" if len(path) > 1 else ""
        return StageConflict(
            f"来件 {closed} 现在是「{label(rows[closed], 'stages')}」状态{where}，不能合并；"
            "请选两条都还没办结的来件。"
        )


def taken_over(history: Iterable[Event]) -> str | None:
    """The highest tier that a request took over from those merged into it."""
    tiers = [Tier(event.data["tier"]) for event in history if event.type == JUDGED_AGAIN]
    return str(max(tiers, key=lambda tier: tier.rank)) if tiers else None


def path_of(connection: Connection, request_id: str) -> list[str]:
    """The request, the one it was merged into, the one that was merged into, …"""
    path = [request_id]
    while True:
        query = select(merges.c.into_id).where(and_(merges.c.request_id == path[-1]))
        into = connection.execute(query).scalar_one_or_none()
        if into is None or into in path:
            return path
        path.append(into)
