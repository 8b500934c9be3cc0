"""Matchings are kept as they were asked and answered; what waits is asked again and expires."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from shutil import copy
from typing import Any

import polars as pl
import pytest

from lending_core.access.permissions import SYSTEM
from lending_core.errors import InvalidInput, InvalidState, NotAllowed, NotFound
from lending_core.funding.explain import alternatives
from lending_core.funding.matching import fund
from lending_core.funding.what_if import with_terms
from lending_core.operations import funder_register, matchings, rematching
from lending_core.operations.agreement_register import (
    AgreementOrder,
    agreements_in_force,
    approve_agreement,
    propose_agreement,
)
from lending_core.operations.closing import close_day
from lending_core.operations.console import book
from lending_core.operations.funder_register import FunderOrder, funders_in_force, put_in_force
from lending_core.operations.waiting import waiting_days
from lending_core.store.engine import Store, open_store
from lending_core.store.events import Moment
from tests.builders import ANALYST, APPROVER, AT, MAKER, OPEN_ON, a_book
from tests.operations.journeys import accept, rows, submit
from tests.store.loans import LOAN

BANK = "binhai_bank"


@pytest.fixture(scope="module")
def offered(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with an approved offer, to copy."""
    path = tmp_path_factory.mktemp("matched") / "book.duckdb"
    store = a_book(path)
    submit(store)
    store.close()
    return path


@pytest.fixture
def store(offered: Path, tmp_path: Path) -> Store:
    return open_store(Path(copy(offered, tmp_path / "book.duckdb")))


def set_quotas(store: Store, quota_fen: int) -> None:
    """Every lender may be owed so much and no more."""
    set_terms(store, quota_fen=quota_fen)


def set_terms(store: Store, **terms: Any) -> None:
    """Every lender has these terms."""
    on = book(store).business_on
    with store.transaction() as transaction:
        for funder in funders_in_force(transaction).values():
            order = FunderOrder(replace(funder, **terms), on, "tried")
            put_in_force(transaction, Moment(SYSTEM, on, AT), order)


def test_a_matching_is_read_as_it_was_asked_and_answered(store: Store) -> None:
    loan_id = accept(store, submit_first(store)) or 0

    run_id = matchings.run_of_loan(store, ANALYST, loan_id) or 0
    past = matchings.matching_run(store, ANALYST, run_id)

    assert past.is_as_it_was
    assert fund(past.batch).shares.equals(past.matching.shares)
    ways = alternatives(past.batch, past.matching, loan_id).filter("is_chosen")
    assert ways["lead_code"].to_list() == [BANK]


def test_a_matching_keeps_the_agreements_it_was_asked_under(store: Store) -> None:
    loan_id = accept(store, submit_first(store)) or 0
    before = agreements_in_force(store)
    ended = AgreementOrder(replace(before[0], delisted_on=OPEN_ON), OPEN_ON, "over")
    version_id = propose_agreement(store, MAKER, ended, at=AT)
    approve_agreement(store, APPROVER, version_id, at=AT)

    run_id = matchings.run_of_loan(store, ANALYST, loan_id) or 0
    past = matchings.matching_run(store, ANALYST, run_id)

    assert past.is_as_it_was
    assert past.batch.agreements == before != agreements_in_force(store)


def submit_first(store: Store) -> int:
    """The application that waits for its borrower."""
    return int(rows(store, "application")["application_id"][0])


def test_what_waits_is_told_with_its_reason_and_kept_whole(store: Store) -> None:
    set_quotas(store, 500_000)

    assert accept(store, submit_first(store)) is None

    waiting = rematching.waits(store, ANALYST).row(0, named=True)
    assert (waiting["reason"], waiting["missing_fen"]) == ("total_quota", 300_000)
    assert waiting["expires_on"] == OPEN_ON + timedelta(days=waiting_days())
    past = matchings.matching_run(store, ANALYST, waiting["run_id"])
    assert past.is_as_it_was
    assert past.matching.left["loan_id"].to_list() == [-waiting["wait_id"]]


def test_one_loan_too_is_funded_only_by_who_may_lend_in_its_region(store: Store) -> None:
    set_terms(store, region_codes=("31", "33"))

    assert accept(store, submit_first(store)) is None

    assert rematching.waits(store, ANALYST)["reason"].to_list() == ["region"]


