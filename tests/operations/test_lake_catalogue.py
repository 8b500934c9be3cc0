"""Lakes in a catalogue: who may register, check and give up, before any server is asked."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lending_core.access.permissions import SYSTEM, Actor, Role
from lending_core.errors import InvalidState, NotAllowed
from lending_core.operations.lake_catalogue import (
    check_books,
    forget_before,
    reached,
    register_book,
    register_lake,
)
from lending_core.store.catalogue_address import CatalogueAddress
from tests.store import postgres_server
from tests.store.spark_server import free_port

NOWHERE = CatalogueAddress("127.0.0.1", 1, "lending", "lake")


@pytest.mark.parametrize("role", [Role.ADMINISTRATOR, Role.VIEWER, Role.RISK_MAKER])
def test_who_may_not_hand_the_book_over_registers_checks_and_gives_up_nothing(
    tmp_path: Path, role: Role
) -> None:
    who = Actor("somebody", role)

    with pytest.raises(NotAllowed):
        register_book(who, NOWHERE, tmp_path, "simulated")
    with pytest.raises(NotAllowed):
        register_lake(who, NOWHERE, tmp_path)
    with pytest.raises(NotAllowed):
        check_books(who, NOWHERE, tmp_path)
    with pytest.raises(NotAllowed):
        forget_before(who, NOWHERE, tmp_path, datetime(2026, 11, 1, tzinfo=UTC))


def test_an_empty_lake_has_nothing_to_register_or_to_check(tmp_path: Path) -> None:
    with pytest.raises(InvalidState, match="holds no book"):
        register_lake(SYSTEM, NOWHERE, tmp_path)
    with pytest.raises(InvalidState, match="holds no book"):
        check_books(SYSTEM, NOWHERE, tmp_path)


@pytest.mark.skipif(bool(postgres_server.missing()), reason=postgres_server.missing())
def test_a_server_that_does_not_answer_is_refused_before_an_export() -> None:
    with pytest.raises(InvalidState, match="does not answer") as refusal:
        reached(f"postgres://lending:geheim@127.0.0.1:{free_port()}/lake")

    assert "geheim" not in str(refusal.value)
