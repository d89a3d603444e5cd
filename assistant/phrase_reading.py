"""Reads and checks files of wordings; what is wrong is said with its file and line.

A wording may state no number, time or amount (facts come from passages, times from the decision)
and must not say what domain rules forbid: a threat to cut services, money, liability, a promised
result, that the matter is nobody's here.
"""

import re
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from assistant.errors import PhrasesDamaged
from assistant.phrase_types import (
    EVERY_KIND,
    PLACEHOLDER,
    PLACEHOLDERS,
    SITUATIONS,
    Wording,
)
from rules.types import Kind

_KINDS = (EVERY_KIND, *Kind)
_FILE_KEYS = {"version", "effective_from", "kind", "wordings"}
_KEYS = {"id", "kind", "situation", "title", "texts", "anger", "use", "avoid", "source"}
_NEEDED = ("id", "situation", "title", "texts", "use", "avoid")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{1,60}")
_SOURCE = re.compile(r"[a-z0-9-]+ 第[一二三四五六七八九十百]+条")
_LONGEST = 200
_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

_NUMERAL = "[零〇一二两三四五六七八九十百千万半几]"
_QUANTITY = re.compile(
    rf"[0-9０-９]|{_NUMERAL}+(?:多|余)?(?:个)?(?:小时|钟头|分钟|秒|天|工作日|服务日|周|星期|礼拜|月|年|元|块钱|折|倍)"
    rf"|百分之{_NUMERAL}|{_NUMERAL}+成(?!年)|今天|明天|后天|今晚|明早|当天|本周|下周|月底|年底"
)
_FORBIDDEN = re.compile(
    "停水|停电|停气|停暖|断水|断电|断气|限制门禁|限制电梯|赔偿|赔付|补偿金|减免|免单|退款|免费给您"
    "|不归我们|不是我们的|不关我们|与我们无关|找别人|责任在我们|我们的责任|承担责任|法律责任由"
    "|保证(?:解决|修好|办好|不再)|(?:一定|肯定|绝对)(?:会|能)?(?:解决|修好|办好|办成|找到|不再)|绝不再"
    "|您误会|您自己|怪您|起诉您|请您冷静|找领导也没用|系统不会错"
)


def read_wordings(path: Path, today: date, *, own: bool = False) -> list[Wording]:
    """The entries of a file that are in force on `today`.

    Raises PhrasesDamaged with one line: the file, the line in it, what is wrong and what to do.
    """
    root = _root(path)
    for key in root:
        if key not in _FILE_KEYS:
            raise _damaged(path, root[key][1], f"不认识的键“{key}”", _list_of(_FILE_KEYS))
    version = str(_value(root, "version", "")).strip()
    begins = _value(root, "effective_from", None)
    if not version or not isinstance(begins, date):
        raise _damaged(path, 1, "缺少 version 或 effective_from", "例如 effective_from: 2026-01-01")
    node = root.get("wordings", (None, 1))[0]
    if not isinstance(node, yaml.SequenceNode):
        raise _damaged(path, 1, "缺少 wordings 列表", "每条话术以“- id:”开头")
    kind = str(_value(root, "kind", ""))
    entries = [_entry(path, item, kind) for item in node.value]
    seen: dict[str, int] = {}
    for line, entry in entries:
        if entry["id"] in seen:
            first = seen[entry["id"]]
            raise _damaged(path, line, f"id“{entry['id']}”与第 {first} 行重复", "换一个 id")
        seen[entry["id"]] = line
    if begins > today:
        return []
    return [
        Wording(**entry, version=version, effective_from=begins, own=own) for _, entry in entries
    ]


def _root(path: Path) -> dict[str, tuple[yaml.Node, int]]:
    try:
        node = yaml.compose(path.read_text(encoding="utf-8"), Loader=_LOADER)
    except (OSError, UnicodeDecodeError) as error:
        raise _damaged(path, 1, "文件读不出来", "检查权限，并存成 UTF-8") from error
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 1 if mark is None else mark.line + 1
        remedy = "检查缩进；文字里有冒号或以{开头时加引号"
        raise _damaged(path, line, "不是合法的 YAML", remedy) from error
    except yaml.YAMLError as error:
        raise _damaged(path, 1, "不是合法的 YAML", "检查是否混入了控制字符") from error
    if not isinstance(node, yaml.MappingNode):
        raise _damaged(path, 1, "文件是空的或不是键值", "开头写 version、effective_from、wordings")
    return _fields(path, node)


def _fields(path: Path, node: yaml.MappingNode) -> dict[str, tuple[yaml.Node, int]]:
    found: dict[str, tuple[yaml.Node, int]] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if str(key.value) in found:
            raise _damaged(path, line, f"键“{key.value}”写了两次", "留下一个")
        found[str(key.value)] = (value, line)
    return found


