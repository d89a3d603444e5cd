"""Open requests in memory, to find in milliseconds those that a message may repeat.

The matrix of vectors follows the history: every change of a request leaves an event, so what
happened since the last look is read by the events' numbers, also what another process did. Vectors
are kept in the database; a restart encodes nothing again.
"""

from collections.abc import Callable, Sequence
from datetime import timedelta

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Engine, RowMapping, delete, func, insert, select

from desk.matching import Report, people_of
from desk.reports import report_of
from desk.tables import events, requests, vectors
from desk.types import WORKABLE, Stage

Floats = NDArray[np.float32]
Encode = Callable[[Sequence[str]], Floats]
"""Texts to rows of unit length (float32)."""

_LIVE = [*sorted(WORKABLE), Stage.MERGED]
_NEAREST = 48
_OF_THE_PERSON = 16
_NEARBY = 0.2  # how much the same building brings forward
_AT_ONCE = 400


class OpenRequests:
    """The open requests of one database, and those merged into open ones.

    `encoder` names the vectors that `encode` makes; `mean` (dimension,) is taken off each vector
    before two are compared, since all sentences of a model lie in one corner. `fold` gives a text
    as the words are looked for in it. Not for several threads at once.
    """

    def __init__(
        self, engine: Engine, encode: Encode, encoder: str, mean: Floats, fold: Callable[[str], str]
    ) -> None:
        self._engine, self._encode, self._encoder = engine, encode, encoder
        self._mean, self._fold = mean.astype(np.float32), fold
        self._seen = -1
        self._rows: dict[str, int] = {}
        self._reports: list[Report] = []
        self._people: dict[str, set[str]] = {}
        self._matrix: Floats = np.zeros((256, len(mean)), dtype=np.float32)
        self._at: NDArray[np.float64] = np.zeros(256)
        self._building: NDArray[np.int64] = np.zeros(256, dtype=np.int64)
        self._buildings: dict[str, int] = {}

    def __len__(self) -> int:
        return len(self._rows)

    def reports(self) -> tuple[Report, ...]:
        """All that is held, in no order."""
        return tuple(self._reports)

    def vector(self, text: str) -> Floats:
        """The vector of a text as `nearest` compares it."""
        vector: Floats = centred(self._encode([text]), self._mean)[0]
        return vector

    def nearest(
        self, report: Report, vector: Floats, window: timedelta
    ) -> list[tuple[Report, float]]:
        """Requests that may be the same matter, each with its nearness (-1..1).

        The nearest by meaning within `window` that are not in another building, and what the same
        person reported.
        """
        self.refresh()
        size = len(self._reports)
        if not size:
            return []
        near = self._matrix[:size] @ vector
        close = np.abs(self._at[:size] - report.at.timestamp()) <= window.total_seconds()
        own = self._building[:size]
        building = self._buildings.get(report.building or "", -1 if report.building else 0)
        here = (own == building) & (own != 0)
        elsewhere = (own != building) & (own != 0) if building else np.zeros(size, dtype=bool)
        rank = np.where(close & ~elsewhere, near + _NEARBY * here, -np.inf)
        most = min(_NEAREST, size)
        chosen = [int(i) for i in np.argpartition(-rank, most - 1)[:most] if rank[i] > -np.inf]
        chosen += self._of_the_person(report, close)
        found = [(self._reports[i], float(near[i])) for i in dict.fromkeys(chosen)]
        return [pair for pair in found if pair[0].id != report.id]

    def _of_the_person(self, report: Report, close: NDArray[np.bool_]) -> list[int]:
        """Places of the latest requests of the same person."""
        ids = {one for name in people_of(report) for one in self._people.get(name, ())}
        theirs = [self._rows[one] for one in ids if close[self._rows[one]]]
        return sorted(theirs, key=lambda place: -self._at[place])[:_OF_THE_PERSON]

    def refresh(self) -> None:
        """Read what happened since the last look."""
        with self._engine.connect() as connection:
            newest = connection.execute(select(func.max(events.c.id))).scalar() or 0
            if newest == self._seen:
                return
            query = select(requests).where(requests.c.stage.in_(_LIVE))
            if self._seen >= 0:
                touched = select(events.c.request_id).where(events.c.id > self._seen)
                query = select(requests).where(requests.c.id.in_(touched))
            rows = connection.execute(query).mappings().all()
        for start in range(0, len(rows), _AT_ONCE):
            self._take(rows[start : start + _AT_ONCE])
        self._seen = newest

    def _take(self, rows: Sequence[RowMapping]) -> None:
        live = [row for row in rows if row["stage"] in _LIVE]
        for row in rows:
            if row["stage"] not in _LIVE:
                self._drop(row["id"])
        for row, vector in zip(live, self._vectors(live), strict=True):
            self._put(report_of(row, self._fold(row["text"])), vector)

    def _vectors(self, rows: Sequence[RowMapping]) -> Floats:
        """Centred vectors of the rows' texts; what is not kept yet is encoded and kept."""
        ids = [row["id"] for row in rows]
        dimension = len(self._mean)
        query = select(vectors.c.request_id, vectors.c.vector).where(
            vectors.c.request_id.in_(ids), vectors.c.encoder == self._encoder
        )
        with self._engine.connect() as connection:
            kept = {
                request_id: np.frombuffer(packed, dtype=np.float16).astype(np.float32)
                for request_id, packed in connection.execute(query)
            }
        missing = [row for row in rows if row["id"] not in kept]
        if missing:
            made = self._encode([row["text"] for row in missing])
            self._keep([row["id"] for row in missing], made)
            kept |= {row["id"]: vector for row, vector in zip(missing, made, strict=True)}
        if not ids:
            return np.zeros((0, dimension), dtype=np.float32)
        return centred(np.stack([kept[request_id] for request_id in ids]), self._mean)

    def _keep(self, ids: Sequence[str], made: Floats) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(vectors).where(vectors.c.request_id.in_(ids)))
            connection.execute(
                insert(vectors),
                [
                    {
                        "request_id": request_id,
                        "encoder": self._encoder,
                        "vector": vector.astype(np.float16).tobytes(),
                    }
                    for request_id, vector in zip(ids, made, strict=True)
                ],
            )

    def forget_vector(self, request_id: str) -> None:
        """A request's text has changed: its vector is made again at the next look."""
        with self._engine.begin() as connection:
            connection.execute(delete(vectors).where(vectors.c.request_id == request_id))

    def _put(self, report: Report, vector: Floats) -> None:
        place = self._rows.get(report.id)
        if place is None:
            place = len(self._reports)
            self._reports.append(report)
            self._rows[report.id] = place
            if place == len(self._matrix):
                self._grow()
        self._leave(self._reports[place])
        for name in people_of(report):
            self._people.setdefault(name, set()).add(report.id)
        self._reports[place] = report
        self._matrix[place], self._at[place] = vector, report.at.timestamp()
        code = (
            self._buildings.setdefault(report.building, len(self._buildings) + 1)
            if (report.building)
            else 0
        )
        self._building[place] = code

    def _drop(self, request_id: str) -> None:
        """Take a request out; the last one takes its place."""
        place = self._rows.pop(request_id, None)
        if place is None:
            return
        self._leave(self._reports[place])
        last = len(self._reports) - 1
        moved = self._reports.pop()
        if place != last:
            self._reports[place] = moved
            self._rows[moved.id] = place
            for array in (self._matrix, self._at, self._building):
                array[place] = array[last]

    def _leave(self, report: Report) -> None:
        for name in people_of(report):
            self._people.get(name, set()).discard(report.id)

    def _grow(self) -> None:
        size = len(self._matrix)
        self._matrix = np.concatenate([self._matrix, np.zeros_like(self._matrix)])
        self._at = np.concatenate([self._at, np.zeros(size)])
        self._building = np.concatenate([self._building, np.zeros(size, dtype=np.int64)])


def centred(rows: Floats, mean: Floats) -> Floats:
    """Rows (texts × dimension) with the mean taken off, of unit length again."""
    moved = rows - mean
    lengths = np.linalg.norm(moved, axis=1, keepdims=True)
    result: Floats = (moved / np.maximum(lengths, 1e-9)).astype(np.float32)
    return result
