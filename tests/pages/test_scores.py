"""The score watched: verdict in words, its figures, one applicant explained, ways to the list."""

import shutil
from pathlib import Path

import pandas as pd
import pytest
from streamlit.testing.v1 import AppTest

from lending_core.access.permissions import SYSTEM
from lending_core.operations import reports, score_reports
from lending_core.operations.models import save_model
from lending_core.scoring import stability
from lending_core.store.engine import open_store
from lending_core.store.events import Moment
from pages.ui import session
from tests.builders import ANALYST, AT, BUSINESS_ON
from tests.pages.conftest import OpenConsole
from tests.pages.visits import opened
from tests.scoring.cards import a_card, a_feature

PAGE = "pages/risk/scores.py"


@pytest.fixture
def book(simulated_book: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(simulated_book, tmp_path / "book.duckdb"))


def first_version(console: AppTest) -> AppTest:
    return console.selectbox[0].set_value("1").run()


def judged(model_version: int) -> int:
    scored = score_reports.scored_applications(session.store(), ANALYST, model_version)
    return scored.filter("is_own")["is_bad"].count()


def save_rival(book: Path) -> None:
    """A second model, that reads one feature only."""
    store = open_store(book)
    with store.transaction() as transaction:
        rival = a_card(a_feature("inquiries_3m", [1.0, 3.0], [640, 600, 520, 500]))
        save_model(transaction, Moment(SYSTEM, BUSINESS_ON, AT), rival, note="rival")
    store.close()


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
    console = open_console(book, user_name="viewer")

    opened(console, PAGE, view="card", model_version="1")

    card = table_with(console, "bin")
    assert card.iloc[0][["feature", "bin", "points"]].to_list() == [
        "Credit inquiries, 3 months",
        "< 1",
        58,
    ]


def test_applicants_are_held_against_the_first_that_the_card_scored(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="viewer")

    opened(console, PAGE, view="stability", model_version="1")

    scored = score_reports.scored_applications(session.store(), ANALYST, 1)
    reference = stability.reference_of(None, scored)
    shift = stability.score_shift(scored, reference)
    figures = {metric.label: metric.value for metric in console.metric}
    inputs = table_with(console, "psi_ratio")
    assert [bug.value for bug in console.exception] == []
    assert figures["PSI"] == f"{shift.psi:.3f}"
    assert inputs["psi_ratio"].to_list() == sorted(inputs["psi_ratio"], reverse=True)


def test_two_models_are_compared_on_the_same_applications(
    open_console: OpenConsole, book: Path
) -> None:
    save_rival(book)
    console = open_console(book, user_name="viewer")

    opened(console, PAGE, view="compare", scope="all", model_version="1")

    cells = table_with(console, "first_promised_share")
    scored = score_reports.scored_applications(session.store(), ANALYST, 1)
    assert [bug.value for bug in console.exception] == []
    assert cells["applications"].sum() == scored.height
    assert cells["applications"][1] == cells["applications"][2] > 0


def test_segments_add_up_to_all_applications(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="viewer")

    opened(console, PAGE, view="segments", segment="channel", model_version="1")

    scored = score_reports.scored_applications(session.store(), ANALYST, 1)
    channels = table_with(console, "approval_share")
    assert channels["applicants"].sum() == scored.filter("is_own").height


def test_only_the_auditor_sees_groups_of_people(open_console: OpenConsole, book: Path) -> None:
    audited = opened(open_console(book, user_name="auditor"), PAGE, view="fairness")
    refused = opened(open_console(book, user_name="risk_maker"), PAGE, view="fairness")

    groups = table_with(audited, "impact_ratio")
    assert [bug.value for bug in audited.exception] == []
    assert groups["segment"].to_list() == ["Women", "Men"]
    assert [each.value for each in refused.dataframe if "impact_ratio" in each.value] == []


def test_a_book_without_a_scorecard_says_what_to_do(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book, user_name="lin", page=PAGE)

    assert [info.value for info in console.info] == [
        "This book has no scorecard yet. Simulate a book first."
    ]
