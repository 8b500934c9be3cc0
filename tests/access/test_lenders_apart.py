"""Two lenders of one book: whatever the people of the one ask, nothing tells them of the other."""

import io
import zipfile
from collections.abc import Iterator
from typing import Any

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM, Actor, Permission, Role
from lending_core.errors import LendingError, NotFound
from lending_core.funding.funders import funders
from lending_core.operations import guarantees, own_funding, own_proofs, statements
from lending_core.operations.ledger_witnesses import give_head
from lending_core.operations.listing import Asked, Order
from lending_core.operations.sealing import seal_block
from lending_core.operations.statements import StatementFile, issue_statement
from lending_core.store.engine import Store
from tests.access.book_operations import Call
from tests.access.funding_operations import FUNDING_OPERATIONS
from tests.operations.random_shares import LENDERS, MONTH_END_ON, fill
from tests.store.loans import AT, LENT_ON, a_book_of_july

MINE, THEIRS = LENDERS[:2]
ME, THEM = (Actor(code, Role.FUNDER, code) for code in (MINE, THEIRS))
# Beside those of the matrix, which name the first loan and the first statement: all that there is.
WHOLE: tuple[Call, ...] = (
    lambda store, who: own_funding.own_loans(store, who, Asked(Order("loan_id"), rows_max=1_000)),
    lambda store, who: own_funding.own_days(store, who, LENT_ON, MONTH_END_ON),
    lambda store, who: guarantees.own_guarantee_calls(store, who, LENT_ON, MONTH_END_ON),
    lambda store, who: statements.own_statement_file(store, who, 2, "en", "xlsx"),
    lambda store, who: own_proofs.own_given_heads(store, who),
)
CALLS = (*FUNDING_OPERATIONS[Permission.VIEW_OWN_FUNDING], *WHOLE)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Sixty loans of four lenders; statement 1 is theirs, statement 2 mine, the head theirs."""
    folder = tmp_path_factory.mktemp("apart")
    store = a_book_of_july(folder / "july.duckdb")
    store.signing_key = folder / "ledger-key"
    fill(store, 60, seed=9)
    for code in (THEIRS, MINE):
        issue_statement(store, SYSTEM, code, MONTH_END_ON, at=AT)
    seal_block(store, SYSTEM, at=AT)
    give_head(store, SYSTEM, THEIRS, at=AT)
    return store


def names_of_others() -> set[str]:
    others = [lender for code, lender in funders().items() if code != MINE]
    return {text for each in others for text in (each.funder_code, each.name_en, each.name_zh)}


def papers_and_sums(store: Store) -> set[str]:
    """The other's statement, and what it lent and is owed, in fen as data has it."""
    paper = statements.own_statements(store, THEM).row(0, named=True)
    loans = own_funding.own_loans(store, THEM, Asked(Order("loan_id"), rows_max=1_000))
    months = own_funding.own_months(store, THEM)
    sums = {str(int(each)) for each in (loans["owed_fen"].sum(), months["owed_fen"][-1])}
    return {paper["number"], paper["content_hash"], *sums}


def told(call: Call, store: Store, who: Actor) -> str:
    """All that an operation answers, as text; a refusal in its words."""
    try:
        return in_words(call(store, who))
    except LendingError as refusal:
        return refusal.text("en")


def in_words(answer: Any) -> str:
    if isinstance(answer, pl.DataFrame):
        return answer.write_json()
    if isinstance(answer, StatementFile):
        return in_words(answer.content)
    if isinstance(answer, bytes) and answer.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(answer)) as parts:
            return "".join(parts.read(name).decode() for name in parts.namelist())
    if isinstance(answer, Iterator):
        return "".join(map(in_words, answer))
    return answer.decode("utf-8", "ignore") if isinstance(answer, bytes) else str(answer)


def test_no_answer_to_a_lender_tells_of_another_and_its_own_people_are_told(store: Store) -> None:
    theirs = papers_and_sums(store)
    hidden = sorted(theirs | names_of_others())

    mine = {place: told(call, store, ME) for place, call in enumerate(CALLS)}
    shown = "".join(told(call, store, THEM) for call in CALLS)

    assert [(place, each) for place, text in mine.items() for each in hidden if each in text] == []
    assert [each for each in theirs if each not in shown] == []
    assert MINE in "".join(mine.values())


def test_each_of_two_lenders_has_the_loans_papers_and_heads_of_its_own(store: Store) -> None:
    apart = [
        (
            [row["number"] for row in statements.own_statements(store, who).rows(named=True)],
            own_proofs.own_given_heads(store, who).height,
        )
        for who in (ME, THEM)
    ]

    assert apart == [(["S-2026-00002"], 0), (["S-2026-00001"], 1)]


def test_no_loan_or_paper_of_another_is_had_by_its_number(store: Store) -> None:
    mine = set(told_loans(store, ME))
    apart = sorted(set(told_loans(store, THEM)) - mine)

    refused = [
        told(lambda at, who, n=n: own_funding.own_loan(at, who, n), store, ME) for n in apart
    ]
    proofs = [
        told(lambda at, who, n=n: own_funding.own_proof(at, who, n), store, ME) for n in apart
    ]

    assert len(apart) > 10
    assert refused == proofs == [NotFound("own_loan_unknown", loan_id=n).text("en") for n in apart]
    with pytest.raises(NotFound):
        statements.own_statement_file(store, ME, 1, "en", "pdf")


def told_loans(store: Store, who: Actor) -> list[int]:
    rows = own_funding.own_loans(store, who, Asked(Order("loan_id"), rows_max=1_000))
    return rows["loan_id"].to_list()
