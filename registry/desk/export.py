"""Lists as CSV files that a spreadsheet opens without running anything of them."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

# A spreadsheet takes a cell that begins like this for a formula.
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(value: Any) -> str:
    """The text of a cell; what would begin a formula is quoted with an apostrophe."""
    text = "" if value is None else str(value)
    return f"'{text}" if text.startswith(FORMULA_STARTS) else text


def csv_answer(name: str, head: Sequence[Any], rows: Iterable[Sequence[Any]]) -> HttpResponse:
    """A file to download, in UTF-8 with the mark by which spreadsheets recognise it."""
    answer = HttpResponse(content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="{name}-{timezone.now():%Y-%m-%d}.csv"'
    answer.write("\ufeff")
    writer = csv.writer(answer)
    writer.writerow([safe_cell(title) for title in head])
    writer.writerows([safe_cell(value) for value in row] for row in rows)
    return answer