@pytest.mark.parametrize(
    ("region_code", "product_code", "owed_fen", "limit"),
    [
        # A fifth of 10,000,000.00 in one region, seven tenths of it in one product.
        ("44", "jietiao_360", 199_500_000, "region_part"),
        ("11", "weilidai", 699_500_000, "product_part"),
    ],
)
def test_a_part_of_the_book_that_is_large_enough_takes_no_more(
    store: Store, region_code: str, product_code: str, owed_fen: int, limit: str
) -> None:
    owed = {"region_code": region_code, "product_code": product_code, "principal_fen": owed_fen}
    others = {"loan_id": 99, "customer_id": 99, "line_id": 99, "application_id": 99}
    with store.transaction() as transaction:
        transaction.append("loan", pl.DataFrame([LOAN | owed | others]))

    assert accept(store, submit_first(store)) is None

    waiting = rematching.waits(store, ANALYST).row(0, named=True)
    past = matchings.matching_run(store, ANALYST, waiting["run_id"])
    ways = alternatives(past.batch, past.matching, -waiting["wait_id"]).drop_nulls("rank")
    told = past.matching.limits.filter(limit=limit)
    assert (waiting["reason"], waiting["missing_fen"]) == (limit, 300_000)
    assert told.select("room_fen", "used_fen").rows() == [(500_000, 0)]
    assert ways.select("obstacle", "missing_fen").unique().rows() == [(limit, 300_000)]
    assert past.is_as_it_was
    assert fund(past.batch).left["reason"].to_list() == [limit]


def test_the_parts_of_the_book_count_what_was_just_paid_out(store: Store) -> None:
    accept(store, submit_first(store))

    balances = matchings.asked_today(store, ANALYST).balances_fen

    assert balances == {("region_code", "44"): 800_000, ("product_code", "weilidai"): 800_000}


def test_the_close_of_a_day_pays_out_what_a_lender_has_room_for_by_then(store: Store) -> None:
    set_quotas(store, 500_000)
    application_id = submit_first(store)
    accept(store, application_id)
    set_quotas(store, 900_000)

    close_day(store, ANALYST, OPEN_ON, at=AT)

    assert accept(store, application_id) == 1
    assert rows(store, "loan")["disbursed_on"].to_list() == [OPEN_ON + timedelta(days=1)]
    assert rows(store, "funding_wait_end").select("outcome", "loan_id").rows() == [("funded", 1)]


def test_matching_by_hand_tells_how_far_it_is_and_leaves_no_trace_when_stopped(
    store: Store,
) -> None:
    set_quotas(store, 500_000)
    accept(store, submit_first(store))
    set_quotas(store, 900_000)
    before = rows(store, "funding_run").height
    told: list[tuple[str, int]] = []

    with pytest.raises(KeyboardInterrupt):
        rematching.match_waiting(store, MAKER, at=AT, progress=stop_when_written)
    kept = rows(store, "funding_run").height
    paid = rematching.match_waiting(store, MAKER, at=AT, progress=lambda *each: told.append(each))

    assert kept == before
    assert told == [("matched", 1), ("written", 1), ("booked", 1)]
    assert paid["loan_id"].to_list() == [1]


def stop_when_written(stage: str, _: int) -> None:
    """What a click on the screen does, in the middle of the payout."""
    if stage == "written":
        raise KeyboardInterrupt


def test_what_waited_in_vain_is_over_and_never_pays_out(store: Store) -> None:
    set_quotas(store, 500_000)
    application_id = submit_first(store)
    accept(store, application_id)
    days = [OPEN_ON + timedelta(days=day) for day in range(waiting_days() + 1)]

    close_all(store, days)
    set_quotas(store, 900_000)

    assert rematching.match_waiting(store, MAKER, at=AT).is_empty()
    assert accept(store, application_id) is None
    assert rows(store, "funding_wait_end")["outcome"].to_list() == ["expired"]
    assert rows(store, "loan").is_empty()


def close_all(store: Store, days: list[date]) -> None:
    """Closes each day."""
    for on in days:
        close_day(store, ANALYST, on, at=AT, is_watched=False)


