"""The score watched: verdict in words, its figures, one applicant explained, ways to the list."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lending_core.operations import reports
from pages.ui import session
from tests.builders import ANALYST
from tests.pages.conftest import OpenConsole

PAGE = "pages/risk/scores.py"


@pytest.fixture
def book(simulated_book: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(simulated_book, tmp_path / "book.duckdb"))


def first_version(console: AppTest) -> AppTest:
    return console.selectbox[0].set_value("1").run()


def judged(model_version: int) -> int:
    outcomes = reports.scored_outcomes(session.store(), ANALYST, model_version)
    return outcomes["is_bad"].count()


def table_with(console: AppTest, column: str) -> pd.DataFrame:
    (table,) = [each.value for each in console.dataframe if column in each.value]
    return table


def test_the_verdict_stands_first_in_words(open_console: OpenConsole, book: Path) -> None:
    console = first_version(open_console(book, user_name="viewer", page=PAGE))

    (verdict,) = [*console.success, *console.warning]
    assert [bug.value for bug in console.exception] == []
    assert "Version 1 separates good from bad" in verdict.value
    assert "95% interval" in verdict.value
    assert "PSI" in verdict.value


def test_a_version_is_judged_on_its_own_applications(open_console: OpenConsole, book: Path) -> None:
    console = first_version(open_console(book, user_name="viewer", page=PAGE))

    figures = {metric.label: metric.value for metric in console.metric}
    assert figures["Loans judged"] == f"{judged(1):,}"


def test_another_language_says_the_same(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="viewer", page=PAGE, locale="zh-CN")

    assert [bug.value for bug in console.exception] == []
    assert console.title[0].value == "评分是否依然有效？在哪里失准？"


def test_an_applicant_is_explained_by_number(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="viewer", page=PAGE)

    console.number_input(key="scores_application_id").set_value(1).run()

    lost = table_with(console, "points_lost")
    features = reports.application_features(session.store(), ANALYST, 1)
    assert sorted(lost["points_lost"], reverse=True) == lost["points_lost"].to_list()
    assert lost["points"].sum() == features["score"][0]


def test_a_number_that_nobody_has_is_refused(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="viewer", page=PAGE)

    console.number_input(key="scores_application_id").set_value(99_999_999).run()

    assert "99999999" in console.error[0].value


def test_the_card_shows_every_bin_by_its_name(open_console: OpenConsole, book: Path) -> None:
    console = first_version(open_console(book, user_name="viewer", page=PAGE))

    card = table_with(console, "bin")
    assert card.iloc[0][["feature", "bin", "points"]].to_list() == [
        "Credit inquiries, 3 months",
        "< 1",
        58,
    ]


def test_a_book_without_a_scorecard_says_what_to_do(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book, user_name="lin", page=PAGE)

    assert [info.value for info in console.info] == [
        "This book has no scorecard yet. Simulate a book first."
    ]
