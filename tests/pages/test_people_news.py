"""News to mini-programs on screen: an administrator sees what arrived, pauses an address, and hands
another secret over."""

from pathlib import Path

from lending_core.access.clients import Scope, actor_of
from lending_core.access.permissions import SYSTEM, Actor, Role
from lending_core.operations import webhooks
from lending_core.operations.accounts import AccountOrder, open_account
from lending_core.operations.api_clients import TokenOrder, make_token, open_client, recognised
from lending_core.operations.origination import submit_application
from lending_core.operations.webhooks import Address
from lending_core.store.engine import Store
from pages.ui import session
from pages.ui.text import sentence
from tests.builders import AT, a_book, a_submission
from tests.pages.conftest import OpenConsole
from tests.pages.visits import values

PAGE = "pages/governance/people.py"


def told_once(store: Store) -> None:
    """An administrator, and a mini-program whose address did not take its first message."""
    admin = Actor("admin", Role.ADMINISTRATOR)
    open_account(store, admin, AccountOrder("gao", Role.ADMINISTRATOR), at=AT)
    open_client(store, SYSTEM, "huatai", "https://huatai.example", at=AT)
    token = make_token(store, SYSTEM, TokenOrder("huatai", tuple(Scope), 1), at=AT)
    address = Address("https://huatai.example/news", ("application.decided",))
    webhooks.open_webhook(store, recognised(store, token, at=AT), address, at=AT)
    submit_application(store, actor_of("huatai"), a_submission(), key="sent", at=AT)
    webhooks.queue_news(store, 0, at=session.now())
    [message] = webhooks.due(store, at=session.now())
    webhooks.keep_attempts(store, [(message, 500)], at=session.now())


def test_an_address_is_paused_and_its_new_secret_is_shown_once(
    open_console: OpenConsole, tmp_path: Path
) -> None:
    a_book(tmp_path / "book.duckdb", told_once).close()
    console = open_console(tmp_path / "book.duckdb", user_name="gao", page=PAGE, by_account=True)
    counts = values(console)

    console.button(key="people_webhook_pause_1").click().run()
    paused = session.home_store().read_sql("select is_paused from api_webhook_pause")
    console.button(key="people_webhook_secret_1").click().run()
    secret = console.code[0].value
    console.button(key="people_secret_noted").click().run()

    assert counts[sentence("api_news.waiting", "en")] == "1"
    assert paused["is_paused"].to_list() == [True]
    assert secret.startswith("whsec_")
    assert [code.value for code in console.code] == []
    assert not [bug.value for bug in console.exception]


def test_a_step_is_never_taken_with_another_address_than_was_in_sight(
    open_console: OpenConsole, tmp_path: Path
) -> None:
    a_book(tmp_path / "book.duckdb", told_once).close()
    console = open_console(tmp_path / "book.duckdb", user_name="gao", page=PAGE, by_account=True)
    change = console.button(key="people_webhook_secret_1")
    store, address = session.home_store(), Address("https://huatai.example/new", ("loan.payment",))
    token = make_token(store, SYSTEM, TokenOrder("huatai", tuple(Scope), 1), at=AT)
    webhooks.close_webhook(store, actor_of("huatai"), 1, at=AT)
    webhooks.open_webhook(store, recognised(store, token, at=AT), address, at=AT)

    change.click().run()

    assert store.read_sql("select webhook_id from api_webhook_secret").is_empty()
    assert console.button(key="people_webhook_secret_2")
    assert not [bug.value for bug in console.exception]
