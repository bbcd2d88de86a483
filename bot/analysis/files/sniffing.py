"""What kind of file the bytes are, whatever the name says; formats we do not read are named.

Looks at the first bytes and, for an archive, at the names inside. Opens nothing else.
"""

import io
import zipfile
from enum import StrEnum

from bot.analysis.files.limits import MAX_FILE_BYTES, not_readable, refusal
from bot.analysis.question import ProblemCode, UnreadableQuestionError

_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED_PART = "EncryptedPackage".encode("utf-16-le")
_AS_TABLE = "Save the table as XLSX or CSV and send that."
_OTHERS = (
    (b"%PDF", f"The file is a PDF. {_AS_TABLE}"),
    (b"\x1f\x8b", "The file is packed with gzip. Unpack it and send the table itself."),
    (b"\x89PNG", f"The file is a picture. {_AS_TABLE}"),
    (b"\xff\xd8\xff", f"The file is a picture. {_AS_TABLE}"),
    (b"GIF8", f"The file is a picture. {_AS_TABLE}"),
    (b"PAR1", f"The file is in Parquet format. {_AS_TABLE}"),
    (b"SQLite format 3", f"The file is a database. {_AS_TABLE}"),
    (b"Rar!", "The file is a RAR archive. Unpack it and send the table itself."),
    (b"7z\xbc\xaf", "The file is a 7z archive. Unpack it and send the table itself."),
    (b"BZh", "The file is packed with bzip2. Unpack it and send the table itself."),
)


class FileKind(StrEnum):
    """The two families that are read."""

    TEXT = "text"
    WORKBOOK = "workbook"


def sniff(content: bytes) -> FileKind:
    """Text or workbook; raises UnreadableQuestionError naming any other format it knows."""
    if len(content) > MAX_FILE_BYTES:
        raise refusal(
            ProblemCode.TOO_LONG,
            f"The file has {len(content) / 1e6:.1f} MB; at most {MAX_FILE_BYTES / 1e6:.0f} MB can "
            "be read. Send a shorter window or fewer columns.",
        )
    if not content.strip():
        raise refusal(
            ProblemCode.EMPTY,
            "The file is empty. Send one with a date column and a value column.",
        )
    if content.startswith(_OLE):
        raise not_readable(_describe_ole(content))
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _sniff_archive(content)
    for mark, message in _OTHERS:
        if content.startswith(mark):
            raise not_readable(message)
    if content[:200].lstrip().lower().startswith((b"<!doctype html", b"<html")):
        raise not_readable(
            "The file is a web page, not a table. Download the table itself as CSV or XLSX."
        )
    return FileKind.TEXT


def _describe_ole(content: bytes) -> str:
    if _ENCRYPTED_PART in content:
        return (
            "The workbook is protected with a password, so it cannot be read. Remove the password "
            "(File, Info, Protect Workbook) and send it again."
        )
    return "The file is in the old Excel format (.xls). Save it as XLSX or CSV and send it again."


def _sniff_archive(content: bytes) -> FileKind:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError, EOFError):
        raise damaged() from None
    if "xl/workbook.bin" in names:
        raise not_readable(f"The file is a binary workbook (.xlsb). {_AS_TABLE}")
    if "[Content_Types].xml" in names and any(name.startswith("xl/") for name in names):
        return FileKind.WORKBOOK
    if "content.xml" in names and "mimetype" in names:
        raise not_readable(f"The file is an OpenDocument file. {_AS_TABLE}")
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise not_readable(f"The file is a document or presentation. {_AS_TABLE}")
    raise not_readable("The file is a ZIP archive. Unpack it and send the table itself.")


def damaged() -> UnreadableQuestionError:
    """The error for a workbook whose inside does not hold together."""
    return not_readable(
        "The workbook is damaged or incomplete and cannot be opened. Save it again as XLSX, or "
        "as CSV, and send that."
    )
