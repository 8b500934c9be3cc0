"""What is shown before the contract is what the contract then says."""

from decimal import Decimal
from pathlib import Path

import pytest

from lending_core.operations.console import book
from lending_core.operations.quotes import cost_sheet_hash, quote
from lending_core.store.engine import Store
from tests.builders import BUSINESS_ON, a_book
from tests.operations.journeys import accept, rows, submit

PART = ("number", "due_on", "principal_fen", "interest_fen")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb")


@pytest.mark.parametrize(
    ("product_code", "method", "instalments", "carries_remainder"),
    [
        ("weilidai", "equal_principal", 10, False),
        ("youqianhua", "equal_instalment", 12, True),
        ("youqianhua", "interest_only", 6, True),
    ],
)
def test_the_contract_has_the_instalments_and_terms_that_were_shown(
    store: Store, product_code: str, method: str, instalments: int, carries_remainder: bool
) -> None:
    application_id = submit(store, product_code=product_code, instalments_asked=instalments)
    case = store.read("application_case", application_id=application_id).row(0, named=True)
    shown = quote(case, 800_000, instalments, method, book(store).open_on)
    taken = {"method": method, "instalments": instalments}

    accept(store, application_id, cost_sheet_hash=cost_sheet_hash(shown), **taken)

    assert rows(store, "instalment").select(PART).equals(shown.schedule.select(PART))
    loan = rows(store, "loan").row(0, named=True)
    terms = loan["carries_remainder"], loan["penalty_multiple"], loan["annual_rate"]
    assert terms == (carries_remainder, Decimal("1.50"), shown.sheet.items[0].rate)


def test_a_quote_of_whole_months_costs_the_exact_interest_rounded_once() -> None:
    case = {"product_code": "jietiao_360", "annual_rate": Decimal("0.18")}

    shown = quote(case, 12_000_00, 12, "equal_instalment", BUSINESS_ON)

    assert shown.schedule["total_fen"].to_list() == [1_100_16] * 12
    assert shown.sheet.items[0].amount_fen == 1_201_92
