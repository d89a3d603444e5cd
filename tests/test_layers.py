"""The packages import each other only as the architecture allows."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent

ALLOWED = {
    "kb": set(),
    "rules": set(),
    "ingest": {"kb"},
    "assistant": {"kb", "rules"},
    "desk": {"rules", "assistant.types"},
    "training": {"kb", "rules", "assistant"},
    "api": {"kb", "rules", "ingest", "assistant", "desk", "training", "eval"},
    "eval": {"kb", "rules", "ingest", "assistant", "desk", "training"},
}


def imported_modules(path: Path) -> set[str]:
    """Absolute names of every module that a file imports, at the top or inside a function."""
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: imports are absolute"
            names.add(node.module or "")
    return names


def is_allowed(name: str, package: str) -> bool:
    if name.split(".")[0] not in ALLOWED or name.split(".")[0] == package:
        return True
    return any(name == base or name.startswith(f"{base}.") for base in ALLOWED[package])


@pytest.mark.parametrize("package", sorted(ALLOWED))
def test_a_package_imports_only_what_its_layer_may(package: str) -> None:
    files = sorted((ROOT / package).rglob("*.py"))
    assert files
    offences = [
        f"{path.relative_to(ROOT)} imports {name}"
        for path in files
        for name in sorted(imported_modules(path))
        if not is_allowed(name, package)
    ]
    assert offences == []


def test_no_source_file_is_longer_than_four_hundred_lines() -> None:
    sources = [path for folder in (*ALLOWED, "tests") for path in (ROOT / folder).rglob("*.py")]
    too_long = {
        str(path.relative_to(ROOT)): lines
        for path in sources
        if (lines := path.read_text(encoding="utf-8").count("\n")) > 400
    }
    assert too_long == {}


HEAVY = (
    "torch",
    "llama_index",
    "openai",
    "xllamacpp",
    "nicegui",
    "sklearn",
    "chromadb",
    "transformers",
)


@pytest.mark.parametrize(
    "module",
    [
        "api.cli",
        "rules.decide",
        "assistant.triage",
        "assistant.classifier",
        "assistant.language.build",
        "kb.encoder",
    ],
)
def test_starting_up_imports_nothing_heavy(module: str) -> None:
    code = f"import sys, {module}; print([m for m in {HEAVY!r} if m in sys.modules])"
    result = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=ROOT, check=True
    )
    assert result.stdout.strip() == "[]"
