"""Writes rows and values of a book as the shipped books are written."""

from collections.abc import Mapping
from typing import Any

import yaml

LONGEST_LINE = 100


class _Dumper(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:  # noqa: ARG002
        return True


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    # folding and line breaks would make one value several lines of the file
    style = None if text.isprintable() else '"'
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Dumper.add_representer(str, _text)


def flow(value: Any) -> str:
    """A value on one line, as it may stand inside braces."""
    return _dump([value], True)[1:-1]


def entry(key: str, value: Any) -> str:
    """`key: value` on one line."""
    if isinstance(value, dict | list):
        return f"{flow(key)}: {flow(value)}"
    return _dump({key: value}, False)


def _dump(value: Any, flowing: bool) -> str:
    text = yaml.dump(
        value,
        Dumper=_Dumper,
        default_flow_style=flowing,
        allow_unicode=True,
        sort_keys=False,
        width=10**9,
    )
    return text.removesuffix("\n")


def key_lines(key: str, value: Any, indent: int) -> list[str]:
    """`key: value` as lines: compact where that is short, in blocks otherwise."""
    pad = " " * indent
    line = pad + entry(key, value)
    if isinstance(value, list) and any(isinstance(item, dict) for item in value):
        return [f"{pad}{flow(key)}:", *(line for one in value for line in _item(one, indent + 2))]
    if not isinstance(value, dict) or not value:
        return [line]
    if len(line) <= LONGEST_LINE and not any(_is_limit(one) for one in value.values()):
        return [line]
    return [f"{pad}{flow(key)}:", *_mapping(value, indent + 2)]


def _mapping(value: Mapping[str, Any], indent: int) -> list[str]:
    return [line for key, one in value.items() for line in key_lines(key, one, indent)]


def _item(value: Any, indent: int) -> list[str]:
    """One item of a list."""
    pad = " " * indent
    line = f"{pad}- {flow(value)}"
    if not isinstance(value, dict) or not value or len(line) <= LONGEST_LINE:
        return [line]
    first, *rest = _mapping(value, indent + 2)
    return [f"{pad}- {first.lstrip()}", *rest]


def _is_limit(value: Any) -> bool:
    return isinstance(value, dict) and "limit" in value


def row_text(row: Mapping[str, Any], indent: int) -> str:
    """A whole row of a table, beginning with `- ` at column `indent`, ending with a line break."""
    first, *rest = _mapping(row, indent + 2)
    return "\n".join([f"{' ' * indent}- {first.lstrip()}", *rest]) + "\n"
