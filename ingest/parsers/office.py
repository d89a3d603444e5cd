"""What the zip-based office formats have in common: is the container whole and open?"""

import io
import zipfile
import zlib

from ingest.errors import DamagedFile, EncryptedFile

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_MAX_UNPACKED = 1024 * 1024 * 1024
_NOT_WHOLE = (zipfile.BadZipFile, zlib.error, ValueError, EOFError, OSError, RuntimeError)


def check_container(data: bytes, ending: str) -> None:
    """Raise one clear line unless `data` is a complete, unprotected office file."""
    if data.startswith(COMPOUND) and _PROTECTED in data:
        raise EncryptedFile(f"{ending} 文件有密码，请去掉密码后再导入")
    if data.startswith(COMPOUND):
        # A password wraps the file in the compound format that 97–2003 files have too.
        raise EncryptedFile(
            f"{ending} 文件有密码或是旧版（97–2003）格式，请去掉密码并另存为 {ending} 后再导入"
        )
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as container:
            if "[Content_Types].xml" not in container.namelist():
                raise DamagedFile(f"文件内容不是 {ending} 格式，请用原软件重新保存后再导入")
            if sum(item.file_size for item in container.infolist()) > _MAX_UNPACKED:
                raise DamagedFile(f"{ending} 文件解压后过大，请删减图片或拆分后再导入")
            # Readers pass on zlib's own errors: every part is read once here instead.
            broken = container.testzip()
    except _NOT_WHOLE as error:
        raise DamagedFile(_damaged(ending)) from error
    if broken is not None:
        raise DamagedFile(_damaged(ending))


def _damaged(ending: str) -> str:
    return f"{ending} 文件已损坏，请用原软件打开并重新保存后再导入"
