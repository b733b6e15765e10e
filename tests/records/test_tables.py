from __future__ import annotations

import io

import openpyxl  # type: ignore[import-untyped]
import pytest

from portal.records import tables
from portal.records.tables import MOST_ROWS, UnreadableTable, cut_at, read_csv, safe_cell, table_file

COLUMNS = ("number", "brand_id", "campaign_id")


def test_rows_come_with_the_line_they_stand_in() -> None:
    lines = read_csv(b"number,brand_id,campaign_id\n\n2015550123,B1,C1\n 2015550124 ,B1, C2\n", COLUMNS)

    assert [line.place for line in lines] == [3, 4]
    assert lines[1].cells == {"number": "2015550124", "brand_id": "B1", "campaign_id": "C2"}


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfNumber;Brand_ID;Campaign_ID\r\n2015550123;B1;C1\r\n",
        b'campaign_id,brand_id,number\n"C1","B1","2015550123"',
    ],
)
def test_what_spreadsheets_save_is_read(content: bytes) -> None:
    assert read_csv(content, COLUMNS)[0].cells == {
        "number": "2015550123",
        "brand_id": "B1",
        "campaign_id": "C1",
    }


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "first line"),
        (b"number,brand\n1,2", "first line"),
        (b"number,brand_id,campaign_id\n", "no rows"),
        (b"number,brand_id,campaign_id\n1,2", "Line 2 has 2 columns"),
        (b"number,brand_id,campaign_id\n\xff,1,2", "UTF-8"),
        (b"PK\x03\x04\0\0", "no text file"),
        (b"number,brand_id,campaign_id\n" + b"1,2,3\n" * (MOST_ROWS + 1), "at most 10000"),
        (b"x" * 2_000_001, "larger than 2 MB"),
    ],
)
def test_what_is_not_the_table_is_refused_in_words(content: bytes, said: str) -> None:
    with pytest.raises(UnreadableTable, match=said):
        read_csv(content, COLUMNS)


@pytest.mark.parametrize(
    "value", ["=1+1", "+1", "-2+3", "@SUM(A1)", "\t=1", "\r=1", "\n=1", " =1", "|calc", "%x", "=HYPERLINK(1)"]
)
def test_no_cell_is_a_formula(value: str) -> None:
    assert safe_cell(value).startswith("'")


@pytest.mark.parametrize("value", ["12015550123", "Acme = good", "-5", "a+b", ""])
def test_harmless_cells_stay_as_they_are(value: str) -> None:
    assert safe_cell(value) == value


def test_files_hold_text_alone_and_survive_any_character() -> None:
    rows: list[list[object]] = [["=cmd|' /C calc'!A0", "Grüße\x00\x0b"], [None, 5]]
    answer = table_file("My list", "xlsx", ["a", "=b"], rows)
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    cells = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert cells[1][0] == "'=cmd|' /C calc'!A0"
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)
    plain = table_file("My list", "csv", ["a"], [["=1"]])
    assert plain.content.decode("utf-8-sig").splitlines() == ["a", "'=1"]
    assert 'filename="my-list.csv"' in plain["Content-Disposition"]


def test_table_that_is_cut_says_so_in_its_last_line() -> None:
    rows = [[str(number), "x", "y"] for number in range(3)]

    assert list(cut_at(3, rows)) == rows
    *kept, last = cut_at(2, rows)
    assert kept == rows[:2]
    assert last == ["Cut here: only the first 2 rows are in this file. Narrow the list for the rest.", "", ""]


def test_file_of_too_many_rows_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "MOST_EXPORTED", 2)
    written = table_file("numbers", "csv", ["number"], iter([["1"], ["2"], ["3"]])).content.decode()
    assert written.splitlines()[-1].startswith("Cut here: only the first 2 rows")
    assert "3" not in written
