"""Vector files that a kill tore are never opened: they are built anew, with nothing encoded."""

import os
import shutil
from pathlib import Path

import pytest

from kb.catalog import Catalog
from kb.knowledge_base import KnowledgeBase
from kb.seal import Seal
from tests.kb.samples import HashEncoder, policy

CLAUSES = 1100  # Chroma writes its graph files after a thousand vectors

GRAPH_FILES = (
    "header.bin",
    "data_level0.bin",
    "length.bin",
    "link_lists.bin",
    "index_metadata.pickle",
)


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("whole") / "home"
    with KnowledgeBase(home, HashEncoder()) as base:
        base.put([policy("p", *(f"门禁卡规定第{n}号，丢失后到前台补办。" for n in range(CLAUSES)))])
    return home


@pytest.mark.parametrize("share", [0.0, 0.3, 0.7])
@pytest.mark.parametrize(
    "name",
    ["header.bin", "data_level0.bin", "length.bin", "link_lists.bin", "index_metadata.pickle"],
)
def test_a_torn_file_of_the_graph_is_answered_by_rebuilding(
    name: str, share: float, whole: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    torn = [path for path in (home / "chroma").rglob(name) if path.stat().st_size > 0]
    assert torn
    for path in torn:
        # A torn header opened as it is ends the process within Chroma's native code.
        os.truncate(path, int(path.stat().st_size * share))
    encoder = HashEncoder()
    with KnowledgeBase(home, encoder) as base:
        assert encoder.encoded == 0
        assert base.status().vectors == CLAUSES
        assert len(base.rank("门禁卡").dense) > 0
    assert Catalog(home / "catalog.db").recall("dense folder") == "2"


def test_files_that_were_copied_without_their_times_are_the_same(
    whole: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole, home, copy_function=shutil.copyfile)
    with KnowledgeBase(home, HashEncoder()) as base:
        assert base.status().vectors == CLAUSES
    assert Catalog(home / "catalog.db").recall("dense folder") in (None, "1")


def test_a_store_that_was_never_sealed_is_sealed_at_its_first_opening(
    whole: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    shutil.copytree(whole, home)
    catalog = Catalog(home / "catalog.db")
    catalog._db.execute("DELETE FROM meta WHERE key = 'dense seal'")
    catalog.close()
    with KnowledgeBase(home, HashEncoder()):
        pass
    sealed = Catalog(home / "catalog.db").recall("dense seal")
    assert sealed == Seal(home / "chroma" / "1").digest()
