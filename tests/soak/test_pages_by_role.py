"""Every page before every role, opened as the menu does and by links that nobody of the house made:
who may sees it, who may not is told so and shown nothing, and no link breaks a page."""

import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

import pytest
import streamlit as st
from google.protobuf import text_format
from streamlit.testing.v1 import AppTest

from app import MENU, MenuEntry
from lending_core.access.accounts import STAFF_ROLES
from lending_core.access.permissions import GRANTS, SYSTEM, Permission, Role
from lending_core.errors import NotAllowed
from lending_core.funding.funders import funders
from lending_core.operations.accounts import AccountOrder, open_account
from lending_core.settings import PROJECT_ROOT
from lending_core.store.engine import open_store
from pages.ui.text import sentence
from tests.builders import a_book
from tests.pages.conftest import RUN_SECONDS_MAX

AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
PEOPLE = STAFF_ROLES
OWN_FUNDER = "binhai_bank"
# What a page shows of the book.
SHOWN = ("dataframe", "table", "metric", "plotly_chart", "component", "bidi_component")
# What links carry: numbers of rows, codes, days and choices of filters.
NAMES = (
    *("loan_id", "customer_id", "case_id", "application_id", "subject_id", "batch_id", "line_id"),
    *("model_version", "policy_version", "version", "draft", "funder_code", "funder", "list"),
    *("bucket", "product", "region", "month", "period", "as_of", "known_on", "from", "to", "by"),
    *("applied_from", "applied_to", "from_on", "to_on", "horizon", "window", "scope", "segment"),
    *("case_stage", "case_state", "score_from", "score_to", "subject_kind", "flow", "show", "way"),
    *("view", "measure", "weight", "stage", "class", "group", "outcome", "compare", "rules"),
    *("alerts", "alert_id", "audit", "chain", "known", "lending", "path", "ledger_witness"),
)
CRAFTED = (
    "1",
    "7",
    "0",
    "-1",
    "999999999999999",
    "1e309",
    "nan",
    "9999-99-99",
    "0001-01-01",
    "yiyang_consumer",
    "' or 1=1; drop table loan; --",
    "<script>alert(1)</script>![x](http://e.example/x)",
    "../../../etc/passwd",
    "\u0669\u2466\u00b2",
    "|~,:;|" * 40,
)
# Who may not see a page is refused before it reads a link: two are enough.
CRAFTED_IN_VAIN = ("1", "' or 1=1; drop table loan; --")
SHARES = 3
# A name of two characters may also be a word.
SHORT = 2


class House(NamedTuple):
    """A book with an account of each role, and what of its people nobody sees unasked."""

    database: Path
    personal: frozenset[str]


@pytest.fixture(scope="module", params=["empty", "filled"])
def house(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[House]:
    """A book on its first day, and one of twelve months; served as long as it is asked about."""
    database = tmp_path_factory.mktemp(request.param) / "book.duckdb"
    if request.param == "filled":
        shutil.copy(request.getfixturevalue("simulated_book"), database)
        store = open_store(database)
    else:
        store = a_book(database)
    for role in PEOPLE:
        funder_code = OWN_FUNDER if role is Role.FUNDER else None
        open_account(store, SYSTEM, AccountOrder(f"a.{role}", role, funder_code), at=AT)
    people = store.opened(store.read_sql("select name, id_number, phone from customer"))
    personal = {text for column in people for text in column if text and len(text) > SHORT}
    store.close()
    st.cache_data.clear()
    st.cache_resource.clear()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("LENDING_DATABASE", str(database))
        environment.setenv("LENDING_DEMO", "on")
        yield House(database, frozenset(personal))


def opened(role: Role, script: str, crafted: str | None = None) -> AppTest:
    """A page as the person of a role opens it; `crafted`: by a link that says this everywhere."""
    console = AppTest.from_file(str(PROJECT_ROOT / "app.py"), default_timeout=RUN_SECONDS_MAX * 4)
    console.context = {"locale": "en-US"}
    console.session_state["user_name"] = f"a.{role}"
    console.session_state["signed_in_by"] = "account"
    console.switch_page(script)
    for name in NAMES if crafted is not None else ():
        console.query_params[name] = crafted
    return console.run()


def refusal(role: Role, permission: Permission) -> str:
    """What who may not see a page is told."""
    needed = sentence(f"permission.{permission}", "en")
    named = sentence(f"role.{role}", "en")
    return NotAllowed("not_allowed", role=named, permission=needed).text("en")


def words(console: AppTest) -> str:
    """All that came to the browser, the cells of its tables included."""
    said = [
        text_format.MessageToString(node.proto, as_utf8=True)
        for node in (*console.main, *console.sidebar)
        if getattr(node, "proto", None) is not None
    ]
    tables = [table.value.to_csv() for table in (*console.dataframe, *console.table)]
    return "\n".join((*said, *tables))


def refused(console: AppTest) -> list[str]:
    """The sentences that speak of a right."""
    return [error.value for error in console.error if error.value.startswith("Your role (")]


def faults(house: House, role: Role, entry: MenuEntry, crafted: str | None = None) -> list[str]:
    """What is wrong with a page before a role, in words; empty where nothing is."""
    console = opened(role, entry.script, crafted)
    place = f"{role} {entry.script} {crafted!r}"
    found = [f"{place}: {bug.message or bug.value}" for bug in console.exception]
    may = entry.permission in GRANTS[role]
    if may and refused(console):
        found.append(f"{place}: refused {refused(console)}")
    if not may and "lent" in entry.books:
        if [error.value for error in console.error] != [refusal(role, entry.permission)]:
            found.append(f"{place}: says {[error.value for error in console.error]}")
        found += [f"{place}: shows {kind}" for kind in SHOWN if len(console.get(kind))]
    return found + [f"{place}: tells {secret}" for secret in told(house, role, console)]


def told(house: House, role: Role, console: AppTest) -> list[str]:
    """What came to the browser that the role does not see: personal data in plain, which is shown
    for a reason only, and to a lender another lender."""
    secrets = set(house.personal)
    if role is Role.FUNDER:
        others = [each for each in funders().values() if each.funder_code != OWN_FUNDER]
        secrets |= {each.funder_code for each in others} | {each.name_en for each in others}
    came = words(console)
    return [secret for secret in sorted(secrets) if secret in came]


def links_for(role: Role, entry: MenuEntry) -> tuple[str, ...]:
    """What links to a page say when a role opens it: each role a third of all, another third of the
    next page and by the next role."""
    if entry.permission not in GRANTS[role]:
        return CRAFTED_IN_VAIN
    return CRAFTED[(PEOPLE.index(role) + MENU.index(entry)) % SHARES :: SHARES]


@pytest.mark.parametrize("role", PEOPLE)
def test_a_page_shows_itself_to_who_may_and_nothing_to_who_may_not(
    house: House, role: Role
) -> None:
    wrong = [fault for entry in MENU for fault in faults(house, role, entry)]

    assert wrong == []


@pytest.mark.parametrize("role", PEOPLE)
def test_no_link_breaks_a_page_or_opens_what_a_role_may_not_see(house: House, role: Role) -> None:
    asked = [(entry, crafted) for entry in MENU for crafted in links_for(role, entry)]

    wrong = [fault for entry, crafted in asked for fault in faults(house, role, entry, crafted)]

    assert wrong == []
