"""What a loan costs at its three moments, and the sheet with what its borrower confirmed."""

from dataclasses import replace
from decimal import Decimal

import pytest

from lending_core.compliance.sheet_paper import sheet_paper
from lending_core.errors import NotFound
from lending_core.operations import cost_sheets
from lending_core.operations.cost_sheets import cost_sheet_pdf, loan_cost
from lending_core.operations.publications import published_list
from lending_core.store.engine import Store
from tests.builders import ANALYST, AT, VIEWER, a_book
from tests.operations.journeys import lent


def with_a_loan(store: Store) -> None:
    lent(store)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One book with one loan, whose sheet was read for half a minute: nobody writes here."""
    return a_book(tmp_path_factory.mktemp("sheets") / "book.duckdb", with_a_loan)


def test_a_contract_costs_what_was_quoted_and_confirmed(store: Store) -> None:
    cost = loan_cost(store, VIEWER, 1)

    assert cost.quoted == cost.contract
    assert (cost.is_confirmed, cost.is_as_confirmed) == (True, True)
    assert cost.quoted.simple is not None
    assert cost.quoted.compound is not None
    assert cost.quoted.simple < cost.quoted.compound
    assert cost.cap == Decimal("0.24")


def test_a_loan_that_nobody_repaid_yet_has_no_actual_cost(store: Store) -> None:
    actual = loan_cost(store, VIEWER, 1).actual

    assert (actual.simple, actual.compound) == (None, None)


@pytest.mark.parametrize(
    ("language", "title", "confirmed"),
    [
        ("en", "What the loan costs in all", "after 30 seconds of reading"),
        ("zh", "综合融资成本明示表", "阅读 30 秒"),
    ],
)
def test_the_sheet_says_every_cost_and_what_was_confirmed(
    store: Store, language: str, title: str, confirmed: str
) -> None:
    contract = cost_sheets._contract(store, 1)

    paper = sheet_paper(contract, language, AT, is_simulated=True)

    said = "\n".join(paper.notes)
    assert paper.title == title
    assert confirmed in said
    assert contract.sheet_hash in said
    assert [len(table.rows) for table in paper.tables] == [1, 1, 10]
    assert [fact.value for fact in paper.facts if fact.strong] == [
        f"{contract.sheet.annual_cost_simple:.2%}"
    ]


def test_a_sheet_that_is_another_by_now_says_so(store: Store) -> None:
    contract = replace(cost_sheets._contract(store, 1), sheet_hash="1" * 64)

    paper = sheet_paper(contract, "en", AT, is_simulated=True)

    assert "is not the one confirmed" in paper.notes[-1]


def test_a_contract_without_evidence_says_so(store: Store) -> None:
    contract = replace(cost_sheets._contract(store, 1), confirmed_hash=None)

    paper = sheet_paper(contract, "zh", AT, is_simulated=False)

    assert (paper.notes[-1], paper.warning) == ("本合同没有确认记录。", "")


def test_the_sheet_is_a_file_and_the_same_each_time(store: Store) -> None:
    first = cost_sheet_pdf(store, VIEWER, 1, "zh", at=AT)

    assert first.startswith(b"%PDF-")
    assert cost_sheet_pdf(store, VIEWER, 1, "zh", at=AT) == first


def test_a_loan_that_is_not_there_has_no_sheet(store: Store) -> None:
    with pytest.raises(NotFound):
        loan_cost(store, VIEWER, 99)


def test_the_published_list_names_lenders_on_the_list_and_agencies_without_violence(
    store: Store,
) -> None:
    paper = published_list(store, ANALYST, "en", at=AT)

    lenders, joint, agencies = (table.rows for table in paper.tables)
    assert paper.subtitle == "Active on 2026-11-01"
    assert lenders[0][0] == "Binhai Internet Bank"
    assert ["Lanting City Bank", "Binhai Internet Bank", "2024-06-01"] in joint
    assert agencies == [["Heyue Services"], ["Chengxin Consulting"]]
