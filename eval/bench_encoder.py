"""How fast the default encoder starts and runs: `python -m eval.bench_encoder MODELS_DIR`.

Prints one JSON object. Starting is measured in fresh interpreters, from the first import to the
first vector; times are wall-clock, so run it on a machine at rest.
"""

import argparse
import json
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

from kb.encoder import Encoder, load_encoder

_CLAUSES = (
    "业主报修后，客服应当在十五分钟内电话联系，核对楼栋、单元、房号和报修内容。",
    "电梯困人时，监控岗通过对讲安抚被困人员，工程人员三分钟内到达现场，不得强行扒门。",
    "装修垃圾应当袋装，在指定时间运到指定地点，不得占用消防通道和电梯前室。",
    "车位管理费按季预缴，到期前十五天提醒，逾期一至三十天电话联系，之后上门说明。",
    "维修完成后二十四小时内回访，不满意的重新派单，并记录原因和处理办法。",
    "绿化养护按季节安排，台风前检查支撑和枯枝，台风后二十四小时内清理倒伏的树木。",
)
_QUESTIONS = (
    "电梯困人怎么办",
    "物业费一平米多少钱",
    "周末可以装修吗",
    "门禁卡丢了怎么补办",
    "楼上漏水到我家了谁负责",
    "报修以后多久有人联系我",
)
_COLD_START = """
import time; start = time.perf_counter()
from pathlib import Path; from kb.encoder import load_encoder
imported = time.perf_counter()
encoder = load_encoder({name!r}, Path({models!r}))
loaded = time.perf_counter()
encoder.encode_queries(["电梯困人怎么办"])
print(imported - start, loaded - imported, time.perf_counter() - loaded)
"""


def passages(count: int, length: int = 120) -> list[str]:
    """`count` different passages of about `length` characters, the same on every run."""
    text = "".join(_CLAUSES) * 3
    span = len(text) - length - 20
    return [text[(37 * i) % span :][: length - 15 + i % 31] for i in range(count)]


def cold_start(name: str, models_dir: Path, runs: int) -> dict[str, float]:
    """Median seconds of import, load and first query over `runs` fresh interpreters."""
    script = _COLD_START.format(name=name, models=str(models_dir))
    rows = []
    for _ in range(runs):
        result = subprocess.run(
            [sys.executable, "-c", script], capture_output=True, text=True, check=True
        )
        rows.append([float(part) for part in result.stdout.split()])
    labels = ("import_s", "load_s", "first_query_s")
    medians = {
        label: statistics.median(column)
        for label, column in zip(labels, zip(*rows, strict=True), strict=True)
    }
    return medians | {"total_s": statistics.median(map(sum, rows))}


def queries_ms(encoder: Encoder, runs: int, clock: Callable[[], float]) -> dict[str, float]:
    """Milliseconds for one question at a time."""
    times = []
    for i in range(runs):
        start = clock()
        encoder.encode_queries([_QUESTIONS[i % len(_QUESTIONS)]])
        times.append(1000 * (clock() - start))
    return {"p50": statistics.median(times), "p95": statistics.quantiles(times, n=20)[-1]}


def passages_per_second(encoder: Encoder, count: int, clock: Callable[[], float]) -> float:
    """Passages of about 120 characters a second, all threads at work."""
    texts = passages(count)
    start = clock()
    encoder.encode_passages(texts)
    return count / (clock() - start)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("models_dir", type=Path)
    parser.add_argument("--name", default="multilingual-e5-small")
    parser.add_argument("--passages", type=int, default=300)
    parser.add_argument("--runs", type=int, default=5)
    arguments = parser.parse_args()
    cold = cold_start(arguments.name, arguments.models_dir, arguments.runs)
    encoder = load_encoder(arguments.name, arguments.models_dir)
    encoder.encode_passages(passages(8))
    report = {
        "encoder": encoder.name,
        "cores": os.cpu_count(),
        "cold_start": cold,
        "query_ms": queries_ms(encoder, 100, time.perf_counter),
        "passages_per_s": passages_per_second(encoder, arguments.passages, time.perf_counter),
        "peak_memory_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
    }
    print(json.dumps(report, ensure_ascii=False, indent=2, default=float))


if __name__ == "__main__":
    main()
