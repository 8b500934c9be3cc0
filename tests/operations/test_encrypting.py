"""A book of before is refused until its people are encrypted, and then has nothing plain in it."""

from pathlib import Path

import duckdb
import pytest

from lending_core.access.clients import Client, Scope
from lending_core.access.permissions import SYSTEM
from lending_core.errors import InvalidState
from lending_core.operations import webhooks
from lending_core.operations.api_clients import open_client
from lending_core.operations.console import open_console
from lending_core.operations.encrypting import encrypt_books
from lending_core.operations.ledger_checks import verify_ledger
from lending_core.operations.loan_triggers import TriggerOrder, record_trigger
from lending_core.operations.origination import submit_application
from lending_core.operations.sealing import seal_block
from lending_core.operations.unmasking import Wish, unmask
from lending_core.operations.webhooks import Address
from lending_core.servicing.class_review import trigger_kinds
from lending_core.settings import Settings
from lending_core.store.engine import Store, open_store
from tests.builders import AT, ID_NUMBER, MAKER, a_book, a_submission
from tests.operations.journeys import submit
from tests.operations.late import late

WORDS = 'his "wife" said:\n病了 / ill'
PLAIN = f"name = '王小明', id_number = '{ID_NUMBER}', phone = '13800101001'"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """The book of a late borrower, taken back to plain names and numbers."""
    path = tmp_path / "old.duckdb"
    a_book(path, late).close()
    with duckdb.connect(str(path)) as old:
        old.execute(f"update customer set {PLAIN}, person_fingerprint = null")
    return Settings(path, None, "4GB", "en")


def test_a_book_of_before_is_refused_with_what_to_do(settings: Settings) -> None:
    with pytest.raises(InvalidState) as refusal:
        open_console(settings)

    assert refusal.value.reason == "personal_data_plain"
    assert "migrate" in refusal.value.text("en")


def test_its_people_are_encrypted_found_and_shown_for_a_reason(settings: Settings) -> None:
    done = encrypt_books(settings, at=AT)

    store = open_console(settings)
    kept = store.read_sql("select name, id_number from customer").row(0)
    assert done == [settings.database_path]
    assert [text.startswith("enc1:1:") for text in kept] == [True, True]
    assert b"13800101001" not in settings.database_path.read_bytes()
    assert unmask(store, MAKER, Wish(1, "complaint"), at=AT).id_number == ID_NUMBER
    submit(store, "again")
    assert store.read_sql("select count(*) as people from customer")["people"].item() == 1


def test_a_missing_key_is_refused_with_its_place(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    a_book(tmp_path / "book.duckdb", late).close()
    monkeypatch.setenv("LENDING_PRIVACY_KEYS", str(tmp_path / "elsewhere"))

    with pytest.raises(InvalidState) as refusal:
        open_console(Settings(tmp_path / "book.duckdb", None, "4GB", "en"))

    assert refusal.value.reason == "privacy_key_missing"
    assert "elsewhere" in refusal.value.text("en")


def test_a_ledger_that_was_sealed_over_plain_words_is_whole_after_they_are_encrypted(
    tmp_path: Path,
) -> None:
    settings = Settings(tmp_path / "old.duckdb", None, "4GB", "en")
    store = a_book(settings.database_path, late)
    kind = next(iter(trigger_kinds()))
    record_trigger(store, MAKER, TriggerOrder(1, kind, WORDS), at=AT)
    store.close()
    with duckdb.connect(str(settings.database_path)) as old:
        old.execute("update loan_trigger set reason = ?", [WORDS])
    store = open_store(settings.database_path)
    store.signing_key = settings.signing_key_path
    seal_block(store, SYSTEM, at=AT)
    store.close()

    encrypt_books(settings, at=AT)

    store = open_console(settings)
    kept = store.read_sql("select reason from loan_trigger").item()
    assert kept.startswith("enc1:")
    assert verify_ledger(store, SYSTEM).findings == ()


def told(store: Store) -> None:
    """A mini-program has an address told, and sent an application."""
    open_client(store, SYSTEM, "huatai", "https://huatai.example", at=AT)
    client = Client("huatai", frozenset(Scope), "", "https://huatai.example")
    address = Address("https://huatai.example/news", ("application.decided",))
    webhooks.open_webhook(store, client, address, at=AT)
    submit_application(store, client.actor, a_submission(), key="sent", at=AT)
    webhooks.queue_news(store, 0, at=AT)


def test_what_signs_news_is_encrypted_and_signs_as_before(tmp_path: Path) -> None:
    settings = Settings(tmp_path / "old.duckdb", None, "4GB", "en")
    a_book(settings.database_path, told).close()
    with duckdb.connect(str(settings.database_path)) as old:
        old.execute("update api_webhook set secret = 'whsec_cGxhaW4gc2VjcmV0'")

    encrypt_books(settings, at=AT)

    [message] = webhooks.due(open_console(settings), at=AT)
    assert message.secrets == ("whsec_cGxhaW4gc2VjcmV0",)
    assert b"whsec_cGxhaW4gc2VjcmV0" not in settings.database_path.read_bytes()
