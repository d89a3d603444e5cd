"""Files that hold several documents: zip archives, mails with attachments, tables of cases.

Each member becomes a `SourceFile` of its own with the key `archive.zip/inner/name`, so that it is
planned, updated and cited like any file. Nothing is unpacked to disk.
"""

from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePath

from ingest.archives import Archive, Member
from ingest.errors import InputError
from ingest.parsers import CASE_ROW, CONTAINER_ENDINGS, SUPPORTED_ENDINGS
from ingest.settings import IngestSettings
from ingest.sources import Discovery, Opener, read, same_key
from ingest.types import Failure, Skipped, SourceFile

_DEEPEST = 2
_TABLES = frozenset((".xlsx", ".csv", ".tsv"))
_PARSER_MISTAKES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
Item = SourceFile | Skipped | Failure


def expand(
    found: Discovery, settings: IngestSettings | None = None, opener: Opener = Path.read_bytes
) -> Discovery:
    """The files with every container replaced by what it holds, in order, each key once.

    A container that cannot be opened, and a member that may not be used, is a `Failure`.
    """
    limits = settings or IngestSettings()
    files: dict[str, SourceFile] = {}
    skipped, failures = list(found.skipped), list(found.failures)
    for source in found.files:
        for item in _open(source, limits, opener, 0):
            if isinstance(item, Skipped):
                skipped.append(item)
            elif isinstance(item, Failure):
                failures.append(item)
            elif item.key in files:
                failures.append(same_key(item, files[item.key]))
            else:
                files[item.key] = item
    return Discovery(tuple(files.values()), tuple(skipped), tuple(failures))


def _open(
    source: SourceFile, settings: IngestSettings, opener: Opener, depth: int
) -> Iterator[Item]:
    ending = PurePath(source.name).suffix.lower()
    if ending == ".zip":
        yield from _archive(source, settings, opener, depth + 1)
    elif ending == ".eml":
        yield from _mail(source, settings, opener, depth)
    elif ending in _TABLES:
        yield from _cases(source, settings, opener)
    else:
        yield source


def _archive(
    source: SourceFile, settings: IngestSettings, opener: Opener, depth: int
) -> Iterator[Item]:
    if depth > _DEEPEST:
        message = f"「{source.key}」压缩包套了超过 {_DEEPEST} 层，请解压后再导入"
        yield Failure(source.key, message)
        return
    archive = Archive(source, settings.max_file_mb, opener)
    try:
        members = archive.members()
    except InputError as error:
        yield Failure(source.key, f"「{source.key}」{error}")
        return
    for member in members:
        yield from _member(source, archive, member, settings, opener, depth)


def _member(
    source: SourceFile,
    archive: Archive,
    member: Member,
    settings: IngestSettings,
    opener: Opener,
    depth: int,
) -> Iterator[Item]:
    key = f"{source.key}/{member.name}"
    if member.refusal:
        yield Failure(key, f"「{key}」{member.refusal}")
    elif reason := unwanted(member.name):
        yield Skipped(key, reason)
    else:
        load = partial(archive.read, member.index)
        yield from _open(_inner(source, member.name, load), settings, opener, depth)


def _inner(source: SourceFile, name: str, load: partial[bytes], ending: str = "") -> SourceFile:
    inside = f"{source.inside}/{name}" if source.inside else name
    return SourceFile(f"{source.key}/{name}", source.path, inside, ending, load)


def unwanted(name: str) -> str:
    """Why a member of a container is left out; "" when it can be read."""
    path = PurePath(name)
    if any(part.startswith(".") or part == "__MACOSX" for part in path.parts):
        return "隐藏文件"
    if path.name.startswith("~$"):
        return "办公软件的临时文件"
    ending = path.suffix.lower()
    if ending not in SUPPORTED_ENDINGS | CONTAINER_ENDINGS:
        return f"不支持的格式「{ending or '无后缀'}」"
    return ""


def _mail(
    source: SourceFile, settings: IngestSettings, opener: Opener, depth: int
) -> Iterator[Item]:
    """The mail itself when it says something, then its attachments."""
    from ingest.parsers.mail import attachment, attachments, has_body

    try:
        data = read(source, settings.max_file_mb, opener)
        names = attachments(data)
        speaks = has_body(data)
    except (InputError, *_PARSER_MISTAKES):
        # Whoever reads the mail says what is wrong with it.
        yield source
        return
    wanted = [(index, name) for index, name in enumerate(names) if not unwanted(name)]
    if speaks or not wanted:
        yield source
    for index, name in enumerate(names):
        if reason := unwanted(name):
            yield Skipped(f"{source.key}/{name}", reason)
        else:
            load = partial(attachment, data, index)
            yield from _open(_inner(source, name, load), settings, opener, depth)


def _cases(source: SourceFile, settings: IngestSettings, opener: Opener) -> Iterator[Item]:
    """A document for each row of a table of cases; the rest of the file stays a document."""
    from ingest.parsers.spreadsheet import cases_of

    try:
        data = read(source, settings.max_file_mb, opener)
        ending = PurePath(source.name).suffix.lower()
        rows, has_more = cases_of(data, ending, settings.max_table_rows)
    except (InputError, *_PARSER_MISTAKES):
        yield source
        return
    if has_more or not rows:
        yield source
    for row in rows:
        yield _inner(source, row.name, partial(row.to_bytes), CASE_ROW)
