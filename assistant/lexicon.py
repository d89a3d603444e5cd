"""The lexicon files, read and compiled once.

Patterns are regular expressions on folded text (`assistant.script.fold`). `<group>` stands for a
word group of words.yaml. Gaps of at most eight characters: `<g8>` stays inside a clause and denies
nothing (no 没 or 冇), `<c8>` may cross a comma but denies and fears nothing (no 没, 冇, 怕 or 易),
`<G8>` may cross a comma and a denial.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from typing import Any

from assistant.errors import LexiconDamaged
from assistant.required import Filter

FOLDER = Path(__file__).parent / "lexicon"
_SIGNAL_FILES = ("life_safety.yaml", "services.yaml", "context.yaml")
# Accounts: more patterns of the codes above, by code, for dangers told without their name.
_ACCOUNTS = ("accounts_of_people.yaml", "accounts_of_places.yaml", "accounts_of_harm.yaml")
_MACRO = re.compile(r"(?<!\(\?P)<([A-Za-z_]+)>")
_SCOPE_ENTRY = re.compile("{([a-z_]+)}")
_GAP = re.compile("<([gcG])([0-9]+)>")
_OUTSIDE = {"g": ",。!?;\\n没冇", "c": "。?;\\n没冇易怕", "G": "。?;\\n"}
_CODE_KEYS = {"label", "kind", "also", "cues", "patterns", "unless", "resolved", "levels"}

# What takes the force from a mention, by kind of signal; assistant/negation.py decides each.
_DENIALS = ("denied", "supposed", "feared", "possible", "drilled", "resolved")
_FRAMES = ("told", "staged", "commanded", "quoted", "mistaken", "planned", "dated", "over")
_PAST_EVENT = ("taught", "weeks", "recent", "habitual", "after_the_fact", "figurative")
CANCELLED_BY: dict[str, tuple[str, ...]] = {
    "event": (*_DENIALS, *_FRAMES, "named", "far", *_PAST_EVENT),
    # Whoever has closed all matters, or speaks of tomorrow, is in no less danger.
    "intent": (
        *(reason for reason in (*_DENIALS, *_FRAMES) if reason not in ("over", "planned")),
        *("named", "far", "taught", "weeks", "recent", "habitual", "figurative"),
    ),
    "state": (*_DENIALS, *_FRAMES, "named", "far", "weeks", "recounted"),
    "record": (*_DENIALS, "far"),
    "fact": ("denied", "supposed"),
    "threat": ("denied",),
    "mood": (),
}


class Expression:
    """A pattern of the lexicon, compiled at its first use: a message needs few of them."""

    __slots__ = ("_compiled", "_where", "source")

    def __init__(self, source: str, where: str) -> None:
        self.source = _expanded(source, where)
        self._where = where
        self._compiled: re.Pattern[str] | None = None

    @property
    def compiled(self) -> re.Pattern[str]:
        """The pattern; LexiconDamaged when it is none."""
        if self._compiled is None:
            try:
                self._compiled = re.compile(self.source)
            except re.error as error:
                raise LexiconDamaged(
                    f"词表 {self._where} 的表达式无法解析({error}):{self.source[:60]}"
                ) from error
        return self._compiled


@dataclass(frozen=True, slots=True, eq=False)
class Code:
    """One signal: how it is proved and what takes the force from a mention.

    `patterns` are alternatives, each with the level it proves (0 where there are no levels).
    `cues` are characters one of which every mention holds, so most messages skip the patterns.
    """

    code: str
    label: str
    life_safety: bool
    patterns: tuple[tuple[Expression, int], ...]
    unless: Expression | None
    resolved: Expression | None
    cues: frozenset[str]
    cancelled_by: frozenset[str]


def load_yaml(path: Path) -> Any:
    """The content of a YAML file; LexiconDamaged when it cannot be read."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise LexiconDamaged(
            f"词表文件 {path.name} 无法读取({error})：请恢复该文件后重试"
        ) from error


def _gap(match: re.Match[str]) -> str:
    return f"[^{_OUTSIDE[match[1]]}]{{0,{match[2]}}}?"


def _joined(text: str) -> str:
    return re.sub(r"\s+\|", "|", str(text).strip())


@lru_cache(maxsize=1)
def _groups() -> dict[str, str]:
    return {name: _joined(text) for name, text in load_yaml(FOLDER / "words.yaml").items()}


