"""`make run` from a data folder that does not exist yet: setup, then pages that work."""

import os
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PAGES = ("", "knowledge", "triage", "requests", "cases", "training", "rules")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fetch(url: str) -> tuple[int, str]:
    with urllib.request.urlopen(url, timeout=30) as answer:
        return int(answer.status), answer.read().decode()


def is_ready(base: str) -> bool:
    try:
        return fetch(f"{base}/readyz")[0] == 200
    except (urllib.error.URLError, ConnectionError):
        return False


@pytest.fixture(scope="module")
def service(
    model_cache: Path, e5_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[str]:
    if not (ROOT / ".venv" / ".installed").exists():
        pytest.skip("the project is not installed by make here; run `make test`")
    assert e5_folder.is_dir(), "the encoder's source file is in the cache by now"
    home, port = tmp_path_factory.mktemp("run") / "home", free_port()
    with subprocess.Popen(
        ["make", "run", f"PORT={port}"],
        cwd=ROOT,
        env=os.environ | {"GUANJIA_HOME": str(home), "GUANJIA_CACHE": str(model_cache.parent)},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    ) as process:
        base = f"http://127.0.0.1:{port}"
        for _ in range(280):
            if process.poll() is not None or is_ready(base):
                break
            time.sleep(1)
        yield base
        os.killpg(process.pid, signal.SIGTERM)


@pytest.mark.slow
def test_make_run_leads_to_every_page_and_a_loaded_knowledge_base(service: str) -> None:
    for page in PAGES:
        status, body = fetch(f"{service}/ui/{page}")
        assert status == 200
        assert "管家" in body
    status, body = fetch(f"{service}/api/v1/status")
    assert status == 200
    assert '"pending":0' in body.replace(" ", "")
    assert '"policy":17' in body.replace(" ", "")
