"""The pages for people agree with the code: commands, settings, links, both languages."""

import importlib.util
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
README, CHINESE = ROOT / "README.md", ROOT / "README.zh-CN.md"


def shell_lines(page: Path) -> list[str]:
    blocks = re.findall(r"```sh\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    return [line.split("#")[0].strip() for block in blocks for line in block.splitlines() if line]


def commands(page: Path) -> set[tuple[str, ...]]:
    """The guanjia commands a page shows, without their arguments."""
    found = set()
    for line in shell_lines(page):
        words = line.split()
        if words[:1] == ["guanjia"]:
            named = [w for w in words[1:3] if re.fullmatch(r"[a-z]+", w)]
            found.add(tuple(named if words[1] in GROUPS else named[:1]))
    return found


GROUPS = {"desk", "kb", "rules", "train", "triage", "eval", "models"}


def test_every_command_in_the_readme_exists() -> None:
    for command in sorted(commands(README)):
        result = subprocess.run(
            [sys.executable, "-c", "from api.cli import main; main()", *command, "--help"],
            capture_output=True,
            text=True,
            cwd=ROOT,
            check=False,
        )
        assert result.returncode == 0, f"guanjia {' '.join(command)}: {result.stderr}"


def test_every_command_is_in_the_readme() -> None:
    from api.cli import app

    top = {(command.callback.__name__,) for command in app.registered_commands if command.callback}
    assert {c for c in top if c[0] not in {"forget"}} <= commands(README)
    assert {group.name for group in app.registered_groups} == GROUPS


def test_both_languages_show_the_same_commands() -> None:
    assert shell_lines(README) == shell_lines(CHINESE)


def test_both_make_commands_are_targets_of_the_makefile() -> None:
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), re.MULTILINE))
    shown = {line.split()[1] for line in shell_lines(README) if line.startswith("make ")}
    assert shown == {"run", "test"}
    assert {*shown, "check", "clean"} <= targets


@pytest.mark.parametrize("page", [README, CHINESE, *sorted((ROOT / "docs").glob("*.md"))])
def test_every_link_to_a_file_leads_somewhere(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))
    assert [link for link in links if not (page.parent / link).exists()] == []


def test_every_setting_is_documented_as_it_is() -> None:
    spec = importlib.util.spec_from_file_location("doc", ROOT / "scripts/document_settings.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    written = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    assert written == module.document(), "run python scripts/document_settings.py"


def test_every_setting_says_what_it_means() -> None:
    page = (ROOT / "docs/settings.md").read_text(encoding="utf-8")
    rows = [line for line in page.splitlines() if line.startswith("| `")]
    assert len(rows) > 20
    assert [row for row in rows if row.rstrip(" |").endswith("None")] == []


def test_the_locks_name_versions_and_no_index_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock"):
        lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
        pins = [line for line in lines if line and not line.startswith("#")]
        assert len(pins) > 100
        assert [pin for pin in pins if not re.fullmatch(r"[\w.-]+==[\w.!]+", pin)] == []
