"""Settings of ingestion refuse what they do not know and what makes no sense."""

import pytest
from pydantic import ValidationError

from ingest.settings import IngestSettings


def test_an_unknown_setting_is_refused() -> None:
    with pytest.raises(ValidationError, match="chunk_size"):
        IngestSettings.model_validate({"chunk_size": 100})


@pytest.mark.parametrize("name", sorted(IngestSettings.model_fields))
def test_every_number_has_both_bounds_and_a_description(name: str) -> None:
    for value in (-1, 10**9):
        with pytest.raises(ValidationError, match=name):
            IngestSettings.model_validate({name: value})
    assert IngestSettings.model_fields[name].description


def test_chunk_sizes_must_be_in_order() -> None:
    with pytest.raises(ValidationError, match="由小到大"):
        IngestSettings(chunk_min_characters=400, chunk_target_characters=300)
