"""Every page before every role, opened as the menu does and by links that nobody of the house made:
who may sees it, who may not is told so and shown nothing, no link breaks a page, every file that a
page offers can be written, and to a lender no page and no file tells of another."""

import io
import shutil
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd
import pytest
import streamlit as st
from google.protobuf import text_format
from streamlit.runtime.media_file_manager import MediaFileManager
from streamlit.runtime.state.query_params import QueryParams
from streamlit.testing.v1 import AppTest

from app import MENU, MenuEntry
from lending_core.access.accounts import STAFF_ROLES
from lending_core.access.permissions import GRANTS, SYSTEM, Permission, Role
from lending_core.errors import LendingError, NotAllowed
from lending_core.funding.funders import funders
from lending_core.money import FEN_PER_YUAN
from lending_core.operations.accounts import AccountOrder, open_account
from lending_core.operations.console import book
from lending_core.operations.ledger_witnesses import give_head
from lending_core.operations.sealing import seal_block
from lending_core.operations.statements import issue_statement
from lending_core.settings import PROJECT_ROOT
from lending_core.store.engine import Store, open_store
from pages.ui.text import sentence
from tests.builders import a_book
from tests.pages.conftest import RUN_SECONDS_MAX

AT = datetime(2026, 11, 1, 9, 0, tzinfo=UTC)
PEOPLE = STAFF_ROLES
OWN_FUNDER, OTHER_FUNDER = "binhai_bank", "lanting_bank"
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
    *("alerts", "alert", "audit", "chain", "known", "lending", "path", "ledger_witness", "rule"),
    *("run", "change", "book", "months", "futures", "search"),
)
# What pages asked of links while they were walked, which `NAMES` has to hold.
ASKED: set[str] = set()
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
OFFERED: list[object] = []
# Who may not see a page is refused before it reads a link: two are enough.
CRAFTED_IN_VAIN = ("1", "' or 1=1; drop table loan; --")
SHARES = 3
# A name of two characters may also be a word.
SHORT = 2


class House(NamedTuple):
    """A book with an account of each role, what of its people nobody sees unasked, what a lender's
    people do not see, and the loans in which they have no share."""

    database: Path
    personal: frozenset[str]
    of_others: frozenset[str]
    loans_of_others: frozenset[int]


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
    store.signing_key = database.with_suffix(".ledger-key")
    told_apart = of_others(store)
    without = without_share(store)
    store.close()
    st.cache_data.clear()
    st.cache_resource.clear()
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("LENDING_DATABASE", str(database))
        environment.setenv("LENDING_DEMO", "on")
        watch(environment)
        yield House(database, frozenset(personal), told_apart, without)


def of_others(store: Store) -> frozenset[str]:
    """What tells of another lender: its code and names, the number and hashes of its statement, and
    what it has lent, is owed, and may lend, as far as no lender of ours has the same sum."""
    for code in (OWN_FUNDER, OTHER_FUNDER):
        if not store.read_sql("select 1 from loan limit 1").is_empty():
            issue_statement(store, SYSTEM, code, book(store).business_on, at=AT)
    if seal_block(store, SYSTEM, at=AT) is not None:
        give_head(store, SYSTEM, OTHER_FUNDER, at=AT)
    others = [each for each in funders().values() if each.funder_code != OWN_FUNDER]
    names = {text for each in others for text in (each.funder_code, each.name_en, each.name_zh)}
    issued = store.read("funder_statements", funder_code=OTHER_FUNDER)
    papers = {text for name in ("number", "content_hash") for text in issued[name]}
    sums = (
        store.read_sql("select funder_code, sum(share_fen) as fen from funding_share group by all"),
        store.read_sql("select funder_code, sum(share_fen) as fen from funding group by all"),
        store.read("funder_room").select("funder_code", fen="outstanding_fen"),
        store.read("funder_room").select("funder_code", fen="room_fen"),
    )
    amounts = [(code, fen) for frame in sums for code, fen in frame.rows() if fen]
    own = {fen for code, fen in amounts if code == OWN_FUNDER}
    known = {f"{fen / FEN_PER_YUAN:,.2f}" for code, fen in amounts if fen not in own}
    return frozenset(names | papers | known | {text.replace(",", "") for text in known})


def without_share(store: Store) -> frozenset[int]:
    """Loans in which the lender whose people are asked has no share."""
    loans = store.read_sql(
        "select loan_id from loan where loan_id not in "
        "(select loan_id from funding_share where funder_code = $code)",
        code=OWN_FUNDER,
    )
    return frozenset(loans["loan_id"])


def watch(environment: pytest.MonkeyPatch) -> None:
    """From now on it is kept which names pages ask of links, and what they offer as files."""
    asks = {name: getattr(QueryParams, name) for name in ("__getitem__", "get_all", "bind_widget")}
    for name, ask in asks.items():
        environment.setattr(QueryParams, name, asking(ask))
    environment.setattr(MediaFileManager, "add_deferred", offering(MediaFileManager.add_deferred))
    environment.setattr(MediaFileManager, "add", offering(MediaFileManager.add))


def asking(ask: Callable[..., object]) -> Callable[..., object]:
    def asked(params: QueryParams, *told: Any, **named: Any) -> object:
        ASKED.add(told[0] if told else named["param_key"])
        return ask(params, *told, **named)

    return asked


def offering(offer: Callable[..., object]) -> Callable[..., object]:
    def offered(
        files: MediaFileManager, content: object, *others: object, **named: object
    ) -> object:
        OFFERED.append(content)
        return offer(files, content, *others, **named)

    return offered


def written() -> tuple[list[str], list[str]]:
    """What is in the files that the page just offered, and what went wrong as one was written."""
    texts, wrong = [], []
    for content in OFFERED:
        try:
            made = content() if callable(content) else content
        except LendingError as refusal:
            texts.append(refusal.text("en"))
        except Exception as bug:
            wrong.append(f"file: {bug!r}")
        else:
            texts.append(in_words(made))
    return texts, wrong


def in_words(content: object) -> str:
    """The text of a file: of a workbook that of its parts."""
    whole = content if isinstance(content, bytes) else str(content).encode()
    if not whole.startswith(b"PK"):
        return whole.decode("utf-8", "ignore")
    with zipfile.ZipFile(io.BytesIO(whole)) as parts:
        return "\n".join(parts.read(name).decode("utf-8", "ignore") for name in parts.namelist())


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
    OFFERED.clear()
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
    texts, wrong = written()
    found += [f"{place}: {each}" for each in wrong]
    came = "\n".join((words(console), *texts))
    return found + [f"{place}: tells {secret}" for secret in told(house, role, console, came)]


def told(house: House, role: Role, console: AppTest, came: str) -> list[str]:
    """What came to the browser that the role does not see: personal data in plain, which is shown
    for a reason only, and to a lender another lender, its sums, papers and loans."""
    if role is not Role.FUNDER:
        return [secret for secret in sorted(house.personal) if secret in came]
    listed = {int(number) for table in console.dataframe for number in numbers(table.value)}
    secrets = [secret for secret in sorted(house.personal | house.of_others) if secret in came]
    return [*secrets, *(f"loan {number}" for number in sorted(listed & house.loans_of_others))]


def numbers(table: pd.DataFrame) -> list[int]:
    """The loans that a table lists."""
    return list(table["loan_id"]) if "loan_id" in table.columns else []


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


def test_links_are_crafted_with_every_name_that_a_page_asks_for() -> None:
    """After the walks above: a name that is not in `NAMES` was never said by a crafted link."""
    assert sorted(ASKED - set(NAMES)) == []
