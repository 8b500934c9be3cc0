"""Overlays: two people, bounds, what they add while they are in force, and their end."""

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import polars as pl
import pytest

from lending_core.access.permissions import Actor, Role
from lending_core.errors import InvalidInput, InvalidState, NotAllowed, NotFound
from lending_core.operations.provision_overlays import (
    OverlayOrder,
    approve_overlay,
    end_overlay,
    overlays,
    propose_overlay,
    refuse_overlay,
)
from lending_core.store.engine import Store
from tests.builders import ANALYST, APPROVER, AT, BUSINESS_ON, MAKER, a_book

UNTIL = date(2026, 12, 31)
ORDER = OverlayOrder(100_000, UNTIL, "floods in the south", percent=Decimal("0.1"))
LOSSES = pl.DataFrame({"product_code": ["fenfu"], "region_code": ["44"], "ecl_fen": [1_000]})


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb")


def counted(store: Store, on: date = BUSINESS_ON) -> list[int]:
    return overlays(store, on, LOSSES)["counted_fen"].to_list()


def test_an_overlay_counts_once_a_second_person_approved_it(store: Store) -> None:
    overlay_id = propose_overlay(store, MAKER, ORDER, at=AT)
    before = counted(store)

    approve_overlay(store, APPROVER, overlay_id, at=AT)

    assert (before, counted(store)) == ([0], [100])


def test_an_overlay_counts_until_its_last_day_and_not_before_its_first(store: Store) -> None:
    approve_overlay(store, APPROVER, propose_overlay(store, MAKER, ORDER, at=AT), at=AT)

    found = [counted(store, on) for on in (date(2026, 9, 30), UNTIL, date(2027, 1, 31))]

    assert found == [[0], [100], [0]]


def test_nobody_approves_their_own_overlay(store: Store) -> None:
    overlay_id = propose_overlay(store, MAKER, ORDER, at=AT)

    with pytest.raises(NotAllowed, match="second person"):
        approve_overlay(store, Actor(MAKER.user_name, Role.RISK_APPROVER), overlay_id, at=AT)

    assert counted(store) == [0]


def test_an_answered_overlay_is_not_answered_again(store: Store) -> None:
    overlay_id = propose_overlay(store, MAKER, ORDER, at=AT)
    refuse_overlay(store, APPROVER, overlay_id, "the model sees it", at=AT)

    with pytest.raises(InvalidState, match="answered"):
        approve_overlay(store, APPROVER, overlay_id, at=AT)

    assert overlays(store, BUSINESS_ON, LOSSES)["answer"].to_list() == ["refused"]


def test_an_ended_overlay_counts_for_the_months_before_its_end_only(store: Store) -> None:
    overlay_id = propose_overlay(store, MAKER, ORDER, at=AT)
    approve_overlay(store, APPROVER, overlay_id, at=AT)

    end_overlay(store, MAKER, overlay_id, "over", at=AT)

    assert (counted(store), counted(store, date(2026, 11, 30))) == ([100], [0])
    with pytest.raises(InvalidState, match="not in force"):
        end_overlay(store, MAKER, overlay_id, "again", at=AT)


def test_who_signs_off_ends_an_overlay_as_well_and_who_looks_does_not(store: Store) -> None:
    overlay_id = propose_overlay(store, MAKER, ORDER, at=AT)
    approve_overlay(store, APPROVER, overlay_id, at=AT)

    with pytest.raises(NotAllowed):
        end_overlay(store, ANALYST, overlay_id, "over", at=AT)
    end_overlay(store, APPROVER, overlay_id, "over", at=AT)

    assert overlays(store, BUSINESS_ON, LOSSES)["ended_on"].is_not_null().all()


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"percent": Decimal("0.51")}, "at most 50%"),
        ({"percent": Decimal("NaN")}, "at most 50%"),
        ({"percent": Decimal("0.00005")}, "4 decimals"),
        ({"percent": None}, "either"),
        ({"amount_fen": 5}, "either"),
        ({"cap_fen": 0}, "above 0"),
        ({"reason": ""}, "Say why"),
    ],
)
def test_an_overlay_keeps_its_bounds(changes: dict[str, object], said: str) -> None:
    with pytest.raises(InvalidInput, match=said):
        replace(ORDER, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize("until_on", [date(2026, 10, 30), date(2027, 11, 1)])
def test_an_overlay_lasts_a_year_at_most(store: Store, until_on: date) -> None:
    with pytest.raises(InvalidInput, match="between 2026-10-31 and 2027-10-31"):
        propose_overlay(store, MAKER, replace(ORDER, until_on=until_on), at=AT)


def test_an_unknown_overlay_is_refused(store: Store) -> None:
    with pytest.raises(NotFound):
        approve_overlay(store, APPROVER, 7, at=AT)