def _value(fields: dict[str, tuple[yaml.Node, int]], key: str, default: object) -> Any:
    return _construct(fields[key][0]) if key in fields else default


def _construct(node: yaml.Node) -> Any:
    loader = yaml.SafeLoader("")
    try:
        return loader.construct_document(node)
    except (yaml.YAMLError, ValueError):
        # 2026-13-45 looks like a day and is none
        return None
    finally:
        loader.dispose()


def _entry(path: Path, node: yaml.Node, kind: str) -> tuple[int, dict[str, Any]]:
    line = node.start_mark.line + 1
    if not isinstance(node, yaml.MappingNode):
        raise _damaged(path, line, "这一条不是键值", "每条话术以“- id:”开头")
    fields = _fields(path, node)
    for key, (_, at) in fields.items():
        if key not in _KEYS:
            raise _damaged(path, at, f"不认识的键“{key}”", _list_of(_KEYS))
    if missing := [key for key in _NEEDED if not _value(fields, key, None)]:
        raise _damaged(path, line, f"缺少 {missing[0]}", f"每条话术要有 {'、'.join(_NEEDED)}")
    entry = {key: str(_value(fields, key, "")) for key in ("id", "title", "use", "avoid", "source")}
    entry["kind"] = str(_value(fields, "kind", kind))
    entry["situation"] = str(_value(fields, "situation", ""))
    _check_codes(path, fields, line, entry)
    return line, {
        **entry,
        "anger": _anger(path, fields),
        "texts": _texts(path, *fields["texts"]),
    }


def _check_codes(
    path: Path, fields: dict[str, tuple[yaml.Node, int]], line: int, entry: dict[str, str]
) -> None:
    checks: Sequence[tuple[str, Callable[[str], object], str]] = (
        ("id", _ID.fullmatch, "只用小写字母、数字和连字符"),
        ("kind", lambda code: code in _KINDS, f"可用：{'、'.join(_KINDS)}"),
        ("situation", lambda code: code in SITUATIONS, f"可用：{'、'.join(SITUATIONS)}"),
        ("source", lambda code: not code or _SOURCE.fullmatch(code), "写成“pol-repair 第五条”"),
    )
    for key, fits, remedy in checks:
        if not fits(entry[key]):
            at = fields[key][1] if key in fields else line
            raise _damaged(path, at, f"{key} 的值“{entry[key]}”不能用", remedy)


def _anger(path: Path, fields: dict[str, tuple[yaml.Node, int]]) -> tuple[int, int]:
    value = _value(fields, "anger", [0, 3])
    fits = (
        isinstance(value, list)
        and len(value) == 2
        and all(type(degree) is int for degree in value)
        and 0 <= value[0] <= value[1] <= 3
    )
    if not fits:
        raise _damaged(path, fields["anger"][1], "anger 不对", "写成 [最低, 最高]，在 0 到 3 之间")
    return value[0], value[1]


def _texts(path: Path, node: yaml.Node, at: int) -> tuple[str, ...]:
    if not isinstance(node, yaml.SequenceNode) or not node.value:
        raise _damaged(path, at, "texts 不是列表", "每种说法一行，以“- ”开头")
    texts: list[str] = []
    for item in node.value:
        row = item.start_mark.line + 1
        if not isinstance(item, yaml.ScalarNode) or not str(item.value).strip():
            raise _damaged(path, row, "这种说法不是文字", "含冒号或以{开头的文字要加引号")
        text = str(item.value).strip()
        if problem := problem_of(text):
            raise _damaged(path, row, *problem)
        if text in texts:
            raise _damaged(path, row, "同一种说法写了两次", "删去一个")
        texts.append(text)
    return tuple(texts)


def problem_of(text: str) -> tuple[str, str] | None:
    """What is wrong with a wording and what to do about it, or None."""
    for name in PLACEHOLDER.findall(text):
        if name not in PLACEHOLDERS:
            return f"不认识的占位符 {{{name}}}", f"可用：{'、'.join(PLACEHOLDERS)}"
    bare = PLACEHOLDER.sub("", text)
    if "{" in bare or "}" in bare:
        return "大括号不成对", "占位符写成 {matter} 这样"
    if found := _QUANTITY.search(bare):
        return f"“{found[0]}”是数字、时间或金额", "删去，或改用占位符：事实来自资料，时限来自规则"
    if found := _FORBIDDEN.search(bare):
        return f"含有不能对住户说的话“{found[0]}”", "换一种说法"
    if len(text) > _LONGEST:
        return f"有 {len(text)} 个字，太长", f"不要超过 {_LONGEST} 个字"
    return None


def _list_of(keys: set[str]) -> str:
    return f"可用：{'、'.join(sorted(keys))}"


def _damaged(path: Path, line: int, wrong: str, remedy: str) -> PhrasesDamaged:
    return PhrasesDamaged(f"话术文件 {path} 第 {line} 行：{wrong}；{remedy}。")
