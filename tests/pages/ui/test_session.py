"""Who is here, also where a part of a page runs by itself."""

from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest


def an_open_dialog() -> None:
    """A part of a page that reads, as the framework runs it: without the entry before it."""
    import streamlit as st
    from streamlit.runtime.scriptrunner import get_script_run_ctx

    from pages.ui import session

    if "user_name" not in st.session_state:
        st.write("the way in")
        st.stop()
    run = get_script_run_ctx()
    if run is not None:
        run.fragment_ids_this_run = ["dialog"]
    st.write(session.store().path().name)


@pytest.mark.parametrize(("user_name", "seen"), [("wei", "empty.duckdb"), ("closed", "the way in")])
def test_a_dialog_that_stayed_open_reads_nothing_for_who_is_here_no_more(
    empty_book: Path, monkeypatch: pytest.MonkeyPatch, user_name: str, seen: str
) -> None:
    monkeypatch.setenv("LENDING_DATABASE", str(empty_book))
    monkeypatch.setenv("LENDING_DEMO", "on")
    st.cache_resource.clear()
    console = AppTest.from_function(an_open_dialog)
    console.session_state["user_name"] = user_name

    console.run()

    st.cache_resource.clear()
    assert [each.value for each in console.markdown] == [seen]
