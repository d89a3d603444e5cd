"""All settings in one tree: defaults, then `settings.toml` in the data folder, then environment.

A variable is `GUANJIA_` and the path of the setting joined by `__`, as in
`GUANJIA_SERVER__PORT=9000`. Unknown names and values out of bounds are refused.
"""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.settings import AssistantSettings
from desk.settings import DeskSettings
from ingest.settings import IngestSettings
from kb.settings import KbSettings
from training.settings import TrainingSettings

PREFIX = "GUANJIA_"
# read elsewhere, before or without the settings tree
OUTSIDE = {
    "GUANJIA_HOME",
    "GUANJIA_CACHE",
    "GUANJIA_MODEL_FILES",
    "GUANJIA_EVAL_DATA",
    "GUANJIA_TEST_DATABASE",
}


class SettingsError(Exception):
    """A setting is unknown or out of bounds: correct it where the message says."""


class ServerSettings(BaseModel):
    """Where the service listens."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(default="127.0.0.1", description="Address the service listens on.")
    port: int = Field(default=8080, ge=1, le=65535, description="Port the service listens on.")
    max_body_mb: int = Field(
        default=64, ge=1, le=1024, description="Largest request body accepted, in MB."
    )


class RulesSettings(BaseModel):
    """Which rule books are in force."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    folder: Path | None = Field(
        default=None,
        description="Folder in which the company edits its own rule books, to be activated from "
        "there; empty: `rulebooks/` in the data folder. Files that it lacks are those that ship.",
    )


class Settings(BaseModel):
    """The whole tree."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    home: Path = Field(description="The data folder; set by `GUANJIA_HOME`.")
    server: ServerSettings = ServerSettings()
    kb: KbSettings = KbSettings()
    ingest: IngestSettings = IngestSettings()
    rules: RulesSettings = RulesSettings()
    assistant: AssistantSettings = AssistantSettings()
    desk: DeskSettings = DeskSettings()
    training: TrainingSettings = TrainingSettings()

    @property
    def models_dir(self) -> Path:
        return self.home / "models"

    @property
    def rulebooks_dir(self) -> Path | None:
        """The company's rule books, or None for the books that ship."""
        if self.rules.folder is not None:
            return self.rules.folder
        own = self.home / "rulebooks"
        return own if own.is_dir() else None

    @property
    def archive_dir(self) -> Path:
        """Where the versions of the rule books are kept."""
        return self.home / "rulebooks"

    @property
    def database_url(self) -> str:
        if self.desk.database_url is not None:
            return self.desk.database_url.get_secret_value()
        return f"sqlite:///{self.home / 'desk.db'}"


def default_home(environ: Mapping[str, str] = os.environ) -> Path:
    """`GUANJIA_HOME`, or the platform's folder for user data."""
    if value := environ.get("GUANJIA_HOME"):
        return Path(value).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("guanjia", appauthor=False))


def load_settings(environ: Mapping[str, str] = os.environ) -> Settings:
    """The settings in force.

    Raises SettingsError with one line that names the setting, its place and the remedy.
    """
    home = default_home(environ)
    values = _merge(_from_file(home / "settings.toml"), _from_environment(environ))
    values["home"] = home
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise SettingsError(_describe(error, home)) from error


def _from_file(path: Path) -> dict[str, Any]:
    if not path.exists():
        return {}
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"设置文件 {path} 不是合法的 TOML:{error}；请改正后重试。") from error


def _from_environment(environ: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in sorted(environ.items()):
        if not name.startswith(PREFIX) or name in OUTSIDE:
            continue
        *parents, leaf = name.removeprefix(PREFIX).lower().split("__")
        target = values
        for parent in parents:
            target = target.setdefault(parent, {})
        target[leaf] = value
    return values


def _merge(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    merged = dict(base)
    for key, value in over.items():
        current = merged.get(key)
        if isinstance(value, dict) and isinstance(current, dict):
            merged[key] = _merge(current, value)
        else:
            merged[key] = value
    return merged


def _describe(error: ValidationError, home: Path) -> str:
    first = error.errors()[0]
    name = ".".join(str(part) for part in first["loc"])
    variable = PREFIX + "__".join(str(part) for part in first["loc"]).upper()
    where = f"{home / 'settings.toml'} 或环境变量 {variable}"
    if first["type"] == "extra_forbidden":
        return f"没有名为 {name} 的设置（{where}）；可用的设置见 docs/settings.md。"
    return f"设置 {name} 的值 {first['input']!r} 不可用：{first['msg']}；请改 {where}。"
