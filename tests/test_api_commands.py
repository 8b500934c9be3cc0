"""The commands that let mini-programs in, as whoever runs the machine calls them."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from lending_core.__main__ import main
from lending_core.access.clients import Scope
from lending_core.errors import NotAllowed
from lending_core.operations.api_clients import recognised
from lending_core.store.engine import open_store
from tests.builders import a_book


def test_a_token_is_printed_once_listed_without_itself_and_revoked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    database = tmp_path / "book.duckdb"
    a_book(database).close()
    monkeypatch.setenv("LENDING_DATABASE", str(database))

    assert main(["api-client", "huatai", "--callback", "https://huatai.example"]) == 0
    capsys.readouterr()
    assert main(["api-token", "huatai", "--scopes", "read,pay", "--days", "2"]) == 0
    token = capsys.readouterr().out.strip()
    store = open_store(database)
    client = recognised(store, token, at=datetime.now(UTC))
    store.close()
    assert main(["api-tokens"]) == 0
    listed = capsys.readouterr().out
    assert main(["api-revoke", "1"]) == 0

    assert client.scopes == {Scope.READ, Scope.PAY}
    assert "huatai" in listed
    assert token not in listed
    store = open_store(database)
    with pytest.raises(NotAllowed):
        recognised(store, token, at=datetime.now(UTC))
    store.close()


def test_a_refusal_of_a_command_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    database = tmp_path / "book.duckdb"
    a_book(database).close()
    monkeypatch.setenv("LENDING_DATABASE", str(database))

    assert main(["api-token", "nobody"]) == 2
    assert capsys.readouterr().err == "There is no mini-program nobody.\n"
    assert main(["api-webhook-secret", "9"]) == 2
    assert capsys.readouterr().err == "There is no address 9.\n"
