"""Getting a machine ready: the encoder, and the sample knowledge base."""

from collections.abc import Callable
from pathlib import Path

from api.progress import progress_bar
from api.settings import Settings


def sample_content() -> Path:
    """The folder of the sample knowledge base that ships."""
    import kb

    return Path(kb.__file__).parent / "content"


def prepare_models(settings: Settings, say: Callable[[str], None]) -> None:
    """Pull the configured encoder unless it is there."""
    from kb.models import installed, registry

    name = settings.kb.encoder
    if name not in registry() or installed(name, settings.models_dir):
        return
    say(f"下载并构建向量模型 {name}…")
    pull_model(name, settings.models_dir)


def pull_model(name: str, folder: Path) -> Path:
    """Pull one model with a progress bar."""
    from kb.models import pull

    with progress_bar(name) as draw:
        return pull(name, folder, lambda done, total, _stage: draw(done, total))
