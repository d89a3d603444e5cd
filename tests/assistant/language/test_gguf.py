"""The real 0.5B model: pulled, loaded, bound, streamed, cancelled, overflowed, killed."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import (
    LanguageModelUnavailable,
    ModelCancelled,
    PromptTooLong,
    QueueFull,
    ServerUnreachable,
)
from assistant.language.build import gguf_file, language_model
from assistant.language.gguf_server import Options, serve
from assistant.language.model import ServedModel
from assistant.language.settings import LanguageModelSettings
from assistant.language.types import Measured, Outcome, Prompt, Status
from tests.language_model import LOAD_SECONDS, NAME

SHORT = Prompt("你是物业客服。", "你好", max_tokens=4)
LONG = Prompt("你是物业客服。", "从1数到1000，每行一个数。", max_tokens=700)
LINES = r"""root ::= "[" [1-3] "] " [一-龥]{2,6} "。\n" """


def child_of(model: ServedModel) -> int:
    """The process id of the model's server, as the system lists our children."""
    children = Path(f"/proc/{os.getpid()}/task").glob("*/children")
    ids = [int(number) for file in children for number in file.read_text().split()]
    (server,) = [
        number for number in ids if b"gguf_server" in Path(f"/proc/{number}/cmdline").read_bytes()
    ]
    assert model.health().ok
    return server


def gone(number: int) -> bool:
    for _ in range(200):
        try:
            state = Path(f"/proc/{number}/stat").read_text().rsplit(")", 1)[1].split()[0]
        except FileNotFoundError:
            return True
        if state == "Z":
            return True
        time.sleep(0.05)
    return False


def test_an_answer_is_streamed_in_pieces_and_measured(
    model: ServedModel, figures: list[Measured]
) -> None:
    assert model.is_local
    pieces = list(model.stream(SHORT))
    assert len(pieces) > 1
    measured = figures[-1]
    assert (measured.outcome, measured.tokens) == (Outcome.TRUNCATED, 4)
    assert measured.first_token_seconds is not None
    assert measured.tokens_per_second is not None
    assert measured.tokens_per_second > 0


def test_a_grammar_binds_every_word(model: ServedModel, figures: list[Measured]) -> None:
    prompt = Prompt("", "用英语写一首诗。", grammar=LINES, max_tokens=40)
    said = "".join(model.stream(prompt))
    head, text = said[:4], said[4:-2]
    assert head in ("[1] ", "[2] ", "[3] ")
    assert 2 <= len(text) <= 6
    assert all("一" <= character <= "龥" for character in text)
    assert said.endswith("。\n")
    assert figures[-1].outcome is Outcome.DONE


def test_the_same_prompt_gives_the_same_words(model: ServedModel) -> None:
    assert list(model.stream(SHORT)) == list(model.stream(SHORT))


def test_the_next_request_starts_at_once_when_one_is_given_up(
    model: ServedModel, figures: list[Measured]
) -> None:
    list(model.stream(SHORT))
    answer = model.stream(LONG)
    next(answer)
    answer.close()  # type: ignore[attr-defined]
    assert figures[-1].outcome is Outcome.CANCELLED
    # 700 tokens would go on for half a minute at the least
    started = time.monotonic()
    list(model.stream(SHORT))
    assert time.monotonic() - started < 10


def test_a_request_waits_its_turn_and_can_be_cancelled_meanwhile(
    model: ServedModel, figures: list[Measured]
) -> None:
    running = model.stream(LONG)
    next(running)
    stop = threading.Event()
    errors: list[BaseException] = []

    def wait() -> None:
        try:
            list(model.stream(SHORT, stop))
        except ModelCancelled as error:
            errors.append(error)

    waiting = threading.Thread(target=wait)
    waiting.start()
    time.sleep(0.5)
    with pytest.raises(QueueFull, match="1 个请求在等"):
        list(model.stream(SHORT))
    stop.set()
    waiting.join(10)
    assert len(errors) == 1
    assert [measured.outcome for measured in figures[-2:]] == [Outcome.REFUSED, Outcome.CANCELLED]
    assert next(running), "the one that runs is not disturbed"
    running.close()  # type: ignore[attr-defined]


def test_a_prompt_beyond_the_context_is_refused(model: ServedModel) -> None:
    with pytest.raises(PromptTooLong, match="context"):
        list(model.stream(Prompt("", "电梯坏了。" * 400)))
    assert model.health().ok


def test_the_port_answers_nobody_without_the_key(model: ServedModel) -> None:
    llm = model.llama_index_llm()
    for path, status in (("/v1/chat/completions", 401), ("/v1/models", 401), ("/slots", 401)):
        url = str(llm.api_base).removesuffix("/v1") + path  # type: ignore[attr-defined]
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(url, data=b"{}" if "chat" in path else None, timeout=10)
        assert refused.value.code == status
        refused.value.close()


def test_what_is_built_on_llama_index_uses_the_same_file(model: ServedModel) -> None:
    assert model.llama_index_llm().complete("你好", max_tokens=4).text


