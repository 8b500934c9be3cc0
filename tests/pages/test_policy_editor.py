"""The policy's draft at the screen: kept as typed, undone, moved, taken from a file, shared.

The tables and what stands above them alone, without the replay beside them.
"""

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from lending_core.operations.policy_drafts import DraftContent, close_draft, draft
from lending_core.policy.document import opening_policy, policy_text
from pages.ui import session
from tests.builders import AT, MAKER

BAND_C = 2

OpenDesk = Callable[..., AppTest]


def desk() -> None:
    """What the page does around the draft, in its order."""
    import streamlit as st

    from pages.ui import (
        policy_conflict,
        policy_desk,
        policy_draft,
        policy_editor,
        session,
    )
    from pages.ui.policy_text import wrong_cell_text

    actor = session.actor()
    policy_draft.ensure(1)
    place = st.container()
    policy_desk.notes(actor)
    policy_editor.show()
    policy_draft.settle(actor)
    draft = policy_draft.read()
    said = policy_draft.said()
    st.error(said[1]) if said else None
    st.info(f"{draft.version}:{draft.changed_cells}")
    st.info(f"refused: {wrong_cell_text(draft.refusal, draft.rows)}") if draft.refusal else None
    policy_conflict.show(actor)
    policy_desk.show(actor, draft, 1, place)


