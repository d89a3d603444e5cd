"""The real service in a process of its own, and a real headless Chromium that looks at it."""

import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, expect, sync_playwright

STARTING = 120.0
# milliseconds; a passing test never waits this long, a loaded machine may
PATIENCE = 60_000
expect.set_options(timeout=PATIENCE)
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.fixture(scope="session")
def chromium() -> str:
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if found := shutil.which(name):
            return found
    pytest.skip("这台机器上没有 Chromium，网页测试未运行；安装 chromium 后重试。")


@pytest.fixture(scope="session")
def browser(chromium: str) -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield started
        started.close()


@pytest.fixture(scope="session")
def address(
    chromium: str,  # noqa: ARG001 - without it no service need be started
    sample_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """Where the pages are served, over a copy of the prepared data folder."""
    home = tmp_path_factory.mktemp("service") / "home"
    shutil.copytree(sample_home, home, symlinks=True)
    yield from serve(home, tmp_path_factory.mktemp("log") / "service.log")


@pytest.fixture(scope="module")
def own_address(
    chromium: str,  # noqa: ARG001 - without it no service need be started
    sample_home: Path,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[str]:
    """The same over a data folder that the tests of one file have for themselves."""
    home = tmp_path_factory.mktemp("own") / "home"
    shutil.copytree(sample_home, home, symlinks=True)
    yield from serve(home, tmp_path_factory.mktemp("log") / "service.log")


def serve(
    home: Path, log: Path, command: str = "from api.cli import main; main()"
) -> Iterator[str]:
    """Start `guanjia serve` over a data folder, wait until it is ready, stop it at the end."""
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-c", command, "serve", "--port", str(port)],
            env={**os.environ, "GUANJIA_HOME": str(home)},
            stdout=output,
            stderr=subprocess.STDOUT,
        )
        try:
            wait_until_ready(f"http://127.0.0.1:{port}/readyz", process, log)
            yield f"http://127.0.0.1:{port}/ui"
        finally:
            process.terminate()
            try:
                process.wait(30)
            except subprocess.TimeoutExpired:
                process.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_until_ready(url: str, process: subprocess.Popen[bytes], log: Path) -> None:
    end = time.monotonic() + STARTING
    while time.monotonic() < end and process.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5):
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError) as error:
            # an HTTPError holds its connection open until it is closed
            if isinstance(error, urllib.error.HTTPError):
                error.close()
            time.sleep(0.2)
    pytest.fail(f"服务没有就绪：{log.read_text(encoding='utf-8', errors='replace')[-3000:]}")


@pytest.fixture
def page(browser: Browser, address: str) -> Iterator[Page]:
    """A fresh browser window; whatever the browser complains of fails the test."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900},
        locale="zh-CN",
        base_url=address.removesuffix("/ui"),
        permissions=["clipboard-read", "clipboard-write"],
    )
    context.set_default_timeout(PATIENCE)
    complaints: list[str] = []

    def listen(message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            complaints.append(message.text)

    opened = context.new_page()
    opened.on("console", listen)
    opened.on("pageerror", lambda error: complaints.append(str(error)))
    yield opened
    context.close()
    assert complaints == []
