"""A lender's own people see their shares and nothing of another lender, whatever they ask."""

from collections.abc import Callable
from datetime import date

import polars as pl
import pytest

from lending_core.access.permissions import Actor, Role
from lending_core.errors import InvalidState, NotAllowed, NotFound
from lending_core.operations import own_funding
from lending_core.operations.listing import Asked, Order
from lending_core.store.engine import Store
from tests.builders import ANALYST
from tests.operations.random_shares import LENDERS, MONTH_END_ON, fill
from tests.store.loans import a_book_of_july

A, B = (Actor(code, Role.FUNDER, code) for code in LENDERS[:2])
ALL = Asked(Order("loan_id"), rows_max=1_000)
FRAMES: tuple[Callable[[Store, Actor], pl.DataFrame], ...] = (
    lambda store, who: own_funding.own_loans(store, who, ALL),
    lambda store, who: pl.concat(own_funding.all_own_loans(store, who, Order("loan_id"))),
    lambda store, who: own_funding.own_months(store, who),
    lambda store, who: own_funding.own_days(store, who, date.min, MONTH_END_ON),
    lambda store, who: pl.DataFrame([own_funding.own_terms(store, who)]),
    lambda store, who: pl.DataFrame([own_funding.own_room(store, who)]),
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    store = a_book_of_july(tmp_path_factory.mktemp("own") / "july.duckdb")
    fill(store, 60, seed=9)
    return store


def holders(store: Store) -> dict[int, list[str]]:
    """Who has a share in each loan now."""
    shares = store.read_sql("select loan_id, funder_code from funding_share order by 1, 2")
    return dict(shares.group_by("loan_id").agg("funder_code").rows())


def test_a_lender_sees_exactly_the_loans_with_its_share(store: Store) -> None:
    seen = own_funding.own_loans(store, A, ALL)["loan_id"].sort().to_list()

    own = sorted(loan_id for loan_id, codes in holders(store).items() if A.funder_code in codes)
    assert seen == own
    assert own_funding.count_own_loans(store, A) == len(own)
    assert len(own) < 60


def test_no_question_of_a_lender_names_another_one(store: Store) -> None:
    told = [frame(store, A).write_json() for frame in FRAMES]

    assert [code for code in LENDERS[1:] for text in told if code in text] == []


def test_nothing_that_a_lender_sees_says_who_borrowed(store: Store) -> None:
    columns = {name for frame in FRAMES for name in frame(store, A).columns}

    personal = {"name", "id_number", "phone", "birth_on", "customer_id", "application_id"}
    assert columns & personal == set()


def test_every_fen_of_the_book_is_seen_by_one_lender(store: Store) -> None:
    people = [Actor(code, Role.FUNDER, code) for code in LENDERS]

    owed = sum(int(own_funding.own_loans(store, who, ALL)["owed_fen"].sum()) for who in people)
    months = sum(int(own_funding.own_months(store, who)["owed_fen"].sum()) for who in people)

    book = store.read_sql("select sum(principal_fen) from loan_position").item()
    assert (owed, months) == (book, book)


def test_a_loan_of_another_lender_is_not_found(store: Store) -> None:
    apart = [loan_id for loan_id, codes in holders(store).items() if A.funder_code not in codes]

    with pytest.raises(NotFound):
        own_funding.own_loan(store, A, apart[0])
    with pytest.raises(NotFound):
        own_funding.own_proof(store, A, apart[0])


def test_two_lenders_see_different_days(store: Store) -> None:
    days = [own_funding.own_days(store, who, date.min, MONTH_END_ON) for who in (A, B)]

    assert [each["funder_code"].unique().to_list() for each in days] == [
        [A.funder_code],
        [B.funder_code],
    ]


def test_who_stands_for_no_lender_sees_nothing(store: Store) -> None:
    with pytest.raises(InvalidState):
        own_funding.own_loans(store, Actor("lin", Role.FUNDER))
    with pytest.raises(NotAllowed):
        own_funding.own_loans(store, ANALYST)


def test_a_crafted_lender_owns_nothing(store: Store) -> None:
    crafted = Actor("lin", Role.FUNDER, "binhai_bank' or '1'='1")

    assert own_funding.own_loans(store, crafted).is_empty()
