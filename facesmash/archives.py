"""An archive, read only in the one form that a deployment packs.

Other programs find the files of an archive in other ways: from its end, from its beginning, by another name
beside the first. Where only one way of reading is left, all of them find what was checked here.
"""

import io
import struct
import zipfile
import zlib
from typing import Final

from facesmash.files import MOST_BYTES, NotAsSignedError

BEGINS: Final = b"PK\x03\x04"

# PKWARE's APPNOTE 6.3.10, 4.3.7: version, flags, method, time, date, CRC-32, two sizes, two lengths.
_RECORD: Final = struct.Struct("<4s5H3I2H")
# 4.3.16: two disks, two counts, size and place of the directory, length of the comment.
_END: Final = struct.Struct("<4s4H2IH")
_END_BEGINS: Final = b"PK\x05\x06"
# Whatever the standard library says of an archive that is none.
_DAMAGED: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, NotImplementedError, RuntimeError),
)


def unpacked(content: bytes) -> dict[str, bytes]:
    """Unpack an archive.

    Args:
        content: of the archive.

    Returns:
        The files by name.

    Raises:
        NotAsSignedError: when it is damaged, packed in another form, or holds more than a deployment gives.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            entries = archive.infolist()
        if len({entry.filename for entry in entries}) != len(entries):
            raise NotAsSignedError("the archive has two files of one name")
        if sum(entry.file_size for entry in entries) > MOST_BYTES:
            raise NotAsSignedError("the archive holds more than a deployment gives")
        at = 0
        packed: list[tuple[zipfile.ZipInfo, bytes]] = []
        for entry in entries:
            begins = _content_at(content, at, entry)
            at = begins + entry.compress_size
            packed.append((entry, content[begins:at]))
        _check_end(content, at, len(entries))
        return {entry.filename: _inflated(data, entry) for entry, data in packed}
    except _DAMAGED:
        raise NotAsSignedError("the archive is damaged") from None


def _content_at(content: bytes, at: int, entry: zipfile.ZipInfo) -> int:
    """Check that a file's record is there and says what the directory says; give where its content is."""
    name = entry.orig_filename.encode("ascii")
    kind, _, flags, method, _, _, *numbers, name_size, extra_size = _RECORD.unpack_from(content, at)
    begins = at + _RECORD.size + len(name)
    if (
        (kind, flags, method, extra_size) != (BEGINS, 0, entry.compress_type, 0)
        or method not in {zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED}
        or numbers != [entry.CRC, entry.compress_size, entry.file_size]
        or (name_size, content[at + _RECORD.size : begins]) != (len(name), name)
        or (entry.header_offset, entry.flag_bits, entry.filename) != (at, 0, entry.orig_filename)
        or entry.extra
        or entry.comment
    ):
        raise _another_form()
    return begins


def _check_end(content: bytes, at: int, count: int) -> None:
    """Check that the directory follows, then the end of the archive, and nothing else."""
    ends = len(content) - _END.size
    if _END.unpack_from(content, ends) != (_END_BEGINS, 0, 0, count, count, ends - at, at, 0):
        raise _another_form()


def _inflated(packed: bytes, entry: zipfile.ZipInfo) -> bytes:
    """Unpack a file: no more of it than is said, and nothing behind its end."""
    if entry.compress_type == zipfile.ZIP_STORED:
        found, ended = packed, True
    else:
        stream = zlib.decompressobj(-zlib.MAX_WBITS)
        found = stream.decompress(packed, entry.file_size + 1)
        ended = stream.eof and not stream.unused_data
    if not ended or len(found) != entry.file_size or zlib.crc32(found) != entry.CRC:
        raise NotAsSignedError("the archive is damaged")
    return found


def _another_form() -> NotAsSignedError:
    return NotAsSignedError("the archive is packed in another way than a deployment packs")
