"""A workbook's archive checked before any part of it is unpacked or parsed.

Sizes are taken from the archive's directory; Python's reader stops at them, so a part cannot give
more than it declares. Document types and entities are refused: no table needs them, bombs do.
"""

import zipfile

from bot.analysis.files.limits import (
    MAX_PACKING,
    MAX_PARTS,
    MAX_UNPACKED_BYTES,
    not_readable,
    refusal,
)
from bot.analysis.question import ProblemCode

_ENCRYPTED = 0x1
_SMALL_BYTES = 1_000_000  # below that a high ratio does no harm
_CHUNK_BYTES = 1 << 20
_FORBIDDEN = tuple(
    word.encode(encoding)
    for word in ("<!DOCTYPE", "<!ENTITY")
    for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
_LONGEST = max(map(len, _FORBIDDEN))


def check_archive(archive: zipfile.ZipFile) -> None:
    """Refuse encrypted, oversized and bomb-like archives; raises UnreadableQuestionError."""
    parts = archive.infolist()
    if len(parts) > MAX_PARTS:
        raise refusal(
            ProblemCode.TOO_LONG,
            f"The workbook has {len(parts):,} parts; at most {MAX_PARTS:,} are read. Copy the "
            "table into a new workbook and send that.",
        )
    if any(part.flag_bits & _ENCRYPTED for part in parts):
        raise not_readable(
            "The workbook's archive is encrypted, so it cannot be read. Save it without a "
            "password and send it again."
        )
    unpacked = sum(part.file_size for part in parts)
    if unpacked > MAX_UNPACKED_BYTES or any(_is_bomb(part) for part in parts):
        raise refusal(
            ProblemCode.TOO_LONG,
            f"The workbook unpacks to {unpacked / 1e6:,.0f} MB, far more than its table can need "
            f"(at most {MAX_UNPACKED_BYTES / 1e6:.0f} MB). Copy the values into a new workbook, or "
            "save the sheet as CSV.",
        )
    for part in parts:
        if part.filename.endswith((".xml", ".rels", ".vml")):
            _refuse_entities(archive, part)


def _is_bomb(part: zipfile.ZipInfo) -> bool:
    return part.file_size > _SMALL_BYTES and part.file_size > MAX_PACKING * max(
        part.compress_size, 1
    )


def _refuse_entities(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> None:
    """Look through a part for document types; raises UnreadableQuestionError on the first."""
    before = b""
    with archive.open(part) as source:
        while chunk := source.read(_CHUNK_BYTES):
            window = before + chunk
            if b"!" in window and any(word in window for word in _FORBIDDEN):
                raise not_readable(
                    "The workbook holds XML entities, which no spreadsheet writes and which can "
                    "be used for attacks, so it is not read. Save the table as CSV and send that."
                )
            before = chunk[-_LONGEST:]
