"""Tables in and out: CSV files people upload, and CSV and XLSX files they open in a spreadsheet."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import tablib  # type: ignore[import-untyped]
from django.http import HttpResponse
from django.utils.text import slugify
from django.utils.translation import gettext as _

MOST_BYTES: Final = 2_000_000
MOST_ROWS: Final = 10_000
LONGEST_CELL: Final = 500
MOST_EXPORTED: Final = 100_000
# A cell that begins with one of these is a formula to some spreadsheet, or hides one behind white space.
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
_PLAIN_NUMBER: Final = re.compile(r"-?\d+(\.\d+)?")
_CONTROL: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


class UnreadableTable(ValueError):
    """A file that is not the table asked for; its text says why, for a person."""


@dataclass(frozen=True)
class Line:
    """One row of an uploaded table, with the line it stands in."""

    place: int
    cells: dict[str, str]


def read_csv(content: bytes, columns: Sequence[str]) -> list[Line]:
    """The rows of a CSV file with exactly these columns, in any order. Raises UnreadableTable."""
    if len(content) > MOST_BYTES:
        raise UnreadableTable(_("The file is larger than 2 MB. Split it into several."))
    reader = csv.reader(io.StringIO(_decoded(content), newline=""), delimiter=_delimiter(content))
    try:
        header = [name.strip().casefold() for name in next(reader, [])]
        if sorted(header) != sorted(columns):
            text = _("The first line must name the columns %(wanted)s. It says: %(found)s")
            raise UnreadableTable(
                text % {"wanted": ",".join(columns), "found": ",".join(header)[:100] or _("nothing")}
            )
        lines = [_line(reader.line_num, header, row) for row in reader if any(cell.strip() for cell in row)]
    except csv.Error as error:
        raise UnreadableTable(_("The file is no CSV that can be read: %(why)s") % {"why": error}) from error
    if not lines:
        raise UnreadableTable(_("The file has no rows below the names of its columns."))
    if len(lines) > MOST_ROWS:
        text = _("These are %(count)d rows. Upload at most %(most)d at once.")
        raise UnreadableTable(text % {"count": len(lines), "most": MOST_ROWS})
    return lines


def _decoded(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UnreadableTable(_("The file is not in UTF-8. Save it as “CSV UTF-8”.")) from None
    if "\0" in text:
        raise UnreadableTable(_("This is no text file. Save the table as CSV first."))
    return text


def _delimiter(content: bytes) -> str:
    """Spreadsheets of some countries separate by semicolons."""
    first = content.split(b"\n", 1)[0]
    return ";" if first.count(b";") > first.count(b",") else ","


def _line(place: int, header: Sequence[str], row: Sequence[str]) -> Line:
    if len(row) != len(header):
        text = _("Line %(place)d has %(found)d columns instead of %(wanted)d.")
        raise UnreadableTable(text % {"place": place, "found": len(row), "wanted": len(header)})
    return Line(place, {name: cell.strip()[:LONGEST_CELL] for name, cell in zip(header, row, strict=True)})


# --- Out -----------------------------------------------------------------------------------------


def safe_cell(value: Any) -> str:
    """A value as text that no spreadsheet takes for a formula."""
    text = _CONTROL.sub("", "" if value is None else str(value))
    if text.lstrip(" ").startswith(_FORMULA) and not _PLAIN_NUMBER.fullmatch(text):
        return f"'{text}"
    return text


def cut_at(most: int, rows: Iterable[Sequence[Any]]) -> Iterator[Sequence[Any]]:
    """At most so many rows; where there are more, a last one says in their place that they are missing."""
    for place, row in enumerate(rows):
        if place == most:
            text = _("Cut here: only the first %(most)d rows are in this file. Narrow the list for the rest.")
            yield [text % {"most": most}, *[""] * (len(row) - 1)]
            return
        yield row


def table_file(name: str, form: str, headers: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A download; `form` is csv or xlsx, anything else is csv. Every cell is text.

    More than MOST_EXPORTED rows are cut with a last line that says so: hand over at least one row more than that.
    """
    form = form if form in CONTENT_TYPES else "csv"
    table = tablib.Dataset(
        *([safe_cell(cell) for cell in row] for row in cut_at(MOST_EXPORTED, rows)),
        headers=list(map(safe_cell, headers)),
    )
    response = HttpResponse(_written(table, form), content_type=CONTENT_TYPES[form])
    response["Content-Disposition"] = f'attachment; filename="{slugify(name) or "table"}.{form}"'
    response["Cache-Control"] = "private, no-store"
    return response


CONTENT_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def _written(table: Any, form: str) -> bytes:
    """With a byte order mark, without which Excel reads UTF-8 as something else."""
    written = table.export(form)
    return written if isinstance(written, bytes) else b"\xef\xbb\xbf" + written.encode()
