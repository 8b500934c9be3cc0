"""The parts of a lender's own screens: its loans, its months, one loan, and its proofs."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import streamlit as st

from lending_core.access.permissions import Actor
from lending_core.errors import LendingError
from lending_core.ledger import verify
from lending_core.operations import own_funding, own_proofs
from pages.ui import facts, funding_own_reads, inputs, links, panels, session, tables
from pages.ui import format as shown
from pages.ui.charts.series import lines
from pages.ui.panels import KeyFigure
from pages.ui.text import headline, person_name, refusal_text, t

_COLUMNS = (
    *("loan_id", "product_code", "region_code", "band", "disbursed_on", "annual_rate"),
    *("share_role", "share_fen", "owed_fen", "days_past_due", "bucket", "share_standing"),
)
_FACTS = (
    *("loan_id", "product_code", "region_code", "band", "disbursed_on", "annual_rate", "method"),
    *("instalments", "lent_fen", "share_role", "share_fen", "owed_fen", "days_past_due"),
    *("bucket", "next_due_on", "share_standing"),
)
_MONTHS = (
    *("month_end_on", "loans", "owed_fen", "late_loans", "late_fen", "late_30_fen", "late_90_fen"),
)
_LATE = ("any_late_share", "late_30_share", "late_90_share")
# What is owed most comes first unless the person asks otherwise.
_SORTABLE = (*("owed_fen", "days_past_due", "share_fen", "disbursed_on", "annual_rate", "loan_id"),)
_JSON = "application/json"


def figures(months: pl.DataFrame) -> None:
    """What the lender is owed, how much of it is late, and what it may still lend."""
    room = funding_own_reads.room()
    newest = months.row(-1, named=True) if months.height else dict.fromkeys(_MONTHS, 0)
    owed = newest["owed_fen"]
    panels.key_figures(
        [
            _money("owed", owed),
            KeyFigure(t("own_funding.loans"), shown.count(newest["loans"])),
            _share("late", newest["late_fen"], owed),
            _share("late_30", newest["late_30_fen"], owed),
            _share("late_90", newest["late_90_fen"], owed),
            _money("room", room["room_fen"]),
        ]
    )


def lateness(months: pl.DataFrame) -> None:
    """What the lender is owed at each month end, and how much of it is late."""
    late = int(months["late_30_fen"][-1])
    panels.chart(
        lines(_shares(months), "month_end_on", _LATE, "share", session.language()),
        t("own_funding.months_title"),
        alt=t("own_funding.months_alt", late=shown.money(late)),
        key="own_months_chart",
        note=t("own_funding.months_note"),
    )


def month_table(months: pl.DataFrame) -> None:
    """The month ends in rows, the newest first."""
    with st.container(border=True, key="own_months_list"):
        panels.heading(t("own_funding.month_rows_title"))
        tables.show(
            months.sort("month_end_on", descending=True),
            alt=t("own_funding.month_rows_title"),
            key="own_months",
            columns=_MONTHS,
        )


def listed(actor: Actor) -> int | None:
    """The lender's loans, a page at a time; returns the one clicked."""
    with st.container(border=True, key="own_loans_list"):
        panels.heading(t("own_funding.list_title"), t("own_funding.list_note"))
        rows = funding_own_reads.count_loans()
        if not rows:
            st.markdown(t("own_funding.list_empty"))
            return None
        store = session.store()
        return paged(
            tables.Paged(
                rows=rows,
                read=lambda asked: coded(funding_own_reads.loans(asked)),
                everything=lambda order: map(coded, own_funding.all_own_loans(store, actor, order)),
                id_column="loan_id",
            ),
            "own_loans",
        )


def paged(found: tables.Paged, key: str) -> int | None:
    """Loans with a lender's share, a page at a time; returns the one clicked."""
    loan_id: int | None = tables.paged(
        found, alt=t("own_funding.list_title"), key=key, columns=_COLUMNS, sortable=_SORTABLE
    )
    return loan_id


