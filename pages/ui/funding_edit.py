"""The form of a funder's terms: as they are in force to begin with, proposed to a second person."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

import streamlit as st

from lending_core.access.permissions import Actor, Permission
from lending_core.errors import LendingError
from lending_core.funding.funders import Funder
from lending_core.money import FEN_PER_YUAN
from lending_core.operations import funder_register
from lending_core.operations.funder_register import FunderOrder
from lending_core.policy.document import opening_policy
from lending_core.products.catalogue import catalogue
from pages.ui import notices, panels, session
from pages.ui.text import product_name, region_codes, region_name, t

_AMOUNTS = ("daily_quota_fen", "guarantee_budget_fen", "tier1_fen", "total_loans_fen")
_PERCENTS = (
    *("annual_cost", "annual_rate_min", "annual_rate_max", "share_min", "share_max"),
    *("guarantee_rate", "offer_part_min"),
)
_WIDTH_MIN = 200
_INSTALMENTS_MAX = 360
_REASON_MAX = 500


def offered(funder: Funder, newest_id: int, open_on: date, actor: Actor) -> None:
    """The form, once whoever may propose terms asks for it; closed again with the version that it
    makes, `newest_id` being the newest before."""
    if not actor.may(Permission.PROPOSE_FUNDER):
        return
    key = partial(_key, f"{funder.funder_code}_{newest_id}")
    if st.toggle(t("funder.edit"), key=key("edits")):
        _form(funder, open_on, key)


def _form(funder: Funder, open_on: date, key: Callable[[str], str]) -> None:
    """Every term that may change, from which day on, and why; the button proposes them."""
    with st.form(key("form")):
        panels.heading(t("funder.edit_title"), t("funder.edit_note"))
        with st.grid(4, min_column_width=_WIDTH_MIN, gap="small"):
            quota = _yuan("quota_fen", funder, key)
            asked: dict[str, Any] = {name: _yuan(name, funder, key) for name in _AMOUNTS}
            asked |= {name: _percent(name, getattr(funder, name), key) for name in _PERCENTS}
            asked |= {
                name: _instalments(name, getattr(funder, name), key)
                for name in ("instalments_min", "instalments_max")
            }
            asked["delisted_on"] = st.date_input(
                t("funder_input.delisted_on"),
                funder.delisted_on,
                key=key("delisted_on"),
                format="YYYY-MM-DD",
            )
        asked |= _lists(funder, key)
        effective_on = st.date_input(
            t("funder_input.effective_on"),
            open_on,
            min_value=open_on,
            key=key("effective_on"),
            format="YYYY-MM-DD",
        )
        reason = st.text_area(t("funder_input.reason"), key=key("reason"), max_chars=_REASON_MAX)
        if st.form_submit_button(t("funder.propose"), type="primary"):
            asked["quota_fen"] = funder.quota_fen if quota is None else quota
            _propose(funder, asked, effective_on, reason)


def _propose(funder: Funder, asked: dict[str, Any], effective_on: date, reason: str) -> None:
    try:
        order = FunderOrder(replace(funder, **asked), effective_on, reason)
        actor = session.require(Permission.PROPOSE_FUNDER)
        version_id = funder_register.propose_funder(session.store(), actor, order, at=session.now())
    except LendingError as refusal:
        notices.refused(refusal)
        notices.show()
    else:
        notices.done(t("funder.proposed", version=version_id))
        st.rerun()


def _lists(funder: Funder, key: Callable[[str], str]) -> dict[str, tuple[str, ...] | None]:
    """Products, regions and bands; none chosen of the last two means all."""
    may_fund = [
        code for code, each in catalogue().items() if funder.lender_type in each.lender_types
    ]
    products = st.multiselect(
        t("funder_term.products"),
        may_fund,
        default=[code for code in funder.product_codes if code in may_fund],
        format_func=product_name,
        key=key("product_codes"),
    )
    regions = st.multiselect(
        t("funder_term.regions"),
        region_codes(),
        default=list(funder.region_codes or ()),
        format_func=region_name,
        key=key("region_codes"),
        placeholder=t("input.all"),
    )
    bands = st.multiselect(
        t("funder_term.bands"),
        sorted({band.name for band in opening_policy().band} | set(funder.bands or ())),
        default=list(funder.bands or ()),
        key=key("bands"),
        placeholder=t("input.all"),
    )
    return {
        "product_codes": tuple(products),
        "region_codes": tuple(regions) or None,
        "bands": tuple(bands) or None,
    }


def _yuan(name: str, funder: Funder, key: Callable[[str], str]) -> int | None:
    """Fen of an amount in yuan; None where the field is empty: no limit."""
    fen = getattr(funder, name)
    yuan = st.number_input(
        t(f"funder_input.{name}"),
        min_value=0.0,
        value=None if fen is None else fen / FEN_PER_YUAN,
        step=100_000.0,
        format="%.2f",
        key=key(name),
        placeholder=t("funder.no_limit"),
    )
    return None if yuan is None else round(yuan * FEN_PER_YUAN)


def _percent(name: str, value: Decimal, key: Callable[[str], str]) -> Decimal:
    percent = st.number_input(
        t(f"funder_input.{name}"),
        min_value=0.0,
        max_value=100.0,
        value=float(value * 100),
        step=0.1,
        format="%.2f",
        key=key(name),
    )
    return Decimal(f"{percent:.2f}") / 100


def _instalments(name: str, value: int, key: Callable[[str], str]) -> int:
    return st.number_input(
        t(f"funder_input.{name}"),
        min_value=1,
        max_value=_INSTALMENTS_MAX,
        value=value,
        step=1,
        key=key(name),
    )


def _key(of: str, name: str) -> str:
    # The browser holds the shown names of a choice: with the other language's it is another widget.
    return f"funder_{name}_{of}_{session.language()}"
