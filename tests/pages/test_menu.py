"""The menu: every page is where it says, asks for what it says, and opens without a single row."""

import ast
from pathlib import Path

import pytest

from app import MENU, MenuEntry, seen_by
from lending_core.access.accounts import STAFF_ROLES
from lending_core.access.permissions import GRANTS, Actor, Role
from lending_core.errors import NotAllowed
from lending_core.settings import PROJECT_ROOT
from pages.ui.text import sentence
from tests.pages.conftest import OpenConsole

ACCOUNTS = {
    "lin": Role.VIEWER,
    "wei": Role.ANALYST,
    "zhou": Role.RISK_MAKER,
    "gao": Role.ADMINISTRATOR,
    "shen": Role.RISK_APPROVER,
    "bin": Role.FUNDER,
}
PAGES = [pytest.param(entry, id=entry.script) for entry in MENU]


def permission_asked(script: str) -> str:
    """`VIEW_BOOK` of the page's first line, `session.require(Permission.VIEW_BOOK)`."""
    tree = ast.parse((PROJECT_ROOT / script).read_text("utf-8"))
    asked = [
        ast.unparse(node.args[0])
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and ast.unparse(node.func) == "session.require"
    ]
    return asked[0].removeprefix("Permission.")


def account_with(entry: MenuEntry) -> str:
    return next(name for name, role in ACCOUNTS.items() if entry.permission in GRANTS[role])


def test_every_page_of_the_folders_is_in_the_menu() -> None:
    scripts = {
        path.relative_to(PROJECT_ROOT).as_posix()
        for path in (PROJECT_ROOT / "pages").glob("*/*.py")
        if path.parent.name != "ui"
    }

    assert {entry.script for entry in MENU} == scripts


def test_every_page_has_its_own_address() -> None:
    addresses = [Path(entry.script).stem for entry in MENU]

    assert sorted(set(addresses)) == sorted(addresses)


@pytest.mark.parametrize("entry", PAGES)
def test_a_page_asks_for_the_permission_that_the_menu_says(entry: MenuEntry) -> None:
    assert permission_asked(entry.script) == entry.permission.name


@pytest.mark.parametrize("entry", PAGES)
def test_a_page_opens_over_a_book_without_a_single_row(
    open_console: OpenConsole, empty_book: Path, entry: MenuEntry
) -> None:
    console = open_console(empty_book, user_name=account_with(entry), page=entry.script)

    assert [bug.value for bug in console.exception] == []


@pytest.mark.parametrize("role", STAFF_ROLES)
def test_a_role_sees_exactly_the_pages_with_its_permissions(role: Role) -> None:
    seen = seen_by(Actor("somebody", role), "lent")

    assert seen == [
        entry for entry in MENU if entry.permission in GRANTS[role] and "lent" in entry.books
    ]


def test_a_page_of_another_role_says_so_and_nothing_else(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book, user_name="lin", page="pages/governance/events.py")

    needed = sentence("permission.view_events", "en")
    refusal = NotAllowed("not_allowed", role=sentence("role.viewer", "en"), permission=needed)
    assert console.error[0].value == refusal.text("en")
    assert len(console.title) == 0
    assert len(console.dataframe) == 0


@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_entry_has_a_title_of_its_own(language: str) -> None:
    titles = [sentence(entry.title, language) for entry in MENU]

    assert sorted(set(titles)) == sorted(titles)
