"""Take files out of Python packages without installing or executing them.

Only wheels are accepted: pip has to run a source distribution's build to learn its metadata,
whereas a wheel is a plain zip archive. The machine's own pip configuration decides where
packages come from.
"""

import importlib.util
import re
import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path

from kb.errors import DownloadFailed

_CHUNK = 1 << 20
_PROGRESS_LINE = re.compile(r"Progress (\d+) of (\d+)")
_FIRST_PIP_WITH_RAW_PROGRESS = (24, 1)


def download_wheel(
    requirement: str,
    folder: Path,
    *,
    platform: str | None = None,
    progress: Callable[[float], None] | None = None,
) -> Path:
    """Download the wheel of a pinned requirement (`name==version`) into an empty `folder`.

    `platform` names a wheel's platform when it differs from this machine's: data is the same
    everywhere. `progress` gets the fraction done, 0–1. Raises DownloadFailed.
    """
    if importlib.util.find_spec("pip") is None:
        raise DownloadFailed(f"当前 Python 环境没有 pip，无法下载 {requirement}；请先安装 pip")
    output = _run_pip(_command(requirement, folder, platform), progress)
    wheels = sorted(folder.glob("*.whl"))
    if len(wheels) != 1:
        raise DownloadFailed(f"下载软件包 {requirement} 失败：{_reason(output)}")
    return wheels[0]


def copy_member(wheel: Path, member: str, write: Callable[[bytes], object]) -> int:
    """Stream one member of a wheel into `write`, returning its length in bytes.

    Raises DownloadFailed when the archive is cut short or does not hold the member.
    """
    length = 0
    try:
        with zipfile.ZipFile(wheel) as archive, archive.open(member) as stream:
            while chunk := stream.read(_CHUNK):
                write(chunk)
                length += len(chunk)
    except KeyError:
        raise DownloadFailed(f"软件包 {wheel.name} 里没有文件 {member}") from None
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise DownloadFailed(f"下载的软件包 {wheel.name} 不完整或已损坏") from error
    return length


def _command(requirement: str, folder: Path, platform: str | None) -> list[str]:
    command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:"]
    command += ["--no-cache-dir", "--no-input", "--disable-pip-version-check"]
    command += ["--progress-bar", "raw" if _pip_reports_progress() else "off"]
    if platform:
        command += ["--platform", platform]
    return [*command, "--dest", str(folder), requirement]


def _pip_reports_progress() -> bool:
    numbers = re.findall(r"\d+", version("pip"))[:2]
    return tuple(map(int, numbers)) >= _FIRST_PIP_WITH_RAW_PROGRESS


def _run_pip(command: list[str], progress: Callable[[float], None] | None) -> list[str]:
    """Run pip, passing its progress on; return its lines."""
    lines = []
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            lines.append(line.strip())
            if progress and (match := _PROGRESS_LINE.search(line)):
                progress(int(match[1]) / max(int(match[2]), 1))
    return lines


def _reason(lines: list[str]) -> str:
    text = "\n".join(lines)
    if "No space left on device" in text or "Disk quota exceeded" in text:
        return "磁盘空间不足"
    if "No matching distribution" in text:
        return "软件包索引不可达，或没有这个版本；请检查网络和 pip 配置"
    errors = [line for line in lines if line.startswith("ERROR:")]
    return errors[-1].removeprefix("ERROR:").strip()[:200] if errors else "pip 没有给出原因"
