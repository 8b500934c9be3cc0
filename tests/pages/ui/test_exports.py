"""Tables as files: frames one after the other, headings once, no cell that runs as a formula."""

import io
import zipfile
from datetime import date
from decimal import Decimal
from xml.etree import ElementTree

import polars as pl
from hypothesis import given
from hypothesis import strategies as st

from pages.ui import exports

FRAMES = [
    pl.DataFrame(schema={"name": pl.String, "principal_fen": pl.Decimal(38, 2), "due_on": pl.Date}),
    pl.DataFrame(
        {
            "name": ["=1+1"],
            "principal_fen": [Decimal("12.50")],
            "due_on": [date(2026, 11, 1)],
        }
    ),
    pl.DataFrame(
        {"name": [None], "principal_fen": [Decimal("3.00")], "due_on": [None]},
        schema={"name": pl.String, "principal_fen": pl.Decimal(38, 2), "due_on": pl.Date},
    ),
]
SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
HEADINGS = {"name": "Name", "principal_fen": "Principal (¥)", "due_on": "Due"}


def cells(file: bytes) -> dict[str, tuple[str, str | None]]:
    """Place -> kind of cell, and what it holds."""
    with zipfile.ZipFile(io.BytesIO(file)) as opened:
        sheet = ElementTree.fromstring(opened.read("xl/worksheets/sheet1.xml"))
    return {
        cell.attrib["r"]: (
            cell.attrib.get("t", "n"),
            cell.findtext(f"{SPACE}v") or cell.findtext(f"{SPACE}is/{SPACE}t"),
        )
        for cell in sheet.iter(f"{SPACE}c")
    }


def test_a_csv_has_its_headings_once() -> None:
    text = exports.csv_file(FRAMES, HEADINGS).decode("utf-8-sig")

    assert text == "Name,Principal (¥),Due\n'=1+1,12.50,2026-11-01\n,3.00,\n"


def test_a_workbook_holds_numbers_as_numbers_and_text_as_text() -> None:
    found = cells(exports.excel_file(FRAMES, HEADINGS))

    assert [found[place] for place in ("A1", "B1", "C1")] == [
        ("inlineStr", name) for name in HEADINGS.values()
    ]
    assert (found["A2"], found["B2"]) == (("inlineStr", "=1+1"), ("n", "12.50"))
    # Days since the end of 1899.
    assert found["C2"] == ("n", "46327")
    assert (found.get("A3"), found["B3"]) == (None, ("n", "3.00"))


@given(st.text(alphabet="=+-@\t\rA1,\"'", max_size=8))
def test_no_text_starts_a_formula(text: str) -> None:
    file = exports.csv_file([pl.DataFrame({"name": [text]})], HEADINGS).decode("utf-8-sig")

    cell = pl.read_csv(io.StringIO(file), infer_schema=False, truncate_ragged_lines=True)

    assert not (cell["Name"][0] or "").startswith(("=", "+", "-", "@", "\t", "\r"))
