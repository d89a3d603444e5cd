"""Files that come in through a browser or HTTP, on disk for as long as they are read."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory

from api.incoming import IncomingError

# a fixed folder name keeps the identity of a file that is uploaded again
FOLDER = "upload"
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Upload:
    """A file's name, as the sender gave it, and its bytes."""

    name: str
    data: bytes = field(repr=False)


@contextmanager
def on_disk(uploads: Sequence[Upload], below: str = "") -> Iterator[Path]:
    """A folder with the files, gone afterwards; `below` is a folder inside for all of them.

    Raises IncomingError for no file, a name that cannot be one, and two files of one name.
    """
    if not uploads:
        raise IncomingError("没有文件；请选择要收录的文件。")
    with TemporaryDirectory() as temporary:
        folder = Path(temporary) / FOLDER
        target = folder / below if below else folder
        target.mkdir(parents=True)
        for upload in uploads:
            path = target / _plain_name(upload.name)
            if path.exists():
                raise IncomingError(f"有两个文件都叫「{path.name}」；请改名，或分两次上传。")
            path.write_bytes(upload.data)
        yield folder


def _plain_name(name: str) -> str:
    """The last part of a name, whatever system it comes from."""
    plain = name.replace("\\", "/").rpartition("/")[2].strip()
    if plain in ("", ".", "..") or not plain.isprintable():
        raise IncomingError("文件没有可用的名字；请改名后再上传。")
    if len(plain.encode()) > _LONGEST_NAME:
        raise IncomingError(f"文件名「{plain[:20]}…」太长；请改短后再上传。")
    return plain
