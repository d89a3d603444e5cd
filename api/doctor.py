"""A check-up of one installation: each part on its own, none hides another's trouble."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from api.errors import EXPECTED
from api.settings import Settings

_LANGUAGE_MODEL_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Finding:
    """The state of one part."""

    part: str
    ok: bool
    text: str


def examine(settings: Settings, today: date) -> list[Finding]:
    """Look at the data folder, models, rules, calendar, knowledge base and language model."""
    return list(_findings(settings, today))


def _findings(settings: Settings, today: date) -> Iterator[Finding]:
    yield _check("数据目录", lambda: _home(settings.home))
    yield _check("向量模型", lambda: _encoder(settings))
    yield _check("规则", lambda: _rules(settings))
    yield _check("节假日", lambda: _holidays(settings, today))
    yield _check("知识库", lambda: _knowledge_base(settings))
    yield _check("语言模型", lambda: _language_model(settings))


def _check(part: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(part, True, look())
    except OSError as error:
        return Finding(part, False, str(error))
    except EXPECTED as error:
        return Finding(part, False, str(error))


def _home(home: Path) -> str:
    home.mkdir(parents=True, exist_ok=True)
    probe = home / ".probe"
    probe.write_bytes(b"")
    probe.unlink()
    return f"{home} 可读写"


def _encoder(settings: Settings) -> str:
    from kb.models import registry, verify

    name = settings.kb.encoder
    if name not in registry():
        return f"{name}（自备模型，启动时载入）"
    result = verify(name, settings.models_dir)
    if not result.ok:
        from kb.errors import ModelUnavailable

        raise ModelUnavailable("；".join(result.problems))
    return f"{name} 完整"


def _rules(settings: Settings) -> str:
    """The rulebook in force; that something else waits to be activated is trouble enough."""
    from api.wiring import House
    from rules.errors import NotActivated

    found = House(settings).archive.in_force()
    if found.notice:
        raise NotActivated(f"在用 {found.book.identity}。{found.notice}")
    return f"{found.book.name} 可用"


def _holidays(settings: Settings, today: date) -> str:
    """Years whose holidays are not announced yet: due times in them are provisional."""
    from api.wiring import House

    calendar = House(settings).rulebook.calendar
    years = (today.year, today.year + 1)
    unknown = [str(year) for year in years if not calendar.is_announced(year)]
    if not unknown:
        return "今明两年的安排都已公布"
    return (
        f"{'、'.join(unknown)} 年的安排尚未公布，落在其中的时限为暂定；"
        "公布后请更新规则里的 holidays.yaml"
    )


def _knowledge_base(settings: Settings) -> str:
    from api.wiring import House

    house = House(settings)
    try:
        state = house.knowledge_base.status()
        return f"资料 {sum(state.documents.values())} 份，段落 {state.chunks} 个"
    finally:
        house.close()


def _language_model(settings: Settings) -> str:
    """Really loads the model, or asks its server: whatever else is checked may still not run."""
    from api.wiring import House
    from assistant.errors import LanguageModelUnavailable

    house = House(settings)
    try:
        model = house.language_model
        if model is None:
            return "没有启用，回复不经模型起草"
        health = model.wait_until_ready(_LANGUAGE_MODEL_SECONDS)
        if not health.ok:
            raise LanguageModelUnavailable(health.reason)
        where = "" if model.is_local else "（不在本机，内容会先隐去个人信息）"
        return f"{model.name} 可用{where}"
    finally:
        house.close()
