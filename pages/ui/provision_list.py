"""The loans behind provisions, a page at a time, each leading to its page."""

from collections.abc import Sequence
from datetime import date

import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.operations.provision_lists import (
    LOAN_ORDERS,
    MOVED_ORDERS,
    Moved,
    Provided,
    ProvisionGroup,
    Selection,
    all_loans_of,
)
from pages.ui import format as shown
from pages.ui import links, panels, provision_reads, session, tables
from pages.ui.text import t

_COLUMNS = (
    "loan_id",
    "ecl_fen",
    "exposure_fen",
    "loss_share",
    "asset_class",
    "class_reason",
    "stage",
    "stage_reason",
    "days_past_due",
    "probability_12m_share",
    "allowance_fen",
    "product_code",
)
_MOVED_COLUMNS = (
    "loan_id",
    "stage_before",
    "stage_now",
    "moved_fen",
    "opening_loss_fen",
    "closing_loss_fen",
)


def loans(on: date, chosen: Selection) -> None:
    """The list to act on, the most expected loss first; a click leads to the loan."""
    group = Provided(on, chosen)
    rows = provision_reads.count_of(group)
    with st.container(border=True, key="provisions_list"):
        panels.heading(
            t("provisions.list_title", loans=shown.count(rows), on=shown.day(on)),
            t("provisions.list_note"),
        )
        if not rows:
            st.markdown(t("provisions.list_empty"))
            return
        loan_id = _listed(group, rows, "provisions", _COLUMNS, LOAN_ORDERS)
    _to_loan(loan_id)


def moved(on: date, part: str) -> None:
    """The loans behind a part of the movement; a click leads to the loan."""
    group = Moved(on, part)
    rows = provision_reads.count_of(group)
    with st.container(border=True, key="provisions_moved_loans"):
        panels.heading(
            t(
                "provisions.behind_title",
                part=t(f"movement_part.{part}"),
                loans=shown.count(rows),
            ),
            t("provisions.behind_note"),
        )
        if not rows:
            st.markdown(t("provisions.behind_none"))
            return
        loan_id = _listed(group, rows, f"provisions_{part}", _MOVED_COLUMNS, MOVED_ORDERS)
    _to_loan(loan_id)


def _listed(
    group: ProvisionGroup, rows: int, key: str, columns: Sequence[str], sortable: Sequence[str]
) -> int | None:
    store, actor = session.store(), session.require(Permission.VIEW_BOOK)
    return tables.paged(
        tables.Paged(
            rows=rows,
            read=lambda asked: provision_reads.loans_of(group, asked),
            everything=lambda order: all_loans_of(store, actor, group, order),
            id_column=links.loan_rows(),
        ),
        alt=t("provisions.list_alt"),
        key=key,
        columns=columns,
        sortable=sortable,
    )


def _to_loan(loan_id: int | None) -> None:
    if loan_id is not None:
        asked = links.filters() | {"loan_id": [str(loan_id)]}
        st.switch_page(links.loan_page(), query_params=asked)
