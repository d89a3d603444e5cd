"""Settings come from file and environment, and refuse what is unknown or out of bounds."""

from pathlib import Path

import pytest

from api.settings import SettingsError, load_settings


def environment(home: Path, **variables: str) -> dict[str, str]:
    return {"GUANJIA_HOME": str(home), **variables}


def test_defaults_need_no_file(tmp_path: Path) -> None:
    settings = load_settings(environment(tmp_path))
    assert settings.home == tmp_path
    assert settings.database_url == f"sqlite:///{tmp_path / 'desk.db'}"


def test_the_environment_goes_before_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("[server]\nport = 9000\nhost = '0.0.0.0'\n")
    settings = load_settings(environment(tmp_path, GUANJIA_SERVER__PORT="9001"))
    assert (settings.server.host, settings.server.port) == ("0.0.0.0", 9001)


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"GUANJIA_SERVER__PROT": "1"}, "没有名为 server.prot 的设置"),
        ({"GUANJIA_NOPE": "1"}, "没有名为 nope 的设置"),
        ({"GUANJIA_SERVER__PORT": "70000"}, "GUANJIA_SERVER__PORT"),
        ({"GUANJIA_KB__DENSE_WEIGHT_MATCHED": "1.5"}, "kb.dense_weight_matched"),
    ],
)
def test_a_wrong_setting_is_one_line_that_names_it(
    tmp_path: Path, variables: dict[str, str], words: str
) -> None:
    with pytest.raises(SettingsError, match=words) as error:
        load_settings(environment(tmp_path, **variables))
    assert "\n" not in str(error.value)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text("port = = 1")
    with pytest.raises(SettingsError, match=r"settings\.toml 不是合法的 TOML"):
        load_settings(environment(tmp_path))


def test_a_database_address_is_masked_when_shown(tmp_path: Path) -> None:
    address = "postgresql+psycopg://desk:secret@localhost/desk"
    settings = load_settings(environment(tmp_path, GUANJIA_DESK__DATABASE_URL=address))
    assert "secret" not in repr(settings)
    assert settings.database_url == address


def test_the_companys_own_rulebooks_are_found_in_the_data_folder(tmp_path: Path) -> None:
    assert load_settings(environment(tmp_path)).rulebooks_dir is None
    (tmp_path / "rulebooks").mkdir()
    assert load_settings(environment(tmp_path)).rulebooks_dir == tmp_path / "rulebooks"


def test_the_estates_own_places_are_read_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "settings.toml").write_text(
        '[assistant.places]\nin_every_building = ["架空层"]\n'
        '[assistant.places.names]\n"南岗亭" = ["南岗", "南门岗"]\n"架空层" = []\n',
        encoding="utf-8",
    )
    places = load_settings(environment(tmp_path)).assistant.places
    assert places.names == {"南岗亭": ("南岗", "南门岗"), "架空层": ()}
    assert places.in_every_building == ("架空层",)


@pytest.mark.parametrize(
    ("table", "words"),
    [
        ('names = {"南岗亭" = ["南"]}', "“南”太短"),
        ('names = {"南岗亭" = []}\nin_every_building = ["大堂"]', "“大堂”不在 names 里"),
        ('names = {"南岗亭" = ["岗亭"], "北岗亭" = ["岗亭"]}', "“岗亭”"),
    ],
)
def test_places_that_cannot_be_told_apart_or_found_are_refused(
    tmp_path: Path, table: str, words: str
) -> None:
    (tmp_path / "settings.toml").write_text(f"[assistant.places]\n{table}\n", encoding="utf-8")
    with pytest.raises(SettingsError, match=words):
        load_settings(environment(tmp_path))
