"""The language model that the settings name, or none."""

from pathlib import Path

from assistant.errors import LanguageModelUnavailable
from assistant.language.background import Background
from assistant.language.gguf import GgufServer
from assistant.language.model import ServedModel, Server
from assistant.language.settings import LanguageModelSettings
from assistant.language.types import OnDone
from assistant.language.url_server import UrlServer


def language_model(
    settings: LanguageModelSettings,
    models_dir: Path,
    on_done: OnDone = lambda _measured: None,
) -> ServedModel | None:
    """The model, not yet started, or None for the back end `none`.

    Never raises: what is missing is said by its health once it is started.
    """
    if settings.backend == "none":
        return None
    background = Background()
    named = str(settings.model)
    server: Server
    if settings.backend == "openai":
        name, slots, server = named, settings.parallel, UrlServer(settings, background)
    else:
        name, slots = Path(named).name.removesuffix(".gguf"), 1
        server = GgufServer(settings, name, lambda: gguf_file(named, models_dir))
    return ServedModel(settings, name, server, background, slots, on_done)


def gguf_file(model: str, models_dir: Path) -> Path:
    """The file of a path, or of an installed model that the registry knows.

    Raises LanguageModelUnavailable with what to do.
    """
    from kb.models import installed, registry

    if model.endswith(".gguf"):
        path = Path(model).expanduser()
        if not path.is_file():
            raise LanguageModelUnavailable(f"没有模型文件 {path}；请核对设置 assistant.llm.model")
        return path
    usable = [name for name, spec in registry().items() if spec.use == "llm"]
    if model not in usable:
        raise LanguageModelUnavailable(
            f"不认识语言模型 {model}；可用的有 {'、'.join(usable)}，或写一个 .gguf 文件的路径"
        )
    if not installed(model, models_dir):
        raise LanguageModelUnavailable(f"模型 {model} 尚未安装；请运行 guanjia models pull {model}")
    return models_dir / model / registry()[model].files[0].name