def one(loan_id: int) -> None:
    """One loan of the lender's, and its proof; of another's, that there is none."""
    try:
        loan = funding_own_reads.loan(loan_id)
    except LendingError as refusal:
        st.error(refusal_text(refusal))
        return
    with st.container(border=True, key="own_loan"):
        panels.heading(t("own_funding.loan_title", loan_id=loan_id), t("own_funding.loan_note"))
        told = {**loan, "share_role": loan["role"], "share_standing": loan["standing"]}
        facts.listed(told, _FACTS, alt=t("own_funding.loan_title", loan_id=loan_id))
        st.page_link(
            links.OWN_PROOFS_PAGE,
            label=t("own_funding.way_proof"),
            icon=":material/verified:",
            query_params={"loan_id": str(loan_id)},
        )


def proof(actor: Actor) -> None:
    """Asks for a loan, and gives the proof that it stands in the ledger."""
    with st.container(border=True, key="own_proof"):
        panels.heading(t("own_funding.proof_title"), t("own_funding.proof_note"))
        with st.container(horizontal=True, vertical_alignment="bottom"):
            asked = inputs.whole_in_url("loan_id") or 1
            loan_id = st.number_input(
                t("column.loan_id"), min_value=1, value=asked, step=1, key="own_proof_loan"
            )
            if st.button(t("own_funding.prove"), key="own_prove", icon=":material/fact_check:"):
                _prove(actor, int(loan_id))
        with st.container(horizontal=True):
            _file("own_head", "signed-head.json", lambda: _head(actor))
            _file("own_key", "ledger-key.pem", lambda: own_proofs.own_key(session.store(), actor))
            _file("own_program", "verify.py", Path(verify.__file__).read_bytes)
        st.caption(t("own_funding.proof_how"))


def heads(given: pl.DataFrame) -> None:
    """The signed heads that the house gave the lender."""
    with st.container(border=True, key="own_heads"):
        panels.heading(t("own_funding.heads_title"), t("own_funding.heads_note"))
        if given.is_empty():
            st.markdown(t("own_funding.heads_none"))
            return
        names = [person_name(name) for name in given["given_by"]]
        tables.show(
            given.with_columns(actor=pl.Series(names, dtype=pl.String)),
            alt=t("own_funding.heads_title"),
            key="own_heads_table",
            columns=("block_number", "recorded_at", "actor"),
        )


def _prove(actor: Actor, loan_id: int) -> None:
    try:
        with st.spinner(t("own_funding.proving")):
            found = own_funding.own_proof(session.store(), actor, loan_id)
    except LendingError as refusal:
        st.error(refusal_text(refusal))
        return
    content = json.dumps(found).encode()
    _file("own_proof_file", f"loan-{loan_id}.proof.json", lambda: content)
    st.caption(t("own_funding.proved", rows=len(found["rows"]), waiting=found["waiting"]))


def _head(actor: Actor) -> bytes:
    return json.dumps(own_proofs.own_head(session.store(), actor)).encode()


def _file(name: str, file_name: str, content: Callable[[], bytes]) -> None:
    st.download_button(
        t(f"own_funding.{name}"),
        data=content,
        file_name=file_name,
        mime=_JSON if file_name.endswith("json") else "text/plain",
        key=f"{name}_download",
        icon=":material/download:",
        on_click="ignore",
    )


def _shares(months: pl.DataFrame) -> pl.DataFrame:
    """How much of what is owed is late."""
    owed = pl.when(pl.col("owed_fen") > 0).then(pl.col("owed_fen"))
    return months.with_columns(
        any_late_share=pl.col("late_fen") / owed,
        late_30_share=pl.col("late_30_fen") / owed,
        late_90_share=pl.col("late_90_fen") / owed,
    )


def coded(rows: pl.DataFrame) -> pl.DataFrame:
    """Under the names whose codes have names on screen."""
    return rows.rename({"role": "share_role", "standing": "share_standing"})


def _money(name: str, fen: int) -> KeyFigure:
    return KeyFigure(t(f"own_funding.{name}"), headline(fen), shown.money(fen))


def _share(name: str, fen: int, of_fen: int) -> KeyFigure:
    share = fen / of_fen if of_fen else None
    return KeyFigure(t(f"own_funding.{name}"), shown.percent(share), shown.money(fen))
