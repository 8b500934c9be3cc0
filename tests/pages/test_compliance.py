"""The screens of compliance: the register, a text, the published list; a loan's yearly cost."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from app import MENU
from lending_core.compliance.register import referred
from lending_core.errors import LANGUAGES
from lending_core.operations.compliance_reports import findings_of_rule, register_now
from lending_core.operations.compliance_runs import run_register
from pages.ui import links, session
from pages.ui.text import sentence, sentences
from tests.builders import ANALYST, APPROVER, AT, a_book
from tests.operations.compliance_rows import a_loan, write
from tests.pages import visits
from tests.pages.conftest import OpenConsole

PAGE = "pages/governance/compliance.py"
TEXT_PAGE = "pages/governance/marketing_text.py"
LIST_PAGE = "pages/governance/published_list.py"


@pytest.fixture(scope="module")
def found_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with a loan over longer than five years, over which the register has run."""
    path = tmp_path_factory.mktemp("rules") / "book.duckdb"
    store = a_book(path)
    with store.transaction() as transaction:
        write(transaction, a_loan(loan={"instalments": 61}))
    run_register(store, APPROVER, at=AT)
    store.close()
    return path


@pytest.fixture
def found_book(found_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(found_once, tmp_path / "book.duckdb"))


def faults(console: AppTest) -> list[str]:
    return [fault.value for fault in (*console.exception, *console.error)]


def said(console: AppTest) -> str:
    return "\n".join(line.value for line in (*console.markdown, *console.caption))


def test_a_finding_is_shown_and_waived_with_a_reason(
    open_console: OpenConsole, found_book: Path
) -> None:
    console = open_console(found_book, user_name="risk_approver", page=PAGE, rule="IL-05")
    before = visits.values(console)
    console.button(key="compliance_waived_whole").click().run()
    console.button(key="compliance_confirm_do_waived").click().run()
    refused = faults(console)
    console.button(key="compliance_waived_whole").click().run()
    console.text_area(key="compliance_words").set_value("Agreed with the lender")
    console.button(key="compliance_confirm_do_waived").click().run()

    assert refused[0].startswith("Say why")
    assert (before["Waived"], visits.values(console)["Waived"]) == ("0", "1")
    found = findings_of_rule(session.store(), ANALYST, "IL-05")
    assert found["standing"].to_list() == ["waived"]
    assert [bug.value for bug in console.exception] == []


def test_a_rule_is_attested_and_an_analyst_only_looks(
    open_console: OpenConsole, found_book: Path
) -> None:
    console = open_console(found_book, user_name="risk_approver", page=PAGE, rule="MK-03")
    console.button(key="compliance_attest").click().run()
    console.text_area(key="compliance_words").set_value("Link audit")
    console.button(key="compliance_confirm_do_attest").click().run()

    now = {each.rule.rule_id: each for each in register_now(session.store(), ANALYST)}
    assert now["MK-03"].standing == "attested"
    looked = open_console(found_book, user_name="analyst", page=PAGE, rule="IL-05", locale="zh-CN")
    assert looked.title[0].value == sentence("compliance.title", "zh")
    keys = [button.key for button in looked.button if button.key]
    assert [key for key in keys if key.startswith("compliance_")] == []
    assert faults(looked) == []


def test_a_text_is_read_and_its_faults_are_named(
    open_console: OpenConsole, found_book: Path
) -> None:
    console = open_console(found_book, user_name="analyst", page=TEXT_PAGE)
    console.button(key="marketing_example").click().run()

    rows = console.dataframe[0].value
    assert [fault.value for fault in console.error] == ["3 places break a rule."]
    assert list(rows["text_said"]) == ["Low threshold", "money in seconds", "Borrow"]
    console.text_area(key="marketing_text").set_value("贷款年化利率7.3%（单利）").run()
    assert len(console.success) == 1


def test_a_finding_leads_to_a_page_for_whoever_may_open_it() -> None:
    asked = {entry.script: entry.permission for entry in MENU}
    led = {page: permission for page, _, permission in links.SUBJECT_PAGES.values()}

    assert led == {page: asked[page] for page in led}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    ("document", "table"),
    [
        *(("cost_sheet", table) for table in ("cost_item", "cost_basis", "payee", "method")),
        ("publication", "lender_type"),
    ],
)
def test_papers_and_screens_have_the_same_names(document: str, table: str, language: str) -> None:
    paper = referred(f"{document}.toml#{table}")

    assert {code: words[language] for code, words in paper.items()} == {
        key.removeprefix(f"{table}."): words
        for key, words in sentences(language).items()
        if key.startswith(f"{table}.")
    }


def test_the_published_list_opens_in_both_languages(
    open_console: OpenConsole, found_book: Path
) -> None:
    console = open_console(found_book, user_name="analyst", page=LIST_PAGE, locale="zh-CN")

    assert "资金方" in said(console)
    assert faults(console) == []
