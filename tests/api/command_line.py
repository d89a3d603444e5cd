"""The command line as tests run it: processes with exit codes, one clear line."""

import atexit
import json
import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]


class Forks:
    """Processes that have everything imported when they start (see `forking`)."""

    def __init__(self) -> None:
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.api.forking"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=ROOT,
        )
        atexit.register(self.close)

    def run(
        self, arguments: list[str], env: dict[str, str], stdin: str
    ) -> subprocess.CompletedProcess[str]:
        assert self._server.stdin is not None
        assert self._server.stdout is not None
        with tempfile.TemporaryDirectory() as folder:
            files = {name: Path(folder) / name for name in ("stdin", "stdout", "stderr")}
            files["stdin"].write_text(stdin, encoding="utf-8")
            request = {"arguments": arguments, "env": env}
            request |= {name: str(path) for name, path in files.items()}
            self._server.stdin.write(json.dumps(request).encode() + b"\n")
            self._server.stdin.flush()
            code = int(self._server.stdout.readline())
            told = [files[name].read_text(encoding="utf-8") for name in ("stdout", "stderr")]
        return subprocess.CompletedProcess(arguments, code, *told)

    def close(self) -> None:
        """The server ends when nobody can ask it any more."""
        self._server.communicate()


@cache
def forks() -> Forks:
    """One server per test process, started when it is needed."""
    return Forks()


class Cli:
    """Runs `guanjia` in a process of its own over one data folder.

    An `afresh` one starts Python anew for every command; others are forked with imports made.
    """

    def __init__(self, home: Path, afresh: bool = False) -> None:
        self.home = home
        self._afresh = afresh

    def __call__(self, *arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
        env = os.environ | {"GUANJIA_HOME": str(self.home)}
        if not self._afresh:
            return forks().run(list(arguments), env, stdin)
        return subprocess.run(
            [sys.executable, "-c", "from api.cli import main; main()", *arguments],
            input=stdin,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=env,
            check=False,
        )

    def ok(self, *arguments: str, stdin: str = "") -> str:
        done = self(*arguments, stdin=stdin)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def fails(self, code: int, *arguments: str, stdin: str = "") -> str:
        """The line on standard error of a command that must fail with `code`."""
        done = self(*arguments, stdin=stdin)
        assert done.returncode == code, (done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done.stderr


def one_line(text: str) -> str:
    assert len(text.strip().splitlines()) == 1, text
    return text.strip()
