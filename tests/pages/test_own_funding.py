"""What a lender's own people see, and that no link shows them another's."""

from datetime import date
from pathlib import Path

from lending_core.errors import NotFound
from lending_core.operations.transfers import TransferOrder, approve_transfer, propose_transfer
from lending_core.store.engine import open_store
from pages.ui.text import sentence
from tests.builders import APPROVER, AT, MAKER
from tests.pages.conftest import OpenConsole
from tests.pages.visits import opened, values

LOANS = "pages/funding/own_loans.py"
# The other way in for each page of the house that a lender could be sent to.
OF_THE_HOUSE = ("pages/book/loan.py", "pages/funding/funder.py", "pages/funding/matching.py")


def test_a_lender_sees_its_own_loans_and_of_another_a_sentence(
    open_console: OpenConsole, late_book: Path
) -> None:
    """Both loans are of Binhai, as the cheapest; loan 2 is given to Lanting instead."""
    give_to_lanting(late_book)

    console = open_console(late_book, user_name="funder", page=LOANS, loan_id="2")
    refused = [error.value for error in console.error]
    rows = console.dataframe[0].value
    own = opened(console, LOANS, loan_id="1")
    facts = own.table[0].value
    crafted = opened(console, LOANS, loan_id="2", funder="lanting_bank", funder_code="lanting_bank")

    assert refused == [NotFound("own_loan_unknown", loan_id=2).text("en")]
    assert rows["loan_id"].to_list() == [1]
    assert "name" not in rows.columns
    assert facts.loc[sentence("column.share_role", "en")].to_list() == ["Alone"]
    assert [error.value for error in crafted.error] == refused
    assert "Lanting City Bank" not in "".join(each.value for each in crafted.markdown)
    assert not [bug.value for bug in console.exception]


def test_a_lender_reads_its_months_and_no_page_of_the_house(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="funder", page="pages/funding/own_months.py")
    figures = values(console)
    seen = [opened(console, page, loan_id="1", funder="binhai_bank") for page in OF_THE_HOUSE]

    assert figures[sentence("own_funding.loans", "en")] == "2"
    assert all(page.error and not page.dataframe and not page.metric for page in seen)


def give_to_lanting(database: Path) -> None:
    store = open_store(database)
    order = TransferOrder(
        "transfer", "binhai_bank", "lanting_bank", (2,), date(2027, 1, 1), 800_000, "sold"
    )
    transfer_id = propose_transfer(store, MAKER, order, at=AT)
    approve_transfer(store, APPROVER, transfer_id, at=AT)
    store.close()
