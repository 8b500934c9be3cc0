"""Simulated borrowers come with valid things of their own; households and rings share some."""

import numpy as np
import polars as pl
import pytest

from lending_core.identity.bank_card import read_bank_card
from lending_core.identity.fingerprints import spelled
from lending_core.simulate.assumptions import assumptions
from lending_core.simulate.draws import Draws
from lending_core.simulate.identities import identities, ring_members

DRAWS = Draws(11)
KINDS = pl.Series("kind", ["person", "small_business"])
CUSTOMERS = pl.DataFrame(
    {
        "customer_id": np.arange(1, 20_001),
        "kind": KINDS.gather(np.arange(20_000) % 2),
    }
)
BROUGHT = identities(CUSTOMERS, DRAWS)
IN_RINGS = BROUGHT.filter(pl.col("customer_id").is_in(ring_members(np.arange(1, 20_001), DRAWS)))


def people_sharing(column: str, frame: pl.DataFrame = BROUGHT) -> pl.Series:
    """How many people have the same, per person."""
    return frame.select(pl.len().over(column)).to_series()


def test_everything_is_valid_and_already_in_its_one_spelling() -> None:
    first = BROUGHT.row(1, named=True)
    things = {kind: first[kind] for kind in ("device", "bank_card", "address")}

    assert spelled({**things, "phone": ""}) == {**things, "phone": None}
    assert read_bank_card(first["bank_card"]).scheme == "specimen"


@pytest.mark.parametrize(
    ("column", "shared", "tolerance"), [("device", 0.015, 0.01), ("address", 0.22, 0.05)]
)
def test_some_share_an_address_and_few_a_device(
    column: str, shared: float, tolerance: float
) -> None:
    assert (people_sharing(column) > 1).mean() == pytest.approx(shared, abs=tolerance)


def test_a_household_has_at_most_four_members_outside_of_rings() -> None:
    others = BROUGHT.join(IN_RINGS, on="customer_id", how="anti")

    assert people_sharing("address", others).max() == 4
    assert people_sharing("bank_card", others).max() == 1


def test_a_ring_shares_one_device_and_a_few_cards() -> None:
    sizes = people_sharing("device", IN_RINGS)

    assert IN_RINGS.height == pytest.approx(
        20_000 * assumptions()["identities"]["ring_share"] * 0.75, rel=0.5
    )
    assert sizes.max() > 5
    assert IN_RINGS["bank_card"].n_unique() < IN_RINGS.height / 1.5


def test_a_borrower_brings_the_same_in_a_batch_of_any_size() -> None:
    assert identities(CUSTOMERS[500:600], DRAWS).equals(BROUGHT[500:600])
