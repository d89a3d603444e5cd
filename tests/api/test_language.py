"""The language model as operators see it: readiness, metrics, the doctor."""

import re
import time
from datetime import date
from pathlib import Path

import pytest
from fastapi.testclient import TestClient

from api.doctor import Finding, examine
from api.server import create_app
from api.settings import Settings, load_settings
from assistant.language.build import gguf_file
from assistant.language.types import Prompt
from tests.language_model import LOAD_SECONDS, NAME

PREFIX = "GUANJIA_ASSISTANT__LLM__"


def settings_of(home: Path, model: str | None) -> Settings:
    given = {"GUANJIA_HOME": str(home)}
    if model is not None:
        given |= {f"{PREFIX}BACKEND": "gguf", f"{PREFIX}MODEL": model, f"{PREFIX}THREADS": "1"}
    return load_settings(given)


def state_of(client: TestClient, until: tuple[str, ...]) -> dict[str, str]:
    """What `/readyz` says of the model once it says one of these; the service is ready by then."""
    deadline = time.monotonic() + LOAD_SECONDS
    while time.monotonic() < deadline:
        answer = client.get("/readyz")
        state: dict[str, str] = answer.json()["llm"]
        if state["status"] in until and answer.status_code == 200:
            return state
        time.sleep(0.1)
    pytest.fail(f"the model is not {until}: {answer.text}")


def value(metrics: str, name: str) -> float:
    found = re.search(rf"^{re.escape(name)} (\S+)$", metrics, re.MULTILINE)
    assert found, f"{name} is not among the metrics"
    return float(found[1])


def finding(settings: Settings) -> Finding:
    (found,) = [f for f in examine(settings, date(2026, 11, 27)) if f.part == "语言模型"]
    return found


def test_a_service_with_a_model_tells_its_state_and_its_figures(
    sample_home_copy: Path, llm_models_dir: Path
) -> None:
    settings = settings_of(sample_home_copy, str(gguf_file(NAME, llm_models_dir)))
    app = create_app(settings, pages=False)
    with TestClient(app) as client:
        assert state_of(client, ("ready",)) == {"status": "ready", "reason": ""}
        before = client.get("/metrics").text
        assert value(before, "guanjia_llm_first_token_seconds_count") == 0
        list(app.state.house.language_model.stream(Prompt("", "你好", max_tokens=4)))
        metrics = client.get("/metrics").text
    assert value(metrics, 'guanjia_llm_requests_total{outcome="truncated"}') == 1
    assert value(metrics, "guanjia_llm_tokens_total") == 4
    assert value(metrics, "guanjia_llm_first_token_seconds_sum") > 0
    assert value(metrics, "guanjia_llm_tokens_per_second_sum") > 0


def test_a_model_that_fails_leaves_the_service_ready(sample_home_copy: Path) -> None:
    with TestClient(create_app(settings_of(sample_home_copy, NAME), pages=False)) as client:
        state = state_of(client, ("failed",))
    assert "guanjia models pull" in state["reason"]


def test_a_service_without_a_model_says_so(sample_home_copy: Path) -> None:
    app = create_app(settings_of(sample_home_copy, None), pages=False)
    with TestClient(app) as client:
        assert client.get("/readyz").json()["llm"] == {"status": "off", "reason": ""}
        assert value(client.get("/metrics").text, "guanjia_llm_tokens_total") == 0
        state_of(client, ("off",))
        assert app.state.house.language_model is None


def test_the_doctor_loads_the_model_and_names_what_is_missing(
    sample_home_copy: Path, llm_models_dir: Path
) -> None:
    off = finding(settings_of(sample_home_copy, None))
    assert (off.ok, "没有启用" in off.text) == (True, True)
    missing = finding(settings_of(sample_home_copy, NAME))
    assert (missing.ok, f"guanjia models pull {NAME}" in missing.text) == (False, True)
    there = finding(settings_of(sample_home_copy, str(gguf_file(NAME, llm_models_dir))))
    assert there == Finding("语言模型", True, f"{NAME} 可用")
