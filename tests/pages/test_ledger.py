"""The sealed ledger's page: sealing, verifying, and what a tampered row looks like."""

from pathlib import Path

import polars as pl

from lending_core.access.permissions import SYSTEM
from lending_core.operations.sealing import seal_block
from lending_core.settings import Settings
from lending_core.store.engine import open_store
from pages.ui.text import sentence
from tests.builders import AT
from tests.pages.conftest import OpenConsole
from tests.tampering import put, rows_of

PAGE = "pages/governance/ledger.py"


def sealed_and_forged(database: Path) -> Path:
    """Seals the book, then changes the amount of a loan, as who has a hand on the file could."""
    store = open_store(database)
    store.signing_key = Settings(database, None, "1GB", "en").signing_key_path
    seal_block(store, SYSTEM, at=AT)
    put(store, "loan", rows_of(store, "loan").with_columns(principal_fen=pl.lit(1)))
    store.close()
    return database


def test_the_ledger_is_sealed_and_verified(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name="risk_approver", page=PAGE)
    assert console.info[0].value == sentence("ledger.empty", "en")

    console.button(key="ledger_seal").click().run()
    assert console.success[0].value == sentence("ledger.sealed", "en", number="1")

    console.button(key="ledger_verify").click().run()
    assert console.success[0].value.startswith("Everything is as it was sealed")


def test_a_changed_row_is_shown_where_it_was_changed(
    open_console: OpenConsole, late_book: Path
) -> None:
    database = sealed_and_forged(late_book)
    console = open_console(database, user_name="analyst", page=PAGE)

    console.button(key="ledger_verify").click().run()

    found = console.dataframe[0].value
    assert found["fact_table"].to_list() == ["loan", "loan"]
    assert found["finding_kind"].to_list() == ["Changed", "Changed"]
    assert [button.key for button in console.button if button.key == "ledger_seal"] == []
