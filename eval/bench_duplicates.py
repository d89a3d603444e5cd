"""How long finding duplicates takes among many open requests: `python -m eval.bench_duplicates`.

Needs a data folder with models. Texts are made up of places and complaints; a desk in a temporary
folder holds them. Tells the time of a look, with and without encoding the new text, of opening with
the vectors kept, and the ratio to comparing every pair.
"""

import platform
import random
import statistics
import tempfile
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
from sqlalchemy import insert

from desk.index import Floats, OpenRequests, centred
from desk.matching import default_matcher, features
from desk.store import Desk
from desk.tables import events, requests

OPEN = 5_000
LOOKS = 200
DIMENSION = 384
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=ZoneInfo("UTC"))
THINGS = (
    "电梯",
    "路灯",
    "单元门",
    "水管",
    "道闸",
    "垃圾桶",
    "空调",
    "马桶",
    "门禁",
    "监控",
    "井盖",
)
FAULTS = ("坏了", "不动了", "漏水", "打不开", "没人清", "一直响", "不亮", "堵了", "裂了")


def fill(desk: Desk, chance: random.Random) -> None:
    """`OPEN` requests of the last days."""
    rows = []
    for number in range(OPEN):
        building, unit = str(chance.randint(1, 40)), str(chance.randint(1, 4))
        text = f"{building}栋{unit}单元{chance.choice(THINGS)}{chance.choice(FAULTS)}"
        at = (NOW - timedelta(minutes=chance.randint(1, 7 * 1440))).isoformat(timespec="seconds")
        rows.append(
            {
                "id": f"r{number}", "received_at": at, "channel": "app",
                "sender": f"住户{chance.randint(1, 3000)}", "text": text, "kind": "repair",
                "department": "engineering", "tier": "normal", "level": 2, "stage": "received",
                "location": {"building": building, "unit": unit}, "rulebook": "-", "triage": {},
            }
        )  # fmt: skip
    told = [
        {"request_id": row["id"], "at": row["received_at"], "actor": "-", "type": "received",
         "data": {}}
        for row in rows
    ]  # fmt: skip
    with desk.engine.begin() as connection:
        connection.execute(insert(requests), rows)
        connection.execute(insert(events), told)


def timed(work: Callable[[], object]) -> float:
    """Milliseconds."""
    started = time.perf_counter()
    work()
    return (time.perf_counter() - started) * 1000


def main() -> None:
    generator = np.random.default_rng(1)

    def encode(texts: Sequence[str]) -> Floats:
        rows = generator.standard_normal((len(texts), DIMENSION)).astype(np.float32)
        return centred(rows, np.zeros(DIMENSION, dtype=np.float32))

    def opened(desk: Desk) -> OpenRequests:
        mean = np.zeros(DIMENSION, dtype=np.float32)
        return OpenRequests(desk.engine, encode, "bench", mean, str)

    matcher = default_matcher()
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(f"sqlite:///{Path(folder) / 'desk.db'}")
        fill(desk, random.Random(1))
        first = timed(opened(desk).refresh)
        index = opened(desk)
        again = timed(index.refresh)
        reports = index.reports()

        def look(number: int, window: timedelta = timedelta(days=7)) -> None:
            report = reports[number * 7 % OPEN]
            vector = encode(["x"])[0]
            for other, nearness in index.nearest(report, vector, window):
                matcher.probability(features(report, other, nearness))

        looks = [timed(lambda n=n: look(n)) for n in range(LOOKS)]  # type: ignore[misc]
        every = timed(
            lambda: [matcher.probability(features(reports[0], other, 0.3)) for other in reports]
        )
        desk.close()
    middle, worst = statistics.median(looks), sorted(looks)[int(0.95 * LOOKS)]
    print(f"{platform.machine()}, {platform.processor() or 'cpu'}, {OPEN} open requests")
    print(f"a look without encoding: median {middle:.1f} ms, p95 {worst:.1f} ms")
    print(f"every pair compared: {every:.0f} ms, {every / middle:.0f} times as long")
    print(f"opening: {again:.0f} ms with vectors kept ({first:.0f} ms when they are stored first)")


if __name__ == "__main__":
    main()
