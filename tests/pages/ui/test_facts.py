"""One thing's facts, each shown as in the tables."""

from datetime import date, datetime
from decimal import Decimal

import pytest

from pages.ui.facts import text


@pytest.mark.usefixtures("lenders")
@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("outstanding_fen", 1_234_567, "¥12,345.67"),
        ("annual_rate", Decimal("0.1825"), "18.25%"),
        ("due_on", date(2026, 11, 21), "2026-11-21"),
        ("recorded_at", datetime(2026, 11, 21, 8, 30), "2026-11-21 08:30:00"),  # noqa: DTZ001
        ("instalments", 12, "12"),
        ("method", "equal_principal", "Equal principal"),
        ("funder_code", "binhai_bank", "Binhai Internet Bank"),
        ("name", None, "—"),
    ],
)
def test_a_fact_is_shown_by_the_kind_of_its_column(name: str, value: object, shown: str) -> None:
    assert text(name, value, "en") == shown


def test_a_mask_is_no_emphasis() -> None:
    assert text("phone", "138****0001", "en") == "138\\*\\*\\*\\*0001"
