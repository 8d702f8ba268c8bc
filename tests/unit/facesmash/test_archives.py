"""An archive has one way of being read: whatever another program would find in it otherwise is refused."""

import io
import struct
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable

import pytest

from facesmash.archives import unpacked
from facesmash.files import NotAsSignedError
from functions.export.archive import _zip

FILES = {"facesmash-export.json": b'{"a": 1}' * 40, "a.csv": b"a\r\n", "empty.csv": b""}
GOOD = _zip(FILES)
FORGED = _zip(FILES | {"a.csv": b"forged\r\n"})
DIRECTORY = struct.unpack_from("<I", GOOD, len(GOOD) - 6)[0]


def end(content: bytes, *, directory: int, comment: bytes = b"") -> bytes:
    """Give an archive's end anew, its directory from a place on."""
    count = len(FILES)
    size = len(content) - directory
    return content + struct.pack("<4s4H2IH", b"PK\x05\x06", 0, 0, count, count, size, directory, len(comment))


def made(change: Callable[[zipfile.ZipInfo], None] = lambda _: None, **archive: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as written:
        for name, content in FILES.items():
            entry = zipfile.ZipInfo(name)
            change(entry)
            written.writestr(entry, content)
        written.comment = archive.get("comment", b"")
    return packed.getvalue()


def renamed_elsewhere(entry: zipfile.ZipInfo) -> None:
    name = b"\x01" + struct.pack("<I", zlib.crc32(entry.filename.encode())) + b"another.csv"
    entry.extra = struct.pack("<HH", 0x7075, len(name)) + name  # "Unicode path": APPNOTE, 4.6.9


def commented(entry: zipfile.ZipInfo) -> None:
    entry.comment = b"words"


def test_what_a_deployment_packs_is_read() -> None:
    assert unpacked(GOOD) == FILES
    assert unpacked(made()) == FILES


@pytest.mark.parametrize(
    "content",
    [
        FORGED + GOOD,
        b"PK\x03\x04" + GOOD,
        GOOD + FORGED[:-22] + GOOD[-22:],
        GOOD + b"\0",
        made(comment=b"words"),
        made(renamed_elsewhere),
        made(commented),
        end(GOOD[:DIRECTORY] + b"between" + GOOD[DIRECTORY:-22], directory=DIRECTORY + len(b"between")),
        GOOD.replace(b"a.csv", b"b.csv", 1),  # its record has another name than the directory
        GOOD.replace(zlib.crc32(FILES["a.csv"]).to_bytes(4, "little"), b"\0\0\0\0", 1),
        GOOD[:-22],
        GOOD[:4],
    ],
)
def test_what_can_be_read_in_two_ways_is_refused(content: bytes) -> None:
    with pytest.raises(NotAsSignedError):
        unpacked(content)


def test_more_than_is_said_is_not_unpacked() -> None:
    size = 32 * 1024 * 1024
    bomb = _zip({"facesmash-export.json": bytes(size)})
    said = bomb.replace(struct.pack("<I", size), struct.pack("<I", 10))

    tracemalloc.start()
    try:
        with pytest.raises(NotAsSignedError):
            unpacked(said)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()

    assert said != bomb
    assert most < 1024 * 1024


def test_what_is_hidden_behind_the_end_of_a_file_is_refused() -> None:
    content = zlib.compress(b"a", wbits=-15)
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as written:
        written.writestr("a.csv", content + b"hidden")
    # The same bytes, said to be a packed file that holds one letter.
    stored = struct.pack("<3I", zlib.crc32(content + b"hidden"), *[len(content) + 6] * 2)
    deflated = struct.pack("<3I", zlib.crc32(b"a"), len(content) + 6, 1)
    forged = bytearray(packed.getvalue().replace(stored, deflated))
    forged[8] = forged[forged.index(b"PK\x01\x02") + 10] = zipfile.ZIP_DEFLATED
    assert zipfile.ZipFile(io.BytesIO(forged)).read("a.csv") == b"a"

    with pytest.raises(NotAsSignedError, match="damaged"):
        unpacked(bytes(forged))
