"""What may be set, and which addresses count as this machine."""

import ipaddress

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from api.settings import SettingsError, load_settings
from assistant.language.hosts import host_of, is_local
from assistant.language.settings import LanguageModelSettings


@pytest.mark.parametrize(
    "url",
    [
        "http://localhost:11434/v1",
        "http://127.0.0.1/v1",
        "https://127.9.9.9/v1",
        "http://[::1]:8/v1",
    ],
)
def test_loopback_addresses_are_local(url: str) -> None:
    assert is_local(url)


@pytest.mark.parametrize(
    "url",
    [
        "http://10.0.0.5/v1",
        "http://192.168.1.9:8000/v1",
        "http://llm.internal/v1",
        "http://localhost.example.com/v1",
        "http://127.0.0.1.example.com/v1",
        "http://0.0.0.0/v1",
        "http://2130706433/v1",
        "http://0x7f.1/v1",
        "https://api.example.com/v1",
    ],
)
def test_every_other_address_is_elsewhere_until_it_is_trusted(url: str) -> None:
    assert not is_local(url)
    assert is_local(url, (host_of(url).upper(),))
    with pytest.raises(ValidationError, match="trusted_hosts"):
        LanguageModelSettings(backend="openai", url=url, model="m")
    assert LanguageModelSettings(
        backend="openai", url=url, model="m", trusted_hosts=(host_of(url),)
    ).is_local
    remote = LanguageModelSettings(backend="openai", url=url, model="m", allow_remote=True)
    assert not remote.is_local


@pytest.mark.parametrize(
    "url",
    [
        "localhost:8080/v1",
        "ftp://localhost/v1",
        "http://localhost@evil.example/v1",
        "http://evil.example\\@localhost/v1",
        "http://localhost /v1",
        "http://evil.example#@localhost/v1",
        "http://localhost:99999/v1",
        "http://:8080/v1",
        "",
    ],
)
def test_an_address_that_can_be_read_in_two_ways_is_refused(url: str) -> None:
    with pytest.raises(ValidationError, match="地址"):
        LanguageModelSettings(backend="openai", url=url, model="m", allow_remote=True)


@given(
    st.text(
        alphabet=st.sampled_from("htp:/@\\.#?[]%127.0localse x\t。１l0cａ") | st.characters(),
        max_size=40,
    ).map(lambda text: f"http://{text}")
)
def test_the_client_goes_only_where_the_check_has_looked(url: str) -> None:
    try:
        local = is_local(url)
        goes_to = httpx.URL(url).host
    except (ValueError, httpx.InvalidURL):
        return
    if local:
        assert goes_to == "localhost" or ipaddress.ip_address(goes_to).is_loopback


@pytest.mark.parametrize("backend", ["gguf", "openai"])
def test_a_back_end_wants_its_model_and_its_address(backend: str) -> None:
    with pytest.raises(ValidationError, match="哪个模型"):
        LanguageModelSettings.model_validate({"backend": backend, "url": "http://localhost/v1"})
    with pytest.raises(ValidationError, match="服务地址"):
        LanguageModelSettings(backend="openai", model="m")


def test_without_anything_set_there_is_no_model_and_nothing_leaves() -> None:
    settings = LanguageModelSettings()
    assert settings.backend == "none"
    assert settings.is_local
    assert not settings.allow_remote


def test_variables_name_hosts_with_commas_and_a_refusal_never_shows_the_key(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    prefix = "GUANJIA_ASSISTANT__LLM__"
    given_ = {
        "GUANJIA_HOME": str(tmp_path_factory.mktemp("home")),
        f"{prefix}BACKEND": "openai",
        f"{prefix}URL": "http://gpu-1:8000/v1",
        f"{prefix}MODEL": "qwen3",
        f"{prefix}API_KEY": "geheim",
    }
    with pytest.raises(SettingsError, match="不是本机地址") as refused:
        load_settings(given_)
    assert "geheim" not in str(refused.value)
    assert "\n" not in str(refused.value)
    llm = load_settings({**given_, f"{prefix}TRUSTED_HOSTS": "gpu-1, gpu-2"}).assistant.llm
    assert llm.trusted_hosts == ("gpu-1", "gpu-2")
    assert llm.is_local
    assert "geheim" not in repr(llm)
