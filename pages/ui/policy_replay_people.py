"""A replay person by person: who stands behind a bar, who gains and who loses."""

import polars as pl
import streamlit as st

from lending_core.policy.replay_people import EFFECTS, GAINS, LOSSES, Cell
from pages.ui import format as shown
from pages.ui import links, panels, tables
from pages.ui.policy_replay_names import cell_name
from pages.ui.policy_replay_reads import Replay
from pages.ui.text import t

_CELL_KEY = "policy_replay_cell"
_COLUMNS = (
    "application_id",
    "today_outcome",
    "draft_outcome",
    "today_limit_fen",
    "draft_limit_fen",
    "evidence",
    "product_code",
    "score",
    "applied_on",
    "today_rate",
    "draft_rate",
    "today_drawn_fen",
    "draft_drawn_fen",
)
_AFFECTED_COLUMNS = ("application_id", "effect", *_COLUMNS[1:])


def choose(cell: Cell) -> None:
    """Keeps the cell that was clicked."""
    st.session_state[_CELL_KEY] = vars(cell)


def clicked(found: Replay) -> None:
    """The people behind the bar that was clicked, those with the highest limits first."""
    kept = st.session_state.get(_CELL_KEY)
    if kept is None:
        return
    cell = Cell(**kept)
    applicants, total = found.people(cell)
    with st.container(border=True, key="policy_replay_cell_list"):
        panels.heading(
            t("policy_replay.cell_title", cell=cell_name(cell)), t("policy_replay.cell_note")
        )
        if applicants.is_empty():
            panels.empty(t("policy_replay.cell_empty"))
        else:
            _list(applicants, _COLUMNS, total, key="policy_replay_cell_people")
        st.button(
            t("policy_replay.cell_close"),
            key="policy_replay_cell_close",
            on_click=_forget,
            type="tertiary",
            icon=":material/close:",
        )


def winners_and_losers(found: Replay) -> None:
    """Who fares better and who worse, counted in full; the list leads to each application."""
    panels.heading(t("policy_replay.affected_title"), t("policy_replay.affected_note"))
    total = sum(found.effects.values())
    if total == 0:
        panels.empty(t("policy_replay.nobody_affected"))
        return
    st.markdown(_counted(GAINS, found.effects, "policy_replay.gain"))
    st.markdown(_counted(LOSSES, found.effects, "policy_replay.lose"))
    effects = {code: t(f"policy_replay.effect.{code}") for code in EFFECTS}
    named = found.affected.with_columns(pl.col("effect").replace(effects))
    _list(named, _AFFECTED_COLUMNS, total, key="policy_replay_affected")


def _list(applicants: pl.DataFrame, columns: tuple[str, ...], total: int, *, key: str) -> None:
    rows, alt = _readable(applicants), t("policy_replay.list_alt")
    chosen, number = None, links.application_rows()
    if number is None:
        tables.show(rows, alt=alt, key=key, columns=columns)
    else:
        chosen = tables.selectable(rows, number, alt=alt, key=key, columns=columns)
    if total > applicants.height:
        facts = {"rows": shown.count(applicants.height), "total": shown.count(total)}
        st.caption(t("policy_replay.most", **facts))
    if chosen is not None:
        st.switch_page(links.APPLICATION_PAGE, query_params={"application_id": str(chosen)})


def _readable(applicants: pl.DataFrame) -> pl.DataFrame:
    outcomes = {code: t(f"outcome.{code}") for code in ("approve", "review", "decline")}
    return applicants.with_columns(
        pl.col("today_outcome", "draft_outcome").replace(outcomes),
        today_drawn_fen="today_expected_drawn_fen",
        draft_drawn_fen="draft_expected_drawn_fen",
    )


def _counted(effects: tuple[str, ...], counts: dict[str, int], key: str) -> str:
    said = [
        t(
            "policy_replay.effect_count",
            effect=t(f"policy_replay.effect.{effect}"),
            count=shown.count(counts[effect]),
        )
        for effect in effects
        if counts[effect]
    ]
    total = shown.count(sum(counts[effect] for effect in effects))
    detail = t("policy_replay.list_separator").join(said)
    return t(key, total=total, detail=f"({detail})" if detail else "")


def _forget() -> None:
    st.session_state.pop(_CELL_KEY, None)
