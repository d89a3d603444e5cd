"""The default encoder, really pulled and built; built again only when its code changes."""

import hashlib
import os
import shutil
from importlib.metadata import version
from pathlib import Path

import pytest

import kb.e5_weights
from kb.errors import DownloadFailed
from kb.models import pull

REPOSITORY = Path(__file__).parents[2]


@pytest.fixture(scope="session")
def model_cache() -> Path:
    """Where checked source files are kept between runs."""
    return Path(os.environ.get("GUANJIA_CACHE", REPOSITORY / ".cache")) / "models"


@pytest.fixture(scope="session")
def models_dir(model_cache: Path) -> Path:
    """A models folder named after the code and the tools that fill it."""
    code = Path(kb.e5_weights.__file__).parent
    digest = hashlib.sha256()
    for file in ("e5_weights.py", "onnx_export.py", "unigram.py", "models.toml"):
        digest.update((code / file).read_bytes())
    for tool in ("torch", "onnx", "onnxruntime", "tokenizers", "transformers"):
        digest.update(version(tool).encode())
    folder = model_cache.parent / f"built-{digest.hexdigest()[:12]}"
    for outdated in set(model_cache.parent.glob("built-*")) - {folder}:
        shutil.rmtree(outdated, ignore_errors=True)
    return folder


@pytest.fixture(scope="session")
def e5_folder(models_dir: Path, model_cache: Path) -> Path:
    return _pulled("multilingual-e5-small", models_dir, model_cache)


@pytest.fixture(scope="session")
def minilm_folder(models_dir: Path, model_cache: Path) -> Path:
    return _pulled("all-MiniLM-L6-v2", models_dir, model_cache)


def _pulled(name: str, models_dir: Path, model_cache: Path) -> Path:
    try:
        return pull(name, models_dir, cache_dir=model_cache)
    except DownloadFailed as error:
        if "不可达" in str(error):
            pytest.skip(f"模型 {name} 不在缓存里,软件包索引也不可达:{error}")
        raise
