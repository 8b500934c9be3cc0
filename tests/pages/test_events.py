"""The ledger's page: what happened, to what, and whether the chain holds."""

from functools import partial
from pathlib import Path

import polars as pl

from lending_core.store.engine import open_store
from pages.ui.text import sentence
from tests.pages.conftest import OpenConsole
from tests.pages.visits import opened

PAGE = "pages/governance/events.py"
visit = partial(opened, page=PAGE)


def forge(database: Path, event_id: int) -> None:
    """Changes what one event says, as somebody with a hand on the file could."""
    store = open_store(database)
    recorded = store.read("event_list", subject_kind=None, subject_id=None, after_event_id=None)
    is_forged = pl.col("event_id") == event_id
    with store.transaction() as transaction:
        transaction.clear("event")
        transaction.append(
            "event",
            recorded.with_columns(
                payload=pl.when(is_forged).then(pl.lit("{}")).otherwise(pl.col("payload"))
            ),
        )
    store.close()


def test_the_newest_events_come_first(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name="analyst", page=PAGE)

    rows = console.dataframe[0].value
    assert rows["event_id"].to_list() == list(range(len(rows), 0, -1))
    assert rows["action"].to_list()[-1] == "Book started"


def test_a_link_shows_the_events_of_one_thing(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(
        late_book, user_name="analyst", page=PAGE, subject_kind="loan", subject_id="1"
    )

    assert console.dataframe[0].value["action"].to_list() == [
        "Simulated borrower told to stop paying",
        "Loan funded and paid out",
    ]


def test_a_thing_without_events_says_so(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(
        late_book, user_name="analyst", page=PAGE, subject_kind="loan", subject_id="99"
    )

    assert console.info[0].value == sentence("events.empty", "en")


def test_choosing_a_kind_stands_in_the_url(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name="analyst", page=PAGE)

    console.selectbox(key="subject_kind_en").set_value("loan").run()
    console.number_input(key="events_subject_id").set_value(2).run()

    assert console.query_params["subject_kind"] == "loan"
    assert console.query_params["subject_id"] == "2"
    assert console.dataframe[0].value["subject_id"].to_list() == [2]


def test_a_whole_chain_is_confirmed_with_its_newest_hash(
    open_console: OpenConsole, late_book: Path
) -> None:
    console = open_console(late_book, user_name="analyst", page=PAGE)

    console.button(key="events_verify").click().run()

    newest = console.dataframe[0].value.iloc[0]
    assert f"all {newest['event_id']} events" in console.success[0].value
    assert newest["hash"] in console.success[0].value


def test_a_forged_event_is_named(open_console: OpenConsole, late_book: Path) -> None:
    forge(late_book, event_id=5)
    console = open_console(late_book, user_name="analyst", page=PAGE)

    console.button(key="events_verify").click().run()

    assert "breaks at event 5" in console.error[0].value


def test_the_ledger_is_no_page_of_a_viewer(open_console: OpenConsole, late_book: Path) -> None:
    console = open_console(late_book, user_name="viewer", page=PAGE)

    assert len(console.error) == 1
    assert len(console.dataframe) == 0