def _expanded(source: str, where: str) -> str:
    """A pattern with its groups and gaps filled in."""
    if not isinstance(source, str):
        raise LexiconDamaged(f"词表 {where} 的一条表达式不是文字，请给它加上引号:{source}")
    groups = _groups()

    def group(match: re.Match[str]) -> str:
        if match[1] not in groups:
            raise LexiconDamaged(f"词表 {where} 引用了不存在的词组 <{match[1]}>：请改正")
        return f"(?:{groups[match[1]]})"

    return _MACRO.sub(group, _GAP.sub(_gap, _joined(source)))


def compile_pattern(source: str, where: str) -> re.Pattern[str]:
    """A pattern of a lexicon file, compiled at once; `where` names it in errors."""
    return Expression(source, where).compiled


def _any_of(sources: list[str] | None, where: str) -> Expression | None:
    """One pattern of several alternatives, or None where there are none."""
    return Expression("|".join(map(_joined, sources)), where) if sources else None


@lru_cache(maxsize=1)
def _accounts() -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for file in _ACCOUNTS:
        for name, patterns in load_yaml(FOLDER / file).items():
            found.setdefault(name, []).extend(patterns)
    return found


def _code(name: str, entry: dict[str, Any], file: str) -> Code:
    where = f"{file} 的 {name}"
    unknown = set(entry) - _CODE_KEYS
    if unknown or entry.get("kind") not in CANCELLED_BY:
        raise LexiconDamaged(
            f"词表 {where} 有不认识的字段或种类:{'、'.join(sorted(unknown)) or entry.get('kind')}"
        )
    levels = entry.get("levels") or [{"level": 0, "patterns": entry.get("patterns")}]
    sources = [(source, level["level"]) for level in levels for source in level["patterns"] or ()]
    sources += [(source, 0) for source in _accounts().get(name, ())]
    return Code(
        code=name,
        label=entry["label"],
        life_safety=file == "life_safety.yaml",
        patterns=tuple((Expression(source, where), level) for source, level in sources),
        unless=_any_of(entry.get("unless"), where),
        resolved=_any_of(entry.get("resolved"), where),
        cues=frozenset(str(entry.get("cues", "")).replace(" ", "")),
        cancelled_by=frozenset(CANCELLED_BY[entry["kind"]]) | frozenset(entry.get("also", ())),
    )


@lru_cache(maxsize=1)
def codes() -> tuple[Code, ...]:
    """Every signal of the lexicon, life safety first."""
    return tuple(
        _code(name, entry, file)
        for file in _SIGNAL_FILES
        for name, entry in load_yaml(FOLDER / file).items()
    )


@lru_cache(maxsize=1)
def pattern_filter() -> Filter:
    """Numbers the patterns of `codes()` in their order and spares most texts most of them."""
    expressions = [expression for code in codes() for expression, _ in code.patterns]
    try:
        return Filter(expression.source for expression in expressions)
    except re.error:
        for expression in expressions:
            _ = expression.compiled  # the damaged one says so, by its file
        raise


@lru_cache(maxsize=1)
def critical_codes() -> tuple[Code, ...]:
    """The codes that mean danger to life now: the first of `codes()`."""
    return tuple(code for code in codes() if code.life_safety)


@lru_cache(maxsize=1)
def labels() -> dict[str, str]:
    """The Chinese label of each signal code."""
    return {code.code: code.label for code in codes()}


@lru_cache(maxsize=1)
def life_safety_codes() -> frozenset[str]:
    """The codes that mean danger to life now."""
    return frozenset(code.code for code in critical_codes())


@lru_cache(maxsize=1)
def _scope_words() -> dict[str, str]:
    return {name: _joined(text) for name, text in load_yaml(FOLDER / "scope.yaml").items()}


@cache
def scope_pattern(name: str) -> re.Pattern[str]:
    """An entry of scope.yaml; `{other}` in it stands for the entry of that name."""
    words = _scope_words()
    if name not in words:
        raise LexiconDamaged(f"词表 scope.yaml 缺少 {name}：请恢复该文件后重试")
    source = _SCOPE_ENTRY.sub(lambda match: f"(?:{words[match[1]]})", words[name])
    return compile_pattern(source, f"scope.yaml 的 {name}")


@lru_cache(maxsize=1)
def homophones() -> Callable[[str], str]:
    """A function that replaces typing slips by sound; the length of the text stays."""
    slips: dict[str, str] = {}
    for word, wrong in load_yaml(FOLDER / "homophones.yaml").items():
        for position, characters in enumerate(wrong):
            for character in characters:
                slips[word[:position] + character + word[position + 1 :]] = word
    pattern = re.compile("|".join(map(re.escape, slips)))
    return lambda text: pattern.sub(lambda match: slips[match[0]], text)
