"""How a file is to be read: what the user chose, and what was chosen for them.

The same shape goes both ways, so that a form can be filled with what was done and sent back with
one thing changed. Empty text means: find out.
"""

from pydantic import BaseModel, ConfigDict

ADD_UP = "*"  # in place of a segment's level: all of them, added up
ANY_SEGMENT = "*"  # in place of a column to compare by: find out which
NO_SEGMENT = "-"  # in place of a column to compare by: read one series, whatever is asked
HEADINGS = "columns"  # in place of a column to compare by: the segments stand in the headings
SEPARATORS = {",": "comma", ";": "semicolon", "tab": "tab", "|": "pipe", "space": "spaces"}
ENCODINGS = {
    "utf-8": "UTF-8",
    "utf-8-sig": "UTF-8 with a byte order mark",
    "utf-16": "UTF-16",
    "cp1252": "Windows-1252",
    "latin-1": "Latin-1",
}
DECIMALS = {".": "decimal point (1,234.5)", ",": "decimal comma (1.234,5)"}
DATE_ORDERS = {"day": "day first (31/03)", "month": "month first (03/31)"}
LAYOUTS = {"series": "values over time", "rows": "one row for each person or thing"}
GAPS = {"missing": "no value there", "zero": "zero there"}
REPEATS = {"add": "added up"}
HIDDEN = {"leave_out": "left out", "include": "read as well"}


class FileChoices(BaseModel):
    """One value for each thing about a file that can be read in more than one way."""

    model_config = ConfigDict(frozen=True)

    sheet: str = ""
    separator: str = ""
    encoding: str = ""
    decimal: str = ""
    date_column: str = ""
    date_order: str = ""
    period: str = ""
    value_column: str = ""
    segments: tuple[tuple[str, str], ...] = ()  # (column, level or ADD_UP)
    layout: str = ""
    gaps: str = ""
    repeats: str = ""
    hidden: str = ""
    compare: str = ""  # column whose segments are set against each other

    def level_of(self, column: str) -> str:
        """The level chosen in a segment column, '' when none was."""
        return dict(self.segments).get(column, "")


class FileOptions(BaseModel):
    """What there is to choose from in this file; cut to what a menu can hold."""

    model_config = ConfigDict(frozen=True)

    is_workbook: bool = False
    sheets: tuple[str, ...] = ()
    date_columns: tuple[str, ...] = ()
    value_columns: tuple[str, ...] = ()
    segments: tuple[tuple[str, tuple[str, ...]], ...] = ()  # (column, its levels)
    compare: tuple[str, ...] = ()  # columns to compare by, HEADINGS for segments in headings
    can_add_up: bool = False
    has_hidden: bool = False
