"""A copy for tests has nobody of the book in it, and is a book like any other."""

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from lending_core.access.permissions import SYSTEM, Actor, Role
from lending_core.errors import InvalidState
from lending_core.identity.id_number import read_id_number
from lending_core.operations.api_clients import open_client
from lending_core.operations.extracting import extract
from lending_core.operations.ledger import verify_chain
from lending_core.operations.loan_triggers import TriggerOrder, record_trigger
from lending_core.settings import Settings
from lending_core.store.engine import open_store
from tests.builders import ANALYST, AT, ID_NUMBER, a_book
from tests.operations.journeys import rows
from tests.operations.late import late, try_once

WANG = Actor("wang.li", Role.RISK_MAKER)


def test_a_copy_has_other_people_with_valid_numbers_and_the_same_figures(tmp_path: Path) -> None:
    house = a_book(tmp_path / "house.duckdb", late)
    try_once(house, note="王小明 rang")
    record_trigger(house, WANG, TriggerOrder(1, "fraud", "王小明 said so"), at=AT)
    open_client(house, SYSTEM, "huatai", "https://huatai.example", at=AT)
    loans, traces = rows(house, "loan"), rows(house, "application_trace")
    house.close()
    settings = Settings(tmp_path / "house.duckdb", None, "4GB", "en")

    people = extract(settings, tmp_path / "copy.duckdb", at=AT)

    copy = open_store(tmp_path / "copy.duckdb")
    [someone] = rows(copy, "customer").to_dicts()
    numbers = read_id_number(someone["id_number"], on=date(2026, 11, 1))
    assert (people, someone["is_simulated"]) == (1, True)
    assert str(numbers.birth_on) == someone["birth_on"]
    assert (someone["id_number"] == ID_NUMBER, someone["name"] == "王小明") == (False, False)
    assert rows(copy, "loan").equals(loans)
    assert rows(copy, "contact_attempt")["note"].to_list() == [None]
    assert rows(copy, "application_trace").equals(traces) is False
    assert rows(copy, "loan_trigger").select("reason", "recorded_by").row(0) == ("***", "staff 1")
    assert rows(copy, "api_client").is_empty()
    assert "wang.li" not in rows(copy, "event")["actor"].to_list()
    assert verify_chain(copy, ANALYST) is None
    assert not copy.has_plain()
    with pytest.raises(InvalidState):
        extract(replace(settings), tmp_path / "copy.duckdb", at=AT)