def test_a_server_killed_in_the_middle_is_told_and_started_again(model: ServedModel) -> None:
    first = child_of(model)
    answer = model.stream(LONG)
    next(answer)
    os.kill(first, signal.SIGKILL)
    with pytest.raises(ServerUnreachable):
        list(answer)
    assert not model.health().ok
    with pytest.raises(LanguageModelUnavailable):
        list(model.stream(SHORT))
    assert model.wait_until_ready(LOAD_SECONDS).ok
    assert child_of(model) != first
    assert list(model.stream(SHORT))


def test_closing_ends_the_process(llm_models_dir: Path) -> None:
    settings = LanguageModelSettings(backend="gguf", model=NAME, context=512, threads=1)
    made = language_model(settings, llm_models_dir)
    assert made is not None
    made.start()
    assert made.health().status is Status.STARTING
    with pytest.raises(LanguageModelUnavailable, match="载入"):
        list(made.stream(SHORT))
    made.close()
    assert not made.health().ok
    assert made.wait_until_ready(1).reason == "语言模型已关闭"


@pytest.mark.parametrize("loaded", [True, False])
def test_a_server_never_outlives_the_process_that_started_it(
    llm_models_dir: Path, loaded: bool
) -> None:
    options = Options(str(gguf_file(NAME, llm_models_dir)), 512, 1, "key")
    starter = (
        "import subprocess, sys\n"
        "server = subprocess.Popen([sys.executable, '-m', 'assistant.language.gguf_server'],"
        " stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)\n"
        "server.stdin.write(sys.argv[1]); server.stdin.flush()\n"
        "print(server.pid, flush=True)\n"
        "print(server.stdout.readline(), flush=True)\n"
        "sys.stdin.read()\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", starter, options.to_line()],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        number = int(process.stdout.readline())
        if loaded:
            address = json.loads(process.stdout.readline())["address"]
            assert address.startswith("http://127.0.0.1:")
        assert Path(f"/proc/{number}").exists()
        process.kill()
    assert gone(number)


def test_the_model_also_runs_inside_this_process(llm_models_dir: Path) -> None:
    path = gguf_file(NAME, llm_models_dir)
    settings = LanguageModelSettings(
        backend="gguf", model=str(path), context=512, threads=1, own_process=False
    )
    made = language_model(settings, llm_models_dir)
    assert made is not None
    made.start()
    assert made.wait_until_ready(LOAD_SECONDS).ok
    answer = made.stream(LONG)
    assert next(answer)
    answer.close()  # type: ignore[attr-defined]
    assert "".join(made.stream(SHORT))
    made.close()


@pytest.mark.timeout(60)
def test_a_server_that_was_never_asked_can_be_closed(llm_models_dir: Path) -> None:
    server, address = serve(Options(str(gguf_file(NAME, llm_models_dir)), 512, 1, "key"))
    del server
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(f"{address}/health", timeout=5)


def test_a_process_that_never_comes_up_is_tried_five_times_and_left_alone(
    llm_models_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started = []
    popen = subprocess.Popen

    def counted(*arguments: Any, **options: Any) -> "subprocess.Popen[str]":
        started.append(arguments)
        return popen(*arguments, **options)

    monkeypatch.setattr(subprocess, "Popen", counted)
    monkeypatch.setattr(sys, "executable", "/bin/false")
    made = language_model(LanguageModelSettings(backend="gguf", model=NAME), llm_models_dir)
    assert made is not None
    made.start()
    deadline = time.monotonic() + LOAD_SECONDS
    while (health := made.health()).status is Status.STARTING and time.monotonic() < deadline:
        time.sleep(0.05)
    assert (health.status, "接连意外退出" in health.reason) == (Status.FAILED, True)
    assert len(started) == 5
    made.close()


@pytest.mark.parametrize("own_process", [True, False])
def test_a_file_that_is_no_model_is_named(tmp_path: Path, own_process: bool) -> None:
    path = tmp_path / "torn.gguf"
    path.write_bytes(b"GGUF" + bytes(100))
    settings = LanguageModelSettings(backend="gguf", model=str(path), own_process=own_process)
    made = language_model(settings, tmp_path)
    assert made is not None
    made.start()
    health = made.wait_until_ready(LOAD_SECONDS)
    assert health.status is Status.FAILED
    assert str(path) in health.reason
    with pytest.raises(LanguageModelUnavailable, match="载入失败"):
        list(made.stream(SHORT))
    made.close()


@pytest.mark.parametrize(
    ("model", "says"),
    [
        (NAME, f"guanjia models pull {NAME}"),
        ("gpt-9", NAME),
        ("multilingual-e5-small", NAME),
        ("/nowhere/model.gguf", "/nowhere/model.gguf"),
    ],
)
def test_a_model_that_is_not_there_is_said_with_what_to_do(
    tmp_path: Path, model: str, says: str
) -> None:
    made = language_model(LanguageModelSettings(backend="gguf", model=model), tmp_path)
    assert made is not None
    made.start()
    health = made.wait_until_ready(60)
    assert health.status is Status.FAILED
    assert says in health.reason
    made.close()
