"""A demonstration applicant is a whole one, drawn and not typed."""

from datetime import date

import numpy as np
import polars as pl
import pytest

from lending_core.products.catalogue import catalogue
from lending_core.simulate.draws import Draws
from lending_core.simulate.identities import identities, ring_members
from lending_core.simulate.samples import SAMPLES, Applicants, applicants, in_ring, sample

ON = date(2026, 11, 3)


def one(name: str, seed: int = 1) -> Applicants:
    return sample(name, 77, ON, catalogue(), np.random.default_rng(seed))


@pytest.mark.parametrize("name", SAMPLES)
def test_a_sample_is_one_whole_applicant_under_the_given_number(name) -> None:
    found = one(name)

    assert found.customers["customer_id"].to_list() == [77]
    assert found.traits["customer_id"].to_list() == [77]
    assert found.features["customer_id"].to_list() == [77]
    assert found.requests.select("customer_id", "applied_on").rows() == [(77, ON)]
    assert set(found.consents["customer_id"]) == {77}
    assert found.identities["customer_id"].to_list() == [77]


def test_samples_have_phones_of_their_own_beyond_those_of_the_book() -> None:
    phones = [one("surprise", seed).customers["phone"].item() for seed in (1, 2)]

    assert phones[0] != phones[1]
    assert min(phones) >= "15450000000"


@pytest.mark.parametrize("seed", range(5))
def test_the_risky_sample_is_risky_but_passes_the_gates(seed) -> None:
    found = one("risky", seed)

    seen = found.features.row(0, named=True)
    assert found.traits["true_risk"].item() > 1.2
    assert (seen["has_current_overdue"], seen["is_court_listed"]) == (False, False)
    assert (seen["inquiries_3m"] < 8, seen["lenders_with_balance"] < 6) == (True, True)


def test_the_small_business_shows_its_receipts_and_asks_for_its_product() -> None:
    found = one("small_business")

    assert found.features["merchant_receipts_monthly_fen"].item() > 0
    assert found.requests["product_code"].item() == "small_business"


def test_the_same_generator_state_draws_the_same_person_and_another_another() -> None:
    names = [one("surprise", seed).customers["name"].item() for seed in (1, 1, 2)]

    assert (names[0] == names[1], names[0] == names[2]) == (True, False)


def test_one_of_a_ring_brings_what_the_newest_member_in_the_book_brought() -> None:
    book = Draws(42)
    newest = ring_members(np.arange(1, 8_001), book)[-1]
    member = identities(pl.DataFrame({"customer_id": [newest], "kind": ["person"]}), book)

    brought = in_ring(one("surprise"), 8_000, book).identities

    shared = ("device", "bank_card", "address")
    assert brought.select(shared).equals(member.select(shared))


def test_without_a_ring_in_the_book_nobody_is_of_one() -> None:
    plain = one("surprise")

    assert in_ring(plain, 1, Draws(42)) is plain


def test_a_bulk_run_has_everybody_once_in_every_frame() -> None:
    many = applicants(500, 300, ON, catalogue(), Draws(9))

    expected = list(range(500, 800))
    assert many.customers["customer_id"].to_list() == expected
    assert many.requests["customer_id"].to_list() == expected
    assert many.features["customer_id"].to_list() == expected