def test_a_question_changes_nothing(store: Store) -> None:
    set_quotas(store, 500_000)
    accept(store, submit_first(store))
    before = rows(store, "funding_run").height

    asked = matchings.asked_today(store, ANALYST)
    more = fund(with_terms(asked, BANK, quota_fen=900_000))

    assert (fund(asked).funded_fen, more.funded_fen) == (0, 800_000)
    assert rows(store, "funding_run").height == before


def test_the_pipeline_is_what_is_drawn_like_lately(store: Store) -> None:
    accept(store, submit_first(store))

    expected = matchings.pipeline(store, ANALYST, days=45)
    short = matchings.forecast(store, ANALYST, days=45)

    # 8,000.00 in the last 90 days, and so half of it in 45.
    assert expected["volume_fen"].to_list() == [400_000]
    assert short.select("funded_fen", "short_fen").rows() == [(400_000, 0)]


def test_an_unknown_matching_is_refused(store: Store) -> None:
    with pytest.raises(NotFound):
        matchings.matching_run(store, ANALYST, 99)


def test_terms_that_cannot_be_are_not_proposed(store: Store) -> None:
    bank = funders_in_force(store)[BANK]
    nameless = FunderOrder(replace(bank, name_zh=""), OPEN_ON, "why")

    with pytest.raises(InvalidInput, match="both languages"):
        funder_register.propose_funder(store, MAKER, nameless, at=AT)

    draft = funder_register.draft_terms(store, MAKER, vars(bank) | {"quota_fen": None})
    assert draft.funder is None
    assert [fault.field for fault in draft.faults] == ["quota_fen"]
    assert funder_register.versions_of_funder(store, ANALYST, BANK).height == 1


def test_terms_change_by_two_people_from_their_day_on(store: Store) -> None:
    cheaper = replace(funders_in_force(store)[BANK], daily_quota_fen=1)
    order = FunderOrder(cheaper, OPEN_ON + timedelta(days=1), "a quieter month")

    version_id = funder_register.propose_funder(store, MAKER, order, at=AT)
    funder_register.approve_funder(store, APPROVER, version_id, at=AT)

    assert funders_in_force(store)[BANK].daily_quota_fen != 1
    close_day(store, ANALYST, OPEN_ON, at=AT, is_watched=False)
    assert funders_in_force(store)[BANK] == cheaper
    history = funder_register.versions_of_funder(store, ANALYST, BANK)
    assert history["step"].to_list() == ["approved", "approved"]


def test_nobody_answers_terms_of_their_own_or_twice(store: Store) -> None:
    terms = replace(funders_in_force(store)[BANK], quota_fen=1)
    order = FunderOrder(terms, OPEN_ON, "why")
    version_id = funder_register.propose_funder(store, MAKER, order, at=AT)
    of_maker = replace(APPROVER, user_name=MAKER.user_name)

    with pytest.raises(NotAllowed):
        funder_register.approve_funder(store, of_maker, version_id, at=AT)
    funder_register.refuse_funder(store, APPROVER, version_id, "too little", at=AT)
    with pytest.raises(InvalidState):
        funder_register.approve_funder(store, APPROVER, version_id, at=AT)
    same = FunderOrder(funders_in_force(store)[BANK], OPEN_ON, "why")
    with pytest.raises(InvalidInput):
        funder_register.propose_funder(store, MAKER, same, at=AT)
    assert funders_in_force(store)[BANK].quota_fen != 1


def test_a_new_lender_stands_in_the_register_from_its_day_on(store: Store) -> None:
    terms = vars(funders_in_force(store)[BANK])
    new = {"funder_code": "", "name_en": "New Bank", "name_zh": "新银行", "licence_number": "N1"}
    draft = funder_register.draft_terms(store, MAKER, terms | new)
    order = FunderOrder(draft.funder or funders_in_force(store)[BANK], OPEN_ON, "a new partner")

    version_id = funder_register.propose_funder(store, MAKER, order, at=AT)
    funder_register.approve_funder(store, APPROVER, version_id, at=AT)

    assert funder_register.funder_names(store)["new_bank"]["en"] == "New Bank"
    offers = matchings.asked_today(store, ANALYST).offers
    assert "new_bank" in {offer.funder.funder_code for offer in offers}
    register = funder_register.register(store, ANALYST)
    assert register.filter(pl.col("funder_code") == "new_bank")["version_id"].to_list() == [
        version_id
    ]