@pytest.fixture
def open_desk(
    simulated_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[OpenDesk]:
    """Opens the desk over one copy of the simulated book, as another browser each time."""
    book = shutil.copy(simulated_book, tmp_path / "book.duckdb")
    monkeypatch.setenv("LENDING_DATABASE", str(book))
    monkeypatch.setenv("LENDING_DEMO", "on")

    def opened(user_name: str = "risk_maker", **query: str) -> AppTest:
        console = AppTest.from_function(desk, default_timeout=30)
        console.session_state["user_name"] = user_name
        console.session_state["language"] = "en"
        for name, value in query.items():
            console.query_params[name] = value
        return console.run()

    st.cache_resource.clear()
    st.cache_data.clear()
    yield opened
    st.cache_resource.clear()
    st.cache_data.clear()


def typed(console: AppTest, table: str, **edits: Any) -> AppTest:
    """What a person did in a grid since it appeared: edited_rows, added_rows, deleted_rows."""
    (grid,) = [each for each in console.data_editor if f"_{table}_" in str(each.key)]
    nothing: dict[str, Any] = {"edited_rows": {}, "added_rows": [], "deleted_rows": []}
    console.session_state[str(grid.key)] = nothing | edits
    return console.run()


def limit_of_band_c(console: AppTest, yuan: float) -> AppTest:
    return typed(console, "band", edited_rows={BAND_C: {"limit_person_fen": yuan}})


def click(console: AppTest, name: str) -> AppTest:
    return console.button(key=f"limit_policies_{name}").click().run()


def kept(draft_id: int = 1) -> DraftContent:
    return draft(session.store(), MAKER, draft_id)


def band_c(draft_id: int = 1) -> int:
    return int(kept(draft_id).rows["band"][BAND_C]["limit_person_fen"])


def texts(console: AppTest) -> str:
    return "\n".join(each.value for each in (*console.markdown, *console.warning, *console.info))


def test_a_draft_is_kept_as_it_is_typed_and_taken_up_by_its_address(open_desk: OpenDesk) -> None:
    console = limit_of_band_c(open_desk(), 60_000.0)
    console.text_area[0].set_value("Is C too small?").run()
    again = open_desk(draft="1")

    assert console.query_params["draft"] == "1"
    assert (band_c(), kept().content.note) == (6_000_000, "Is C too small?")
    assert "1:1" in texts(again)
    assert again.text_area[0].value == "Is C too small?"


def test_rows_come_and_go_and_every_step_is_undone_and_done_again(open_desk: OpenDesk) -> None:
    console = limit_of_band_c(open_desk(), 60_000.0)
    typed(console, "gate", deleted_rows=[5], added_rows=[{"feature": "age_years", "value": "58"}])
    gates = kept().rows["gate"]

    click(console, "undo")
    once = (band_c(), len(kept().rows["gate"]))
    click(console, "undo")
    twice = band_c()
    click(console, "redo")

    codes = [row["code"] for row in gates]
    assert (codes[-1], gates[-1]["value"], "bad_status_24m" in codes) == (
        "own_age_years_1",
        "58",
        False,
    )
    assert (once, twice, band_c()) == ((6_000_000, len(gates)), 5_000_000, 6_000_000)


def test_quick_moves_and_files_are_steps_of_the_draft(open_desk: OpenDesk) -> None:
    console = open_desk()
    broken = policy_text(opening_policy()).replace("score_from = 705", "score_from = -1")
    whole = policy_text(opening_policy()).replace("755", "760", 1)

    console.slider[0].set_value(120).run()
    moved = [row["limit_person_fen"] for row in kept().rows["band"][:3]]
    console.file_uploader[0].upload("policy.toml", broken.encode(), "application/toml").run()
    refused = [error.value for error in console.error]
    console.file_uploader[0].upload("policy.toml", whole.encode(), "application/toml").run()

    assert moved == [18_000_000, 9_600_000, 6_000_000]
    assert refused == ["Policy, band[2].score_from: enter a number from 0 to 2000."]
    assert [row["score_from"] for row in kept().rows["band"][:2]] == [760, 705]
    assert band_c() == 5_000_000


def test_the_second_of_two_people_sees_both_changes_and_loses_none(open_desk: OpenDesk) -> None:
    first = limit_of_band_c(open_desk(), 60_000.0)
    second = open_desk(draft="1")
    limit_of_band_c(first, 65_000.0)

    typed(second, "gate", edited_rows={0: {"value": "21"}})
    told, saved_meanwhile = texts(second), kept().revision
    click(second, "put_on_top")

    assert "¥60,000 → ¥65,000" in told
    assert "18 years → 21 years" in told
    assert saved_meanwhile == 3
    assert (band_c(), kept().rows["gate"][0]["value"]) == (6_500_000, "21")

    typed(first, "gate", edited_rows={1: {"value": "65"}})
    click(first, "keep_apart")

    assert (kept(2).rows["gate"][1]["value"], kept(2).rows["gate"][0]["value"]) == ("65", "18")
    assert kept().rows["gate"][1]["value"] == "60"
    assert first.query_params["draft"] == "2"


def test_what_is_typed_into_a_draft_that_ended_goes_on_as_another(open_desk: OpenDesk) -> None:
    console = limit_of_band_c(open_desk(), 60_000.0)
    close_draft(session.store(), MAKER, 1, at=AT)

    limit_of_band_c(console, 61_000.0)

    assert "was submitted or put away" in console.error[0].value
    assert (band_c(1), band_c(2)) == (6_000_000, 6_100_000)
    assert console.query_params["draft"] == "2"


def test_an_unnamed_band_is_refused_where_it_stands(open_desk: OpenDesk) -> None:
    console = typed(open_desk(), "band", edited_rows={BAND_C: {"name": " "}})

    assert "refused: Policy, Score bands, —, Band: fill in a value." in texts(console)


def test_a_viewer_plays_and_undoes_without_keeping_anything(open_desk: OpenDesk) -> None:
    limit_of_band_c(open_desk(), 60_000.0)
    console = limit_of_band_c(open_desk("viewer", draft="1"), 61_000.0)
    played = texts(console)

    click(console, "undo")

    assert ("1:1" in played, "1:1" in texts(console)) == (True, True)
    assert "draft" not in console.query_params
    assert (band_c(), kept().revision) == (6_000_000, 2)


def test_an_address_without_a_draft_says_so(open_desk: OpenDesk) -> None:
    console = open_desk(draft="77")

    assert [error.value for error in console.error] == ["There is no draft 77."]
    assert "draft" not in console.query_params
