"""What the browser is sent: every part of the built site, as it lies there and as it travels."""

import gzip
from pathlib import Path
from typing import Final

from benchmarks.table import print_table
from local.paths import LOCAL_SITE

KILOBYTE: Final = 1e3

# Parts in the order of a first visit; what the name of a file in assets/ begins with.
_PARTS: Final = {
    "pages, components and router": ("start",),
    "SDK: keys, proofs, API, camera": ("sdk", "capture"),
    "networks' engine with its part of tfjs": ("engine",),
    "WASM runtime (SIMD)": ("tfjs-backend-wasm-simd",),
    "face detector": ("tiny_face_detector",),
    "landmarks": ("face_landmark_68",),
    "descriptor network": ("face_recognition",),
}

# Comes later, and only where the small detector misses somebody.
_WHEN_NEEDED: Final = ("ssd",)


def main() -> None:
    """Print the sizes, or say that the site is not built."""
    files = sorted((LOCAL_SITE / "assets").glob("*"))
    if not files:
        raise SystemExit("skipped: the site is not built (make setup)")
    rows, total = [], 0
    for part, beginnings in _PARTS.items():
        own = [path for path in files if path.name.startswith(beginnings)]
        travels = sum(_travels(path) for path in own)
        total += travels
        rows.append([part, _kb(sum(path.stat().st_size for path in own)), _kb(travels)])
    print_table(
        "Parts of the site until the first capture, kB",
        ["part", "file", "sent"],
        [*rows, ["together", "", _kb(total)]],
    )
    later = [path for path in files if path.name.startswith(_WHEN_NEEDED)]
    print_table(
        "Loaded only when the small detector finds nobody, kB",
        ["part", "file", "sent"],
        [
            [
                "large face detector",
                _kb(sum(path.stat().st_size for path in later)),
                _kb(sum(_travels(path) for path in later)),
            ]
        ],
    )


def _travels(path: Path) -> int:
    """Give the bytes on the wire: `.packed` is compressed already, text is gzipped by CloudFront."""
    return path.stat().st_size if path.suffix == ".packed" else len(gzip.compress(path.read_bytes()))


def _kb(size: int) -> str:
    return f"{size / KILOBYTE:.0f}"


if __name__ == "__main__":
    main()
