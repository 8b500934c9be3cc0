"""Why a catalogue does not open, before there is a server."""

import pytest

from lending_core.errors import InvalidState
from lending_core.store import catalogue_door
from lending_core.store.catalogue_door import check_packages, reason


def test_without_its_packages_a_catalogue_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(catalogue_door, "_EXTENSIONS", ("of_nobody",))

    with pytest.raises(InvalidState, match="pip install -r requirements-lake"):
        check_packages()


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ('FATAL:  database "nope" does not exist', "catalogue_database"),
        ("DuckLake catalog version mismatch: catalog version is 9.0", "catalogue_format"),
        ("canceling statement due to lock timeout", "catalogue_busy"),
        ('Failed to commit: Failed to execute query "ROLLBACK": ', "catalogue_lost"),
        ("terminating connection due to administrator command", "catalogue_lost"),
        ("something else", "catalogue_failed"),
    ],
)
def test_what_a_server_says_has_a_reason(message: str, expected: str) -> None:
    assert reason(message) == expected
