"""Whom to call: the loans behind what was clicked, a page at a time, each leading to its page."""

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.operations.overdue import SORTABLE, all_loans_of
from pages.ui import collection_ways, late_choice, late_reads, links, panels, session, tables
from pages.ui import format as shown
from pages.ui.late_choice import Choice
from pages.ui.late_filters import Selection
from pages.ui.text import t

_OF_LENT = ("loan_id", "name", "phone")
# A lake names nobody.
_OF_LAKE = ("loan_id",)
_OF_TAPE = ("reference",)
_COLUMNS = (
    "principal_fen",
    "overdue_fen",
    "days_past_due",
    "bucket",
    "product_code",
    "region_code",
    "funder_code",
    "band",
    "disbursed_on",
)

_SORTABLE = {
    "principal_fen": SORTABLE,
    "loans": ("days_past_due", *(name for name in SORTABLE if name != "days_past_due")),
}


def show(choice: Choice, asked: Selection) -> None:
    """The list under its title; a click on a row opens the loan."""
    with st.container(border=True, key="overdue_loans_list"):
        loan_id = _listed(choice, asked)
        collection_ways.queue(session.require(Permission.VIEW_BOOK), asked.buckets)
    if loan_id is not None:
        asked_for = links.filters() | {"loan_id": [str(loan_id)]}
        st.switch_page(links.loan_page(), query_params=asked_for)


def _listed(choice: Choice, asked: Selection) -> int | None:
    rows = late_reads.count_of(choice.group)
    title = t(choice.title, loans=shown.count(rows), **choice.facts)
    panels.heading(title, t("overdue_loans.list_note"))
    if choice.is_clicked:
        st.button(
            t("overdue_loans.list_all"),
            icon=":material/undo:",
            key="overdue_loans_forget",
            on_click=late_choice.forget,
            type="tertiary",
        )
    if not rows:
        st.markdown(t("overdue_loans.list_empty"))
        return None
    store, actor = session.store(), session.require(Permission.VIEW_BOOK)
    # Of what the house lent all is known; a tape may tell none of a column.
    is_lent = session.kind() == "lent"
    told = _COLUMNS if is_lent else late_reads.told_of(choice.group, _COLUMNS)
    of_lent = _OF_LAKE if session.is_reading() else _OF_LENT
    return tables.paged(
        tables.Paged(
            rows=rows,
            read=lambda which: late_reads.loans_of(choice.group, which),
            everything=lambda order: all_loans_of(store, actor, choice.group, order),
            id_column=links.loan_rows(),
        ),
        alt=t("overdue_loans.list_alt"),
        key="overdue_loans",
        columns=(*(of_lent if is_lent else _OF_TAPE), *told),
        sortable=[
            name for name in _SORTABLE[asked.weight] if is_lent or name in (*told, "loan_id")
        ],
    )
