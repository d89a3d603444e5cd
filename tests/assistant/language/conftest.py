"""The real 0.5B model, loaded once for a file of tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from assistant.language.build import language_model
from assistant.language.model import ServedModel
from assistant.language.settings import LanguageModelSettings
from assistant.language.types import Measured
from tests.language_model import LOAD_SECONDS, NAME


@pytest.fixture(scope="module")
def figures() -> list[Measured]:
    """What the file's model measured of each request so far."""
    return []


@pytest.fixture(scope="module")
def model(llm_models_dir: Path, figures: list[Measured]) -> Iterator[ServedModel]:
    """The small model in a process of its own, ready; one thread, for busy machines."""
    settings = LanguageModelSettings(
        backend="gguf", model=NAME, context=768, threads=1, queue=1, first_token_seconds=60
    )
    made = language_model(settings, llm_models_dir, figures.append)
    assert made is not None
    made.start()
    health = made.wait_until_ready(LOAD_SECONDS)
    assert health.ok, health
    yield made
    made.close()
