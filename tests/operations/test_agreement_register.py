"""Who lends jointly with whom is changed by two people, from a day on."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from lending_core.errors import InvalidInput, InvalidState, NotAllowed, NotFound
from lending_core.operations import agreement_register, matchings
from lending_core.operations.agreement_register import AgreementOrder, agreements_in_force
from lending_core.operations.closing import close_day
from lending_core.store.engine import Store
from tests.builders import ANALYST, APPROVER, AT, MAKER, OPEN_ON, a_book
from tests.operations.journeys import rows


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return a_book(tmp_path / "book.duckdb")


def an_order(store: Store, days: int = 0, **changes: Any) -> AgreementOrder:
    """The first agreement changed, from so many days after the open one."""
    agreed = replace(agreements_in_force(store)[0], **changes)
    return AgreementOrder(agreed, OPEN_ON + timedelta(days=days), "a better split")


def test_a_book_begins_with_the_agreements_of_the_reference_data(store: Store) -> None:
    assert [each.pair for each in agreements_in_force(store)] == [
        ("binhai_bank", "minghu_microloan"),
        ("lanting_bank", "binhai_bank"),
        ("qinghe_finance", "hengshan_trust"),
        ("qinghe_finance", "yuntai_finance"),
    ]


def test_another_split_holds_from_its_day_on_once_a_second_person_approves(store: Store) -> None:
    order = an_order(store, days=1, partner_share_min=Decimal("0.4"))

    version_id = agreement_register.propose_agreement(store, MAKER, order, at=AT)
    agreement_register.approve_agreement(store, APPROVER, version_id, at=AT)
    before = agreements_in_force(store)[0]
    close_day(store, ANALYST, OPEN_ON, at=AT, is_watched=False)

    assert before.partner_share_min == Decimal("0.3")
    assert agreements_in_force(store)[0] == order.agreement
    assert matchings.asked_today(store, ANALYST).agreements[0] == order.agreement
    versions = agreement_register.versions_of_agreements(store, ANALYST)
    assert versions["step"].to_list() == ["approved"] * 5


def test_nobody_answers_an_agreement_of_their_own_or_twice(store: Store) -> None:
    order = an_order(store, delisted_on=OPEN_ON)
    version_id = agreement_register.propose_agreement(store, MAKER, order, at=AT)
    of_maker = replace(APPROVER, user_name=MAKER.user_name)

    with pytest.raises(NotAllowed):
        agreement_register.approve_agreement(store, of_maker, version_id, at=AT)
    agreement_register.refuse_agreement(store, APPROVER, version_id, "too early", at=AT)
    with pytest.raises(InvalidState):
        agreement_register.approve_agreement(store, APPROVER, version_id, at=AT)
    with pytest.raises(NotFound):
        agreement_register.approve_agreement(store, APPROVER, 99, at=AT)
    assert agreements_in_force(store)[0].delisted_on is None


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({}, "agreement_unchanged"),
        ({"partner_share_min": Decimal("0.2")}, "agreement_part"),
        ({"partner_code": "nobody"}, "funder_unknown"),
    ],
)
def test_what_cannot_be_agreed_is_not_proposed(
    store: Store, changes: dict[str, Any], reason: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        agreement_register.propose_agreement(store, MAKER, an_order(store, **changes), at=AT)

    assert refused.value.reason == reason
    assert rows(store, "agreement_version").height == 4
