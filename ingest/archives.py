"""Zip archives read in place: names decoded, bombs and paths out of the archive refused."""

import io
import re
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

from ingest.errors import DamagedFile, EmptyFile, EncryptedFile, InputError, UnreadableFile
from ingest.sources import Opener, read, too_large
from ingest.types import SourceFile

_MOST_MEMBERS = 5000
_MOST_UNPACKED = 1024 * 1024 * 1024
_BOMB_RATIO = 200
_BOMB_SIZE = 20 * 1024 * 1024
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_OUTSIDE = re.compile(r"^(?:/|[A-Za-z]:)|(?:^|/)\.\.(?:/|$)")


@dataclass(frozen=True, slots=True)
class Member:
    """One file of an archive; `refusal` says in one line why it must not be read."""

    index: int
    name: str
    refusal: str = ""


@dataclass(frozen=True, slots=True)
class Archive:
    """A zip file on disk or inside another container."""

    source: SourceFile
    max_file_mb: int
    opener: Opener

    def members(self) -> list[Member]:
        """The files, without folders.

        Raises `DamagedFile`, `EmptyFile`, `FileTooLarge` or `UnreadableFile`.
        """
        with _opened(read(self.source, self.max_file_mb, self.opener)) as container:
            files = [
                (index, info)
                for index, info in enumerate(container.infolist())
                if not info.is_dir()
            ]
            _check([info for _, info in files])
            return [
                Member(index, (name := _name(info)), self._refusal(info, name))
                for index, info in files
            ]

    def read(self, index: int) -> bytes:
        """The bytes of the member with this index. Raises an `InputError`."""
        try:
            # The archive was read whole once; from disk a member costs no more than itself.
            place = self.source.path if self.source.load is None else self.source.load()
            with _opened(place) as container:
                return container.read(container.infolist()[index])
        except NotImplementedError as error:
            raise DamagedFile("用了不支持的压缩方式，请用普通 zip 重新压缩") from error
        except (zipfile.BadZipFile, zlib.error, EOFError, IndexError, ValueError) as error:
            raise DamagedFile("在压缩包里已损坏，请重新压缩后再导入") from error
        except RuntimeError as error:
            raise EncryptedFile("压缩包有密码，请去掉密码后再导入") from error

    def _refusal(self, info: zipfile.ZipInfo, name: str) -> str:
        error: InputError | None = too_large(info.file_size, self.max_file_mb)
        if _OUTSIDE.search(name.replace("\\", "/")):
            return "指向压缩包以外的位置，没有读取，请重新压缩"
        if info.flag_bits & _ENCRYPTED:
            return "有密码，请去掉压缩包的密码后再导入"
        if _is_bomb(info):
            return "压缩比异常（疑似压缩炸弹），没有读取"
        return str(error) if error else ""


def _opened(place: Path | bytes) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(io.BytesIO(place) if isinstance(place, bytes) else place)
    except (zipfile.BadZipFile, ValueError, EOFError) as error:
        raise DamagedFile("压缩包已损坏或不是 zip 格式，请重新压缩后再导入") from error
    except OSError as error:
        raise UnreadableFile("无法读取该压缩包，请检查后再导入") from error


def _check(files: list[zipfile.ZipInfo]) -> None:
    if not files:
        raise EmptyFile("压缩包是空的，请检查后再导入")
    if len(files) > _MOST_MEMBERS:
        raise DamagedFile(f"压缩包里超过 {_MOST_MEMBERS} 个文件，请分成几个包再导入")
    if sum(info.file_size for info in files) > _MOST_UNPACKED:
        raise DamagedFile("压缩包解压后超过 1 GB（疑似压缩炸弹），没有读取，请分成几个包再导入")


def _is_bomb(info: zipfile.ZipInfo) -> bool:
    ratio = info.file_size / max(1, info.compress_size)
    return info.file_size > _BOMB_SIZE and ratio > _BOMB_RATIO


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name; without the UTF-8 flag Chinese systems write GBK."""
    name = info.orig_filename
    if not info.flag_bits & _UTF8_NAME:
        raw = name.encode("cp437", errors="replace")
        for encoding in ("utf-8", "gb18030"):
            try:
                name = raw.decode(encoding)
                break
            except UnicodeDecodeError:
                continue
    return name.replace("\\", "/").split("\x00", 1)[0]
