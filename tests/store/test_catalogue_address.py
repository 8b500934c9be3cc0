"""Where a catalogue is, as it is typed and as it is shown."""

import pytest

from lending_core.errors import InvalidInput
from lending_core.store.catalogue_address import CatalogueAddress, catalogue_address


def test_an_address_says_account_host_port_and_database() -> None:
    found = catalogue_address("postgres://lending@db.house:5440/lake")

    assert found == CatalogueAddress("db.house", 5440, "lending", "lake")


def test_without_a_port_it_is_that_of_postgresql() -> None:
    assert catalogue_address("postgresql://lending@db.house/lake").port == 5432


def test_a_password_is_used_and_never_shown() -> None:
    found = catalogue_address("postgres://lending:ge%2Fheim@[::1]:5440/lake?sslmode=require")

    assert found.account()["password"] == "ge/heim"
    assert found.connection() == "connect_timeout=10 sslmode=require"
    assert str(found) == "postgres://lending@[::1]:5440/lake"
    assert "heim" not in repr(found)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "lake.db",
        "mysql://lending@db/lake",
        "postgres://db/lake",
        "postgres://lending@db",
        "postgres://lending:ge/heim@db/lake",
        "postgres://lending@db:lake/lake",
        "postgres://lending@db/lake/other",
        "postgres://lending@db/lake#part",
        "postgres://lending@db/lake?options=-cwork_mem=1",
        "postgres://lending@db/lake?sslmode=require'",
        "postgres://lending@[::1/lake",
    ],
)
def test_what_is_no_address_is_refused_and_not_repeated(typed: str) -> None:
    with pytest.raises(InvalidInput, match="This is not the address") as refusal:
        catalogue_address(typed)

    assert "heim" not in str(refusal.value.facts) + refusal.value.text("zh")
