"""Models at a URL: real servers that loop, stay silent, break off or refuse."""

import socket
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from assistant.errors import (
    LanguageModelError,
    LanguageModelUnavailable,
    ModelCancelled,
    ModelLooped,
    ModelTimedOut,
    PromptTooLong,
    QueueFull,
    ServerUnreachable,
)
from assistant.language.build import language_model
from assistant.language.model import ServedModel
from assistant.language.settings import LanguageModelSettings
from assistant.language.types import Measured, Outcome, Prompt, Status
from tests.assistant.language.servers import ENGLISH, Seen, serving

PROMPT = Prompt("你是客服", "电梯坏了", grammar='root ::= "好"', stop=("完",))
Making = Callable[..., ServedModel]


@pytest.fixture
def seen() -> Seen:
    return Seen()


@pytest.fixture
def address(seen: Seen) -> Iterator[str]:
    with serving(seen) as url:
        yield url


@pytest.fixture
def figures() -> list[Measured]:
    return []


@pytest.fixture
def make(address: str, figures: list[Measured]) -> Iterator[Making]:
    """Makes a model of a way to behave, with further settings."""
    made: list[ServedModel] = []

    def making(way: str, **settings: object) -> ServedModel:
        named = {"backend": "openai", "url": f"{address}/{way}/v1", "model": way, **settings}
        model = language_model(
            LanguageModelSettings.model_validate(named),
            None,
            figures.append,  # type: ignore[arg-type]
        )
        assert model is not None
        made.append(model)
        model.start()
        assert model.wait_until_ready(60).status is not Status.STARTING
        return model

    yield making
    for model in made:
        model.close()


def test_words_pass_through_as_they_are_said(make: Making, figures: list[Measured]) -> None:
    model = make("english")
    assert model.health().ok
    assert "".join(model.stream(PROMPT)) == ENGLISH
    (measured,) = figures
    assert measured.outcome is Outcome.DONE
    assert measured.tokens == len(ENGLISH.split())
    assert measured.first_token_seconds is not None
    assert measured.first_token_seconds <= measured.seconds


def test_a_request_says_what_the_prompt_and_the_settings_say(make: Making, seen: Seen) -> None:
    model = make(
        "english",
        api_key="geheim",
        grammar=True,
        max_tokens=50,
        extra_body={"chat_template_kwargs": {"enable_thinking": False}},
    )
    list(model.stream(PROMPT))
    (body,) = seen.bodies
    assert seen.keys == ["Bearer geheim"]
    assert [message["role"] for message in body["messages"]] == ["system", "user"]  # type: ignore[attr-defined]
    assert (body["model"], body["temperature"], body["stop"]) == ("english", 0.0, ["完"])
    assert (body["grammar"], body["max_tokens"]) == (PROMPT.grammar, 50)
    assert body["chat_template_kwargs"] == {"enable_thinking": False}


def test_a_server_that_knows_no_grammar_is_sent_none(make: Making, seen: Seen) -> None:
    list(make("english").stream(PROMPT))
    assert "grammar" not in seen.bodies[0]


@pytest.mark.parametrize(
    ("way", "error", "says"),
    [
        ("refused_key", LanguageModelUnavailable, "密钥"),
        ("no_such_model", LanguageModelUnavailable, "model"),
        ("too_many", QueueFull, "稍后"),
        ("too_long", PromptTooLong, "上下文"),
        ("at_fault", LanguageModelUnavailable, "500"),
        ("broken_json", LanguageModelUnavailable, "无法读懂"),
        ("other_shape", LanguageModelUnavailable, "无法读懂"),
        ("no_stream", LanguageModelUnavailable, "无法读懂"),
        ("cut_short", LanguageModelUnavailable, "不完整"),
        ("error_event", LanguageModelUnavailable, "日志"),
        ("dying", ServerUnreachable, "中断"),
        ("elsewhere", LanguageModelUnavailable, "307"),
    ],
)
def test_what_goes_wrong_at_a_server_is_one_clear_line(
    make: Making, way: str, error: type[LanguageModelError], says: str
) -> None:
    model = make(way)
    with pytest.raises(error, match=says) as raised:
        list(model.stream(PROMPT))
    assert type(raised.value) is error
    assert "\n" not in str(raised.value)


