"""What the zip-based office formats have in common: is the container whole and open?"""

import io
import zipfile

from ingest.errors import DamagedFile, EncryptedFile

COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PROTECTED = "EncryptedPackage".encode("utf-16-le")
_MAX_UNPACKED = 1024 * 1024 * 1024


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
            unpacked = sum(item.file_size for item in container.infolist())
            complete = "[Content_Types].xml" in container.namelist()
    except (zipfile.BadZipFile, ValueError, EOFError, OSError) as error:
        raise DamagedFile(f"{ending} 文件已损坏，请用原软件打开并重新保存后再导入") from error
    if not complete:
        raise DamagedFile(f"文件内容不是 {ending} 格式，请用原软件重新保存后再导入")
    if unpacked > _MAX_UNPACKED:
        raise DamagedFile(f"{ending} 文件解压后过大，请删减图片或拆分后再导入")
