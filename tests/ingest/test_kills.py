"""A run that is killed again and again ends like one that was never disturbed."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.ingest.generated import write_documents

DOCUMENTS = 2000
ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_thirty_kills_leave_the_same_knowledge_base_byte_for_byte(tmp_path: Path) -> None:
    folder, work = tmp_path / "资料", tmp_path / "work"
    work.mkdir()
    write_documents(folder, DOCUMENTS)
    done = subprocess.run(
        [sys.executable, "-m", "tests.ingest.kill_driver", str(folder), str(work)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    found = json.loads(done.stdout)
    assert len(found["stored"]) == 30
    # The kills fell into all of the work, and not into one end of it.
    assert len(set(found["stored"])) >= 8, found["stored"]
    assert found["undisturbed"]["documents"].startswith(f"{DOCUMENTS}:")
    assert found["killed"] == found["undisturbed"]
    # The same again for a folder in which files were edited, renamed and removed.
    assert found["synchronised"]["documents"] != found["undisturbed"]["documents"]
    assert found["synchronised_killed"] == found["synchronised"]
