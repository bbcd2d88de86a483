"""Bytes of a text file -> text, and which encoding that was.

A byte order mark decides; then zero bytes (UTF-16); then UTF-8, which wrong bytes hardly ever
imitate; last Windows-1252. Never guesses by language.
"""

import codecs

from bot.analysis.files.choices import ENCODINGS
from bot.analysis.files.limits import not_readable

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_CONTROL = frozenset(range(32)) - {9, 10, 11, 12, 13, 26, 27}
_SAMPLE_BYTES = 4_000
_ODD_SPACES = ("\u00a0", "\u202f", "\u2009", "\u2007")


def decode(content: bytes, wanted: str = "") -> tuple[str, str]:
    """The text and the name of its encoding (a key of ENCODINGS).

    Raises UnreadableQuestionError when the bytes are no text, or not in the encoding wanted.
    """
    if wanted in ENCODINGS:
        return _decode_as(content, wanted), wanted
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            return _decode_as(content, encoding), encoding
    sample = content[:_SAMPLE_BYTES]
    if b"\0" in sample:
        even, odd = sample[::2].count(0), sample[1::2].count(0)
        if max(even, odd) <= 5 * min(even, odd) + 1 or max(even, odd) * 8 < len(sample):
            raise _not_text()
        order = "utf-16-be" if even > odd else "utf-16-le"
        return _plain(_strict(content, order)), "utf-16"
    try:
        return _plain(content.decode("utf-8")), "utf-8"
    except UnicodeDecodeError:
        pass
    if sum(byte in _CONTROL for byte in sample) > len(sample) // 100:
        raise _not_text()
    try:
        return _plain(content.decode("cp1252")), "cp1252"
    except UnicodeDecodeError:
        return _plain(content.decode("latin-1")), "latin-1"


def _decode_as(content: bytes, encoding: str) -> str:
    if encoding == "utf-16" and content[:2] not in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        zeros_first = content[:200:2].count(0) > content[1:200:2].count(0)
        encoding = "utf-16-be" if zeros_first else "utf-16-le"
    return _plain(_strict(content, encoding))


def _strict(content: bytes, encoding: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        name = ENCODINGS.get(encoding, "UTF-16")
        raise not_readable(
            f"The file is not in {name}: byte {error.start + 1:,} does not fit. Choose another "
            "encoding, or save the file as CSV in UTF-8."
        ) from None


def _plain(text: str) -> str:
    """Text without the byte order mark, with plain spaces, minus signs and no zero characters."""
    for odd in _ODD_SPACES:
        text = text.replace(odd, " ")
    return text.replace("\ufeff", "").replace("\u2212", "-").replace("\0", "")


def _not_text() -> Exception:
    return not_readable(
        "The file is not a text table: it holds binary data. Save it as CSV (UTF-8) or XLSX and "
        "send it again."
    )
