"""Models on the screen: signed off, appointed, tried silently, taken in, by whoever may."""

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lending_core.operations.origination import submit_application
from lending_core.scoring.document import to_json
from pages.ui import session
from tests.builders import ANALYST, AT, a_book, a_submission
from tests.operations.models import a_card, challenger, saved, statuses
from tests.pages.conftest import OpenConsole
from tests.pages.visits import opened

PAGE = "pages/risk/models.py"


@pytest.fixture(scope="module")
def book_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Decided by the expert's card; model 2 waits for validation, model 3 scores silently."""
    database = tmp_path_factory.mktemp("models") / "book.duckdb"
    store = a_book(database)
    submit_application(store, ANALYST, a_submission(), key="first", at=AT)
    saved(store)
    challenger(store, a_card(extra_points=5))
    store.close()
    return database


@pytest.fixture
def book(book_once: Path, tmp_path: Path) -> Path:
    return Path(shutil.copy(book_once, tmp_path / "book.duckdb"))


def texts(console: AppTest) -> str:
    return "\n".join(each.value for each in (*console.markdown, *console.subheader))


def keys(console: AppTest) -> list[str | None]:
    return [button.key for button in console.button]


def take(console: AppTest, step: str, version: int, reason: str) -> AppTest:
    """Opens the dialog of a step, says why and confirms."""
    console.button(key=f"models_{step}").click().run()
    console.text_area(key=f"models_reason_{step}_{version}").set_value(reason)
    return console.button(key=f"models_{step}_confirm").click().run()


def test_a_model_is_signed_off_with_a_reason_and_then_decides(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="risk_approver", page=PAGE, model_version="2")
    before = texts(console)

    take(console, "validated", 2, "  ")
    refused = [error.value for error in console.error]
    take(console, "validated", 2, "checked on later months")
    take(console, "champion", 2, "better on later months")

    assert [bug.value for bug in console.exception] == []
    assert "A model waits for your validation" in before
    assert refused == ["Write why, in up to 500 characters."]
    assert "**Model 2** since 2026-11-01, put there by Risk approver" in texts(console)
    assert "**Validated**, Risk approver: checked on later months" in texts(console)
    assert statuses(session.store()) == {1: "validated", 2: "champion", 3: "challenger"}


def test_a_challenger_scores_the_past_with_progress(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="risk_approver", page=PAGE, model_version="3")

    console.button(key="models_score_past").click().run()

    assert [done.value for done in console.success] == ["Model 3 scored 1 past applications."]
    assert "Scored 1 applications silently." in texts(console)
    assert "models_score_past" not in keys(console)


def test_a_maker_trains_but_signs_nothing_off(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="risk_maker", page=PAGE, model_version="2")
    offered, before = keys(console), texts(console)

    console.number_input(key="models_grey_from_days").set_value(60)
    console.button(key="models_train").click().run()
    impossible = len(console.error)
    console.number_input(key="models_grey_from_days").set_value(None)
    console.button(key="models_train").click().run()

    assert [bug.value for bug in console.exception] == []
    assert {"models_validated", "models_champion", "models_retired"} & set(offered) == set()
    # The expert's card is all there is to fall back on, and it decides.
    assert "models_switch" not in offered
    assert "A risk approver validates what waits." in before
    assert impossible == 1
    assert [error.value for error in console.error] == [
        "Training needs at least 120 bad and 50 good loans with a known outcome; there are 0 and 0."
    ]


def test_a_viewer_reads_in_chinese_and_changes_nothing(
    open_console: OpenConsole, book: Path
) -> None:
    console = open_console(book, user_name="viewer", locale="zh-CN")
    opened(console, PAGE, model_version="1")

    assert [bug.value for bug in console.exception] == []
    assert "模型 1：评分卡，冠军" in texts(console)
    assert "与存证台账保存时一致" in texts(console)
    assert [key for key in keys(console) if key and key.startswith("models")] == []


def test_a_model_file_is_taken_in(open_console: OpenConsole, book: Path) -> None:
    console = open_console(book, user_name="risk_maker", page=PAGE)
    file = ("card.json", to_json(a_card(extra_points=9)).encode(), "application/json")

    console.file_uploader(key="models_import_file").set_value(file)
    console.button[-1].click().run()

    assert console.success[0].value.startswith("Model 4 is taken in.")
    assert "Model 4: Scorecard, In development" in texts(console)
