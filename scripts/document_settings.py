"""Writes docs/settings.md from the settings themselves; a test holds the two together."""

from collections.abc import Iterator
from pathlib import Path

from pydantic import BaseModel
from pydantic.fields import FieldInfo
from pydantic_core import PydanticUndefined

from api.settings import Settings

HEAD = """# Settings

Defaults, then `settings.toml` in the data folder, then environment variables. A variable is
`GUANJIA_` and the path of the setting joined by `__`, as in `GUANJIA_SERVER__PORT=9000`; in the
file the same is `[server]` and `port = 9000`. Unknown names and values out of bounds are refused
with one line that says which. Written by `scripts/document_settings.py`.

Some variables stand outside the tree: `GUANJIA_HOME` (the data folder; default: the platform's
folder for user data), `GUANJIA_CACHE` (downloads kept between runs), `GUANJIA_MODEL_FILES` (a
folder with model files, for machines without a network), and for tests `GUANJIA_EVAL_DATA` (real
data for measuring; what needs it skips without) and `GUANJIA_TEST_DATABASE` (the address of a
database for the desk's tests).

| setting | default | bounds | meaning |
|---|---|---|---|
"""


def fields(model: type[BaseModel], path: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every leaf of the tree with its dotted path."""
    for name, info in model.model_fields.items():
        kind = info.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from fields(kind, f"{path}{name}.")
        else:
            yield f"{path}{name}", info


def row(path: str, info: FieldInfo) -> str:
    """One line of the table."""
    default = "" if info.default in (None, PydanticUndefined) else f"`{info.default}`"
    names = {"ge": "≥", "le": "≤", "gt": ">", "lt": "<", "min_length": "length ≥"}
    bounds = [
        f"{sign} {getattr(item, attribute)}"
        for item in info.metadata
        for attribute, sign in names.items()
        if getattr(item, attribute, None) is not None
    ]
    return f"| `{path}` | {default} | {', '.join(bounds)} | {info.description} |\n"


def document() -> str:
    """The whole page."""
    return HEAD + "".join(row(path, info) for path, info in fields(Settings))


if __name__ == "__main__":
    target = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
    target.write_text(document(), encoding="utf-8")
