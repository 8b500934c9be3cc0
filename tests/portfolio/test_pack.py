"""A risk pack on paper and as a workbook: every word in both languages, nothing runs as markup."""

import io
import re
import zipfile
from dataclasses import replace
from datetime import UTC, date, datetime

import polars as pl
import pytest

from lending_core.errors import LANGUAGES
from lending_core.portfolio.pack import Chart, Figure, Pack, Section, Table
from lending_core.portfolio.pack_charts import drawn
from lending_core.portfolio.pack_pdf import content, pdf_bytes
from lending_core.portfolio.pack_words import changed, shown, with_lenders
from lending_core.portfolio.pack_workbook import xlsx_bytes

MONTH_ENDS = [date(2026, 8, 31), date(2026, 9, 30), date(2026, 10, 31)]
LATE = Chart(
    "late_share",
    "lines",
    pl.DataFrame({"month_end_on": MONTH_ENDS, "over_30_share": [0.01, None, 0.03]}),
    "month_end_on",
    ("over_30_share",),
    ("#1F4E79",),
)
STAGES = Table(
    "stages",
    pl.DataFrame(
        {"bucket": ["C", "=1+1#panic()"], "loans": [2, 1], "principal_fen": [123_456_00, -50]}
    ),
    ("headline",),
)
PACK = Pack(
    "Ours & <theirs>",
    False,
    "CNY",
    MONTH_ENDS[-1],
    datetime(2026, 11, 1, 1, tzinfo=UTC),
    "wei",
    (Section("summary", [Figure("balance_fen", 200_00, 160_00)], [LATE], [STAGES]),),
)


@pytest.mark.parametrize(
    ("name", "value", "text"),
    [
        ("principal_fen", 123_456_50, "¥123,456"),
        ("principal_fen", -50_000_00, "-¥50,000"),
        ("over_30_share", 0.01234, "1.23%"),
        ("loans", 1234, "1,234"),
        ("month_end_on", date(2026, 10, 31), "2026-10-31"),
        ("over_30_share", None, "—"),
    ],
)
def test_a_value_is_shown_by_the_unit_in_its_name(name: str, value: object, text: str) -> None:
    assert shown(name, value, "en", "CNY") == text


def test_a_change_is_in_points_of_a_share_and_in_percent_of_an_amount() -> None:
    assert changed("over_30_share", 0.031, 0.03) == "+0.10pp"
    assert changed("balance_fen", 200, 160) == "+25.0%"
    assert changed("balance_fen", 200, 0) == "—"
    assert changed("balance_fen", 200, None) == "—"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_pack_is_a_pdf_whose_text_is_never_markup(language: str) -> None:
    said = content(PACK, language)

    written = pdf_bytes(PACK, language)

    assert written.startswith(b"%PDF-")
    assert said["sections"][0]["tables"][0]["rows"][1][0] == "=1+1#panic()"
    assert said["warning"] == ""


def test_a_pack_names_its_lenders_in_its_language() -> None:
    held = pl.DataFrame({"funder_code": ["new_bank", None, "of a tape"], "loans": [3, 2, 1]})
    section = Section("concentration", tables=[Table("by_funder_code", held)])
    names = {"new_bank": {"en": "New Bank", "zh": "新银行"}}
    pack = replace(PACK, sections=(section,), lenders=names)

    told = with_lenders(pack, "zh").sections[0].tables[0].frame

    assert told["funder_code"].to_list() == ["新银行", None, "of a tape"]


def test_the_same_pack_is_the_same_file() -> None:
    assert pdf_bytes(PACK, "en") == pdf_bytes(PACK, "en")


def test_a_month_that_is_not_known_interrupts_the_line() -> None:
    picture = drawn(LATE, "en", "CNY")

    # A point on either side of the gap: 1 % and 3 % of an axis to 4 %, 182 high, up from 208.
    assert re.findall(r'cy="([\d.]+)"', picture) == ["162.5", "71.5"]
    assert "4.00%" in picture


def test_a_workbook_has_a_sheet_for_each_table_and_chart_and_no_formula() -> None:
    book = zipfile.ZipFile(io.BytesIO(xlsx_bytes(PACK, "en")))

    sheets = [name for name in book.namelist() if name.startswith("xl/worksheets/sheet")]
    texts = book.read("xl/sharedStrings.xml").decode()
    assert len(sheets) == 3
    assert not any(b"<f>" in book.read(name) for name in sheets)
    assert "=1+1#panic()" in texts
    assert "Ours &amp; &lt;theirs&gt;" in texts
