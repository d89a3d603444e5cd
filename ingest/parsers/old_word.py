"""Word 97–2003 files (.doc): LibreOffice turns them into docx, where it is installed."""

import shutil
import subprocess
from pathlib import Path
from tempfile import TemporaryDirectory

from ingest.errors import DamagedFile, EncryptedFile, UnsupportedFile
from ingest.parsers import word
from ingest.parsers.office import COMPOUND
from ingest.types import ParsedText

_PROGRAMS = ("soffice", "libreoffice")
_SECONDS = 120
_RTF = b"{\\rtf"
_HTML = (b"<html", b"<!doctype html", b"<?xml", b"mime-version")
_WORD_HEADER = 512
_WORD_MAGIC = b"\xec\xa5"
_ENCRYPTED = 0x01


def parse(data: bytes) -> ParsedText:
    """The document in a .doc file; files that only bear the ending are read for what they are.

    Raises `UnsupportedFile` without LibreOffice, `EncryptedFile`, or `DamagedFile`.
    """
    if data.startswith(b"PK\x03\x04"):
        return word.parse(data)
    start = data[:200].lstrip().lower()
    if not data.startswith((COMPOUND, _RTF)) and not start.startswith(_HTML):
        raise DamagedFile("doc 文件已损坏，请用文字处理软件打开并另存为 docx 后再导入")
    if _is_encrypted(data):
        raise EncryptedFile("doc 文件有密码，请去掉密码后再导入")
    return word.parse(converted(data))


def _is_encrypted(data: bytes) -> bool:
    """The flag in the document's header ([MS-DOC] FibBase), where that lies at its usual place."""
    header = data[_WORD_HEADER : _WORD_HEADER + 12]
    return header.startswith(_WORD_MAGIC) and len(header) == 12 and bool(header[11] & _ENCRYPTED)


def office_program() -> str | None:
    """The path of LibreOffice; None when it is not installed."""
    return next((path for name in _PROGRAMS if (path := shutil.which(name))), None)


def converted(data: bytes) -> bytes:
    """The docx that LibreOffice makes of a .doc file, in a profile that is thrown away."""
    program = office_program()
    if program is None:
        raise UnsupportedFile("读取 doc 需要 LibreOffice，请安装它，或把文件另存为 docx 后再导入")
    with TemporaryDirectory(prefix="guanjia-doc-") as folder:
        source = Path(folder) / "source.doc"
        source.write_bytes(data)
        command = [
            program,
            f"-env:UserInstallation={(Path(folder) / 'profile').as_uri()}",
            "--headless", "--norestore", "--nolockcheck",
            "--convert-to", "docx:MS Word 2007 XML",
            "--outdir", folder,
            str(source),
        ]  # fmt: skip
        try:
            subprocess.run(command, capture_output=True, timeout=_SECONDS, check=False)
        except subprocess.TimeoutExpired as error:
            message = f"LibreOffice 在 {_SECONDS} 秒内没有读完，请把文件另存为 docx 后再导入"
            raise DamagedFile(message) from error
        except OSError as error:
            raise UnsupportedFile("LibreOffice 无法启动，请把文件另存为 docx 后再导入") from error
        result = source.with_suffix(".docx")
        if not result.is_file():
            raise DamagedFile("doc 文件已损坏或有密码，请另存为没有密码的 docx 后再导入")
        return result.read_bytes()
