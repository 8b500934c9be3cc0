"""Workbooks: numbers are numbers, text is text whatever it begins with, sums stand below."""

import io
import zipfile
from datetime import UTC, date, datetime
from xml.etree import ElementTree

import polars as pl

from pages.ui.workbooks import Sheet, Workbook, workbook_bytes

SPACE = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
AT = datetime(2026, 12, 1, 8, 30, tzinfo=UTC)


def written(frame: pl.DataFrame, language: str = "en") -> bytes:
    facts = [("Book", "Small book"), ("Simulated data", "=1+1")]
    sheet = Sheet("By account", frame)
    return workbook_bytes(Workbook("Trial balance", AT, facts, [sheet]), language)


def part(file: bytes, name: str) -> ElementTree.Element:
    with zipfile.ZipFile(io.BytesIO(file)) as opened:
        return ElementTree.fromstring(opened.read(name))


def texts(file: bytes) -> list[str]:
    """The workbook's shared strings, in order of first use."""
    return [node.text or "" for node in part(file, "xl/sharedStrings.xml").iter(f"{SPACE}t")]


def cells(file: bytes) -> dict[str, tuple[str, str | None, str | None]]:
    """Place -> kind (`s`: text, `n`: number), formula, value as stored."""
    sheet = part(file, "xl/worksheets/sheet1.xml")
    return {
        cell.attrib["r"]: (
            cell.attrib.get("t", "n"),
            cell.findtext(f"{SPACE}f"),
            cell.findtext(f"{SPACE}v"),
        )
        for cell in sheet.iter(f"{SPACE}c")
    }


def test_the_head_says_what_it_is_and_that_it_is_simulated() -> None:
    file = written(pl.DataFrame({"amount_fen": [1]}))

    assert texts(file) == [
        "Trial balance", "Book", "Small book", "Simulated data", "=1+1", "Amount (¥)",
    ]  # fmt: skip


def test_amounts_are_numbers_in_yuan_with_a_sum_below() -> None:
    found = cells(written(pl.DataFrame({"amount_fen": [1_234_567, -50, None]})))

    assert found["A6"] == ("n", None, "12345.67")
    assert found["A7"] == ("n", None, "-0.50")
    assert "A8" not in found
    assert found["A9"] == ("n", "SUM(A6:A8)", "12345.17")


def test_the_largest_amount_keeps_its_last_fen() -> None:
    found = cells(written(pl.DataFrame({"amount_fen": [10**15 - 1]})))

    assert found["A6"] == ("n", None, "9999999999999.99")


def test_text_that_looks_like_a_formula_or_a_link_stays_text() -> None:
    typed = ["=1+1", "+1", "@A1", "http://x.cn", "{=1}"]

    file = written(pl.DataFrame({"name": typed}))

    found = cells(file)
    assert [found[f"A{row}"][0] for row in range(6, 11)] == ["s"] * 5
    assert texts(file)[-4:] == typed[1:]
    assert [formula for _, formula, _ in found.values() if formula] == []


def test_codes_dates_and_counts_are_shown_as_in_the_tables() -> None:
    frame = pl.DataFrame({"account": ["cash"], "booked_on": [date(2026, 11, 30)], "loan_id": [7]})

    file = written(frame, "zh")

    assert texts(file)[-4:] == ["科目", "货币资金", "记账日", "借据编号"]
    assert cells(file)["B6"] == ("n", None, "46356")
    assert cells(file)["C6"] == ("n", None, "7")


def test_a_table_without_rows_has_headings_and_no_sum() -> None:
    nothing = pl.DataFrame(schema={"amount_fen": pl.Int64})

    found = cells(written(nothing))

    assert found["A5"][0] == "s"
    assert "A6" not in found
