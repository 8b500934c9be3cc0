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
from tests.pages.visits import values
from tests.scoring.cards import a_card, a_feature

PAGE = "pages/risk/scores.py"


@pytest.fixture
def book(simulated_book: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(simulated_book, tmp_path / "book.duckdb"))


def first_version(console: AppTest) -> AppTest:
    return console.selectbox[0].set_value("1").run()


def boxes(console: AppTest) -> list[str]:
    """The boxes with words, by colour, the most serious first."""
    kinds = (console.error, console.warning, console.success, console.info)
    return [box.value for kind in kinds for box in kind]


def turned_to(console: AppTest, view: str) -> AppTest:
    return console.segmented_control(key="view_en").set_value(view).run()


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


def test_the_verdict_stands_first_in_words_over_its_own_applications(
    open_console: OpenConsole, book: Path
) -> None:
    console = first_version(open_console(book, user_name="viewer", page=PAGE))

    verdict = boxes(console)[0]
    figures = {metric.label: metric.value for metric in console.metric}
    assert [bug.value for bug in console.exception] == []
    assert verdict.startswith("**")
    assert "ersion 1" in verdict
    assert "95% interval" in verdict
    assert f"PSI {figures['PSI']}" in verdict
    assert figures["Loans judged"] == f"{judged(1):,}"


def test_another_language_says_the_same(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="viewer", page=PAGE, locale="zh-CN")

    assert [bug.value for bug in console.exception] == []
    assert console.title[0].value == "评分是否依然有效？在哪里失准？"


def test_an_applicant_is_explained_by_number_unless_nobody_has_it(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="viewer", page=PAGE)

    console.number_input(key="scores_application_id").set_value(1).run()

    features = reports.application_features(session.store(), ANALYST, 1)
    (lost,) = [each.value for each in console.table if "Below the best" in each.value]
    below = lost["Below the best"].astype(int).to_list()
    assert sorted(below, reverse=True) == below
    assert lost["Points"].astype(int).sum() == features["score"][0]

    console.number_input(key="scores_application_id").set_value(99_999_999).run()

    assert "99999999" in console.error[0].value


def test_a_link_to_application_0_opens_the_page_without_one(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="viewer", page=PAGE, application_id="0")

    assert [bug.value for bug in console.exception] == []
    assert console.number_input(key="scores_application_id").value is None


def test_each_part_of_the_screen_says_what_its_report_says(
    open_console: OpenConsole, book: Path
) -> None:
    card_view = {"view": "card", "segment": "channel"}
    console = open_console(book, user_name="viewer", page=PAGE, **card_view)

    card = table_with(console, "bin")
    inputs = table_with(turned_to(console, "stability"), "psi_ratio")
    channels = table_with(turned_to(console, "segments"), "approval_share")
    figures = values(console)

    scored = score_reports.scored_applications(session.store(), ANALYST, 1)
    reference = stability.reference_of(None, scored)
    assert reference is not None
    shift = stability.score_shift(scored, reference)
    assert shift is not None
    assert card.iloc[0][["feature", "bin", "points"]].to_list() == [
        "Credit inquiries, 3 months",
        "< 1",
        58,
    ]
    assert figures["PSI"] == f"{shift.psi:.3f}"
    assert inputs["psi_ratio"].to_list() == sorted(inputs["psi_ratio"], reverse=True)
    assert channels["applicants"].sum() == scored.filter("is_own").height


def test_two_models_are_compared_on_the_same_applications(
    open_console: OpenConsole, book: Path
) -> None:
    save_rival(book)
    compared = {"view": "compare", "scope": "all", "model_version": "1"}

    console = open_console(book, user_name="viewer", page=PAGE, **compared)

    cells = table_with(console, "first_promised_share")
    scored = score_reports.scored_applications(session.store(), ANALYST, 1)
    assert [bug.value for bug in console.exception] == []
    assert cells["applications"].sum() == scored.height
    assert cells["applications"][1] == cells["applications"][2] > 0


def test_only_the_auditor_sees_groups_of_people(open_console: OpenConsole, book: Path) -> None:
    audited = open_console(book, user_name="auditor", page=PAGE, view="fairness")
    refused = open_console(book, user_name="risk_maker", page=PAGE, view="fairness")

    groups = table_with(audited, "impact_ratio")
    assert [bug.value for bug in audited.exception] == []
    assert [box.value for box in audited.success if "The promise misses" in box.value] == []
    assert groups["segment"].to_list() == ["Women", "Men"]
    assert [each.value for each in refused.dataframe if "impact_ratio" in each.value] == []


def test_a_book_without_a_scorecard_says_what_to_do(
    open_console: OpenConsole, empty_book: Path
) -> None:
    console = open_console(empty_book, user_name="lin", page=PAGE)

    assert [info.value for info in console.info] == [
        "This book has no scorecard yet. Simulate a book first."
    ]