def test_a_redirect_is_not_followed(make: Making, seen: Seen) -> None:
    with pytest.raises(LanguageModelUnavailable):
        list(make("elsewhere").stream(PROMPT))
    assert len(seen.bodies) == 1


def test_a_model_that_loops_is_interrupted(
    make: Making, seen: Seen, figures: list[Measured]
) -> None:
    said: list[str] = []
    with pytest.raises(ModelLooped):
        said.extend(make("looping").stream(PROMPT))
    assert len(said) == 4
    assert seen.left.wait(5), "the server goes on writing"
    assert figures[-1].outcome is Outcome.LOOPED


def test_a_first_word_that_does_not_come_is_not_waited_for(make: Making, seen: Seen) -> None:
    model = make("silent", first_token_seconds=0.3)
    started = time.monotonic()
    with pytest.raises(ModelTimedOut, match="开口"):
        list(model.stream(PROMPT))
    assert time.monotonic() - started < 5
    assert seen.left.wait(5)


def test_an_answer_that_does_not_end_is_cut_off(make: Making, seen: Seen) -> None:
    model = make("endless", first_token_seconds=60, total_seconds=3)
    said: list[str] = []
    with pytest.raises(ModelTimedOut, match="说完"):
        said.extend(model.stream(PROMPT))
    assert said[0] == "1、"
    assert seen.left.wait(5)


def test_who_stops_listening_stops_the_server(
    make: Making, seen: Seen, figures: list[Measured]
) -> None:
    answer = make("endless").stream(PROMPT)
    assert next(answer) == "1、"
    answer.close()  # type: ignore[attr-defined]
    assert seen.left.wait(5)
    assert figures[-1].outcome is Outcome.CANCELLED


def test_a_stop_from_another_thread_is_obeyed_while_the_server_is_silent(
    make: Making, seen: Seen
) -> None:
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    with pytest.raises(ModelCancelled):
        list(make("silent").stream(PROMPT, stop))
    assert seen.left.wait(5)


def test_requests_run_side_by_side_where_the_settings_say_so(make: Making) -> None:
    model = make("endless", parallel=2, queue=0)
    first, second = model.stream(PROMPT), model.stream(PROMPT)
    assert next(first) == next(second) == "1、"
    with pytest.raises(QueueFull):
        next(model.stream(PROMPT))
    for answer in (first, second):
        answer.close()  # type: ignore[attr-defined]


def test_closing_the_model_ends_what_runs_and_refuses_what_comes(make: Making, seen: Seen) -> None:
    model = make("endless", parallel=2)
    answer = model.stream(PROMPT)
    next(answer)
    model.close()
    with pytest.raises(ModelCancelled):
        list(answer)
    assert seen.left.wait(5)
    with pytest.raises(LanguageModelUnavailable, match="关闭"):
        next(model.stream(PROMPT))


def test_a_server_that_is_not_there_is_told_and_found_again(figures: list[Measured]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    settings = LanguageModelSettings(
        backend="openai", url=f"http://127.0.0.1:{port}/english/v1", model="m"
    )
    model = language_model(settings, None, figures.append)  # type: ignore[arg-type]
    assert model is not None
    model.start()
    health = model.wait_until_ready(60)
    assert (health.status, "连不上" in health.reason) == (Status.FAILED, True)
    with pytest.raises(ServerUnreachable):
        list(model.stream(PROMPT))
    with serving(Seen(), port):
        assert "".join(model.stream(PROMPT)) == ENGLISH
    assert model.health().ok
    model.close()


def test_a_refused_key_is_known_before_the_first_request(make: Making) -> None:
    health = make("refused_key").health()
    assert health.status is Status.FAILED
    assert "密钥" in health.reason


def test_what_is_built_on_llama_index_can_use_the_same_model(make: Making) -> None:
    llm = make("english", context=2048).llama_index_llm()
    assert llm.metadata.context_window == 2048
    assert llm.metadata.is_chat_model
    *_, last = llm.stream_complete("你好")
    assert last.text == ENGLISH
