"""Cached reads: one answer per question, never that of another."""

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from lending_core.access.permissions import Actor
from lending_core.operations.policy_replay import Window
from lending_core.store.engine import Store


def parts(_store: Store, _actor: Actor, _window: Window) -> str:
    """A report by the name of one of `policy_replay`."""
    return "another report"


def screen() -> None:
    import streamlit as st

    from lending_core.operations import policy_replay
    from lending_core.operations.policy_replay import Window
    from pages.ui import reads
    from tests.pages.ui.test_reads import parts

    st.text(reads.answer(policy_replay.parts, Window()))
    st.text(reads.answer(parts, Window()))


@pytest.mark.usefixtures("open_console")
def test_reports_of_one_name_are_two_questions(
    empty_book: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LENDING_DATABASE", str(empty_book))
    monkeypatch.setenv("LENDING_DEMO", "on")
    console = AppTest.from_function(screen)
    console.session_state["user_name"] = "lin"

    console.run()

    assert [bug.value for bug in console.exception] == []
    assert [text.value for text in console.text] == ["[]", "another report"]
