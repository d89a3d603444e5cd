"""How long commands take from nothing: `python -m eval.bench_startup` with a prepared data folder.

Every run is a new process; the median and the worst of several are told.
"""

import statistics
import subprocess
import sys
import time

RUNS = 7
COMMANDS: tuple[tuple[str, ...], ...] = (
    ("--help",),
    ("rules", "check"),
    ("triage", "电梯困人"),
    ("ask", "物业费逾期45天怎么催缴?"),
)


def measure(arguments: tuple[str, ...]) -> list[float]:
    """Seconds of `RUNS` runs. Raises CalledProcessError when a run fails."""
    seconds = []
    for _ in range(RUNS):
        started = time.perf_counter()
        subprocess.run(
            [sys.executable, "-c", "from api.cli import main; main()", *arguments],
            check=True,
            capture_output=True,
        )
        seconds.append(time.perf_counter() - started)
    return seconds


def main() -> None:
    for arguments in COMMANDS:
        seconds = measure(arguments)
        told = f"median {statistics.median(seconds):.2f} s, worst {max(seconds):.2f} s"
        print(f"guanjia {' '.join(arguments)}: {told}")


if __name__ == "__main__":
    main()
