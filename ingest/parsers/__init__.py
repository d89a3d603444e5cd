"""One module per family of formats, imported only when a file of that family comes in."""

from importlib import import_module
from pathlib import PurePath

from ingest.errors import EmptyFile, MissingParser, UnsupportedFile
from ingest.settings import IngestSettings
from ingest.types import ParsedText

_FAMILIES = {
    ".md": "markdown",
    ".markdown": "markdown",
    ".txt": "plain",
    ".text": "plain",
    ".html": "html",
    ".htm": "html",
    ".docx": "word",
    ".doc": "old_word",
    ".eml": "mail",
    ".pptx": "slides",
    ".xlsx": "spreadsheet",
    ".csv": "spreadsheet",
    ".tsv": "spreadsheet",
    ".pdf": "pdf",
}
SUPPORTED_ENDINGS = frozenset(_FAMILIES)
"""File endings that can be ingested, lower case with the dot."""
CONTAINER_ENDINGS = frozenset((".zip",))
"""Endings of files that only hold others; `ingest.containers` takes them apart."""
CASE_ROW = ".case"
"""Stands for the ending of a table's row that is a case; no file has it."""


def parse(path: PurePath | str, data: bytes, settings: IngestSettings | None = None) -> ParsedText:
    """The blocks of one file's bytes in reading order.

    `path` only tells the format and, for untitled files, a name; nothing is read from disk.
    Raises an `InputError` whose message is one line for people.
    """
    ending = PurePath(path).suffix.lower()
    family = "case_table" if ending == CASE_ROW else _FAMILIES.get(ending)
    if family is None:
        raise UnsupportedFile(f"不支持的格式「{ending or '无后缀'}」，请另存为 docx、pdf 或 md")
    try:
        module = import_module(f"ingest.parsers.{family}")
    except ModuleNotFoundError as error:
        if error.name and error.name.startswith("ingest"):
            raise
        raise MissingParser(f"读取 {ending} 需要安装 Python 包「{error.name}」") from error
    if family == "spreadsheet":
        limits = settings or IngestSettings()
        parsed: ParsedText = module.parse(data, ending, limits.max_table_rows)
    else:
        parsed = module.parse(data)
    has_text = any(block.text.strip() for block in parsed.blocks)
    if not has_text and not parsed.front_matter.get("message"):
        raise EmptyFile("文件里没有可用的文字（可能只有图片），请补充文字版")
    return parsed
