"""What a click on the overdue screen chooses, read from the URL."""

from datetime import date

import pytest

from lending_core.operations.overdue import Entered, FirstMissed, LoanGroup, LoansAt
from lending_core.operations.reports import BookFilter
from pages.ui.late_choice import read
from pages.ui.late_filters import LATE_STAGES, Selection

NOVEMBER, DECEMBER = date(2026, 11, 30), date(2026, 12, 31)
PRODUCT = BookFilter(product_codes=("fenfu",))
ASKED = Selection(PRODUCT, DECEMBER, LATE_STAGES)


@pytest.mark.parametrize(
    ("clicked", "group"),
    [
        ("stage|2026-11-30|M2", LoansAt(PRODUCT, NOVEMBER, ("M2",))),
        ("rate|2026-11-30|over_90_share", LoansAt(PRODUCT, NOVEMBER, ("M4", "M5", "M6", "M7+"))),
        (
            "flow|2026-11-30|M5|worse",
            LoansAt(PRODUCT, NOVEMBER, ("M6", "M7+"), ("open", "written_off"), ("M5",)),
        ),
        (
            "flow|2026-11-30|M5|cured",
            LoansAt(PRODUCT, NOVEMBER, ("C",), ("open", "paid"), ("M5",)),
        ),
        ("first|2026-11-30|fpd_30_share", FirstMissed(PRODUCT, NOVEMBER, 30)),
        ("entry|2026-11-30|went_on", Entered(PRODUCT, NOVEMBER, True)),
        ("entry|2026-11-30|open", Entered(PRODUCT, NOVEMBER, None)),
        (
            "part|44|M1|region_code",
            LoansAt(BookFilter(("fenfu",), region_codes=("44",)), DECEMBER, ("M1",)),
        ),
    ],
)
def test_a_mark_names_its_loans_within_the_filters(clicked: str, group: LoanGroup) -> None:
    choice = read(clicked, ASKED)

    assert choice.group == group
    assert choice.is_clicked


@pytest.mark.parametrize(
    "clicked",
    [
        "",
        "stage|2026-11-30",
        "stage|yesterday|M1",
        "stage|2026-11-30|M9",
        "rate|2026-11-30|paid",
        "entry|2026-11-30|else",
        "part|44|M1|name",
        "else|1|2",
    ],
)
def test_a_link_that_names_no_mark_lists_the_late_loans_of_the_filters(clicked: str) -> None:
    choice = read(clicked, ASKED)

    assert choice.group == LoansAt(PRODUCT, DECEMBER, LATE_STAGES)
    assert not choice.is_clicked


def test_another_filter_forgets_what_was_clicked() -> None:
    other = Selection(BookFilter(), DECEMBER, LATE_STAGES)

    assert ASKED.key != other.key
