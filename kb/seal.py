"""Whether the files of the vector store are the ones that the last finished write left.

Chroma writes its graph files in place, one after the other. A process that is killed meanwhile
leaves torn ones: a torn header crashes every later opening inside native code, and a torn level
opens without complaint and has lost its vectors. So the digest of the files is kept in the
catalogue after every write, and files that differ from it are never opened but built anew.
"""

import zlib
from pathlib import Path


class Seal:
    """Digests of the files in the subfolders of `folder`; what did not change is read once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._known: dict[Path, tuple[tuple[int, int], int]] = {}

    def digest(self) -> str:
        """Names, sizes and checksums of the graph files as one short text."""
        total, count = 0, 0
        for path in sorted(self._folder.glob("*/*")):
            if path.is_file():
                total = zlib.crc32(f"{path.name} {self._checksum(path)}\n".encode(), total)
                count += 1
        return f"{count}-{total:08x}"

    def _checksum(self, path: Path) -> int:
        state = path.stat()
        stamp = (state.st_size, state.st_mtime_ns)
        known = self._known.get(path)
        if known is None or known[0] != stamp:
            checksum = 0
            with path.open("rb") as stream:
                while block := stream.read(1 << 20):
                    checksum = zlib.crc32(block, checksum)
            known = self._known[path] = (stamp, checksum)
        return known[1]
