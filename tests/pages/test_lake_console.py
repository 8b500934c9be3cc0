"""A console over a lake: the screens of the book, and no others. That their figures are those of
the writing console is asked of every page in tests/soak."""

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from app import seen_by
from lending_core.access.permissions import SYSTEM, Actor, Role
from lending_core.operations.console import Copied
from lending_core.operations.lake_export import export_book
from lending_core.store.engine import open_store
from pages.ui import copy_age, links
from pages.ui.text import sentence
from tests.pages.conftest import OpenConsole

EXPORTED_AT = datetime(2026, 11, 1, 8, tzinfo=UTC)
NOW = datetime(2026, 11, 1, 11, 59)  # noqa: DTZ001
COPIED = Copied(date(2026, 10, 31), datetime(2026, 11, 1, 8))  # noqa: DTZ001
LOAN = "pages/book/loan.py"


@pytest.fixture(scope="module")
def lake_once(empty_book_once: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("lake")
    store = open_store(Path(shutil.copy(empty_book_once, folder / "empty.duckdb")))
    export_book(store, SYSTEM, folder / "lake", lambda *_: None, at=EXPORTED_AT)
    store.close()
    return folder / "lake"


@pytest.fixture
def lake(lake_once: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty book in a lake, which a console reads."""
    monkeypatch.setenv("LENDING_ENGINE", "lake")
    monkeypatch.setenv("LENDING_LAKE", str(tmp_path / "lake"))
    return Path(shutil.copytree(lake_once, tmp_path / "lake"))


@pytest.mark.usefixtures("lake")
def test_a_screen_of_the_book_opens_and_says_how_old_its_data_is(
    open_console: OpenConsole, tmp_path: Path
) -> None:
    console = open_console(
        tmp_path / "console.duckdb", user_name="risk_maker", page=links.OVERDUE_PAGE
    )

    assert console.title[0].value == sentence("overdue_loans.title", "en")
    assert "Data as of 2026-11-30, exported " in console.markdown[1].value
    assert not [bug.value for bug in console.exception]


@pytest.mark.usefixtures("lake")
def test_a_page_of_work_that_is_opened_by_a_link_says_where_it_is(
    open_console: OpenConsole, tmp_path: Path
) -> None:
    console = open_console(tmp_path / "console.duckdb", user_name="risk_maker", page=LOAN, loan="1")

    assert console.title[0].value == sentence("lake.page_of_work", "en")
    assert not [bug.value for bug in console.exception]


@pytest.mark.usefixtures("lake")
def test_only_what_is_here_is_linked(open_console: OpenConsole, tmp_path: Path) -> None:
    open_console(tmp_path / "console.duckdb", user_name="risk_maker", page=links.OVERDUE_PAGE)

    assert not links.is_here(LOAN)
    assert links.is_here(links.SCORES_PAGE)


def test_a_lake_that_is_gone_is_said_in_a_sentence_until_it_is_back(
    open_console: OpenConsole, lake: Path, tmp_path: Path
) -> None:
    away = lake.rename(tmp_path / "away")
    console = open_console(tmp_path / "console.duckdb")
    gone = [error.value for error in console.error]

    away.rename(lake)
    console.run()

    assert "holds no book" in gone[0]
    assert console.title[0].value == sentence("sign_in.title", "en")


def test_the_menu_over_a_lake_has_what_is_looked_at_and_nothing_of_single_persons() -> None:
    who = Actor("risk_maker", Role.RISK_MAKER, is_reading=True)

    shown = [Path(entry.script).stem for entry in seen_by(who, "lent")]

    assert shown == [
        *("today", "early_warning", "scores", "models", "limit_policies", "policy_versions"),
        *("optimise", "overdue_loans", "provisions", "vintage", "roll_rates", "trial_balance"),
        *("reports", "funders", "funder", "agreements"),
    ]


@pytest.mark.parametrize(
    ("hour", "minute", "text"),
    [
        (8, 1, "just now"),
        (8, 2, "2 minutes ago"),
        (9, 59, "119 minutes ago"),
        (10, 0, "2 hours ago"),
    ],
)
def test_the_age_of_a_copy_is_told_in_the_largest_unit_of_which_there_are_two(
    hour: int, minute: int, text: str
) -> None:
    assert copy_age.ago(COPIED.exported_at, NOW.replace(hour=hour, minute=minute)) == text


def test_a_copy_is_old_after_so_many_hours() -> None:
    assert not copy_age.is_old(COPIED, NOW, 4)
    assert copy_age.is_old(COPIED, NOW.replace(hour=12, minute=0), 4)
