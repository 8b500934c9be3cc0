"""Closing days: one or several, confirmed before, a day at a time, stopped between two of them."""

from datetime import date
from typing import Any

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import InvalidState, LendingError
from lending_core.operations import console
from lending_core.operations.catching_up import await_close, catch_up
from lending_core.operations.day_reports import days_to_close, last_closable_on
from pages.ui import format as shown
from pages.ui import notices, operations_reads, panels, reads, session, tables
from pages.ui.text import t

# What this person asked to be closed: first and last day, and whether it is `asked` for, `closing`,
# or `ended`, at its end or before.
_PLAN_KEY = "operations_plan"
_CAME_TO = ("closed_on", "loans", "moves", "postings", "lines_frozen", "lines_opened")


def controls(actor: Actor) -> None:
    """Up to which day to close, for whoever may."""
    current, today = reads.book(), operations_reads.house_date()
    if not actor.may(Permission.CLOSE_DAY):
        return
    last_on = last_closable_on(current, today)
    with st.container(border=True, key="operations_close"):
        panels.heading(t("operations.close_title"), t("operations.close_note"))
        if last_on < current.open_on:
            st.markdown(t("operations.nothing_to_close", on=shown.day(current.open_on)))
            return
        with st.container(horizontal=True, vertical_alignment="bottom"):
            # With the open day in the key, the next day is offered after a close.
            to_on = st.date_input(
                t("operations.close_to"),
                min(_unfinished_to(current.business_on) or current.open_on, last_on),
                min_value=current.open_on,
                max_value=last_on,
                format="YYYY-MM-DD",
                key=f"operations_to_{shown.day(current.open_on)}",
                width=180,
            )
            if st.button(
                _asked(current.open_on, to_on),
                key="operations_close_ask",
                type="primary",
                icon=":material/event_available:",
            ):
                st.dialog(t("operations.confirm_title"))(_confirm)(current, to_on)


def run() -> None:
    """Closes what was confirmed, if anything. Whatever interrupts it ends it after a day."""
    plan = st.session_state.get(_PLAN_KEY)
    if plan is None or plan["state"] == "ended":
        return
    actor = session.require(Permission.CLOSE_DAY)
    if plan["state"] == "closing":
        # Another run of this page was interrupted, and may be with its last day still.
        await_close(session.store())
    else:
        _set(plan, "closing")
        try:
            _close(actor, plan["from_on"], plan["to_on"])
        except LendingError as refusal:
            notices.refused(refusal)
    _set(plan, "ended")
    # The date in the frame above has moved.
    st.rerun()


def outcome() -> None:
    """What the last close of this person came to, day by day, until it is put away."""
    plan = st.session_state.get(_PLAN_KEY)
    if plan is None:
        return
    done = operations_reads.days_closed_between(plan["from_on"], plan["to_on"])
    if done.is_empty():
        _put_away()
        return
    with st.container(border=True, key="operations_outcome"):
        is_whole = done["closed_on"].max() == plan["to_on"]
        text = t(f"operations.{'done' if is_whole else 'stopped'}", **_facts(done, plan))
        if is_whole:
            st.success(text, icon=":material/check:")
        else:
            st.warning(text, icon=":material/pause_circle:")
        tables.show(
            done,
            alt=t("operations.outcome_alt"),
            key="operations_outcome_days",
            columns=_CAME_TO,
        )
        st.button(
            t("operations.put_away"),
            key="operations_put_away",
            type="tertiary",
            icon=":material/close:",
            on_click=_put_away,
        )


def _asked(open_on: date, to_on: date) -> str:
    days = (to_on - open_on).days + 1
    if days == 1:
        return t("operations.close_one", on=shown.day(to_on))
    return t("operations.close_many", days=shown.count(days))


def _confirm(seen: console.Book, to_on: date) -> None:
    # The step is taken where the page is drawn anew; then the dialog has nothing left to ask.
    if notices.are_waiting() or _is_asked():
        st.rerun()
    days = days_to_close(seen, to_on, operations_reads.house_date())
    st.markdown(
        t(
            "operations.confirm_one" if days == 1 else "operations.confirm_many",
            days=shown.count(days),
            from_on=shown.day(seen.open_on),
            to_on=shown.day(to_on),
        )
    )
    if seen.is_simulated:
        st.caption(t("operations.confirm_simulated"))
    st.button(
        _asked(seen.open_on, to_on),
        key="operations_close_confirm",
        type="primary",
        on_click=_begin,
        args=(seen.open_on, to_on),
    )


def _begin(seen_on: date, to_on: date) -> None:
    """Begins with the day that the person saw: a day that was closed since is not closed again, and
    the next one is not closed unseen."""
    asked = {"from_on": seen_on, "to_on": to_on}
    plan = st.session_state.get(_PLAN_KEY) or asked
    current = console.book(session.store())
    # The same click twice goes on with the same days.
    is_again = plan.items() > asked.items()
    if seen_on <= current.business_on and not is_again:
        notices.refused(InvalidState("day_closed", on=seen_on, newest=current.business_on))
    else:
        _set(asked, "asked")


def _close(actor: Actor, from_on: date, to_on: date) -> None:
    days = (to_on - from_on).days + 1
    with st.container(border=True, key="operations_running"):
        panels.heading(t("operations.running_title"))
        done = (reads.book().business_on - from_on).days + 1
        bar = st.progress(min(done / days, 1.0), text=_progress_text(done, days))
        st.caption(t("operations.running_note"))
        # Any click draws the page anew, which ends this at the next report of progress: between two
        # days.
        st.button(t("operations.stop"), key="operations_stop", icon=":material/stop_circle:")

        def progress(on: date) -> None:
            closed = (on - from_on).days + 1
            bar.progress(closed / days, text=_progress_text(closed, days))

        catch_up(session.store(), actor, to_on, at=session.now(), progress=progress)


def _progress_text(done: int, days: int) -> str:
    return t("operations.progress", done=shown.count(done), days=shown.count(days))


def _facts(done: pl.DataFrame, plan: dict[str, Any]) -> dict[str, str]:
    days = (plan["to_on"] - plan["from_on"]).days + 1
    counted = {
        name: shown.count(int(done[name].sum()))
        for name in ("moves", "postings", "lines_frozen", "lines_opened")
    }
    return {
        **counted,
        "done": shown.count(done.height),
        "days": shown.count(days),
        "newest": shown.day(done["closed_on"].max()),  # type: ignore[arg-type]
    }


def _is_asked() -> bool:
    plan = st.session_state.get(_PLAN_KEY)
    return plan is not None and plan["state"] == "asked"


def _set(plan: dict[str, Any], state: str) -> None:
    st.session_state[_PLAN_KEY] = {**plan, "state": state}


def _unfinished_to(business_on: date) -> date | None:
    """Up to where the person wanted to close, where that is still to come."""
    plan = st.session_state.get(_PLAN_KEY)
    return plan["to_on"] if plan and plan["to_on"] > business_on else None


def _put_away() -> None:
    st.session_state.pop(_PLAN_KEY, None)
