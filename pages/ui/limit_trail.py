"""How a limit came about, amount by amount, so that anybody can redo it."""

from typing import Any

import polars as pl
import streamlit as st

from lending_core.operations.limit_trails import scaled_amounts
from lending_core.policy.compile import CAP_REASONS
from lending_core.policy.document import Multiplier, Policy
from pages.ui import format as shown
from pages.ui import panels, policy_words, reads, session
from pages.ui.text import product_name, t


def show(case: dict[str, Any], *, key: str) -> None:
    """The steps from the band's limit to the one offered; nothing where no limit was sized."""
    trail = reads.limit_trail(case["application_id"])
    if trail["scaled_fen"] is None or trail["is_refused"]:
        return
    steps = _steps(trail, case, reads.policy(case["policy_version"]))
    with st.container(border=True, key=key, gap="small"):
        panels.heading(t("limit_trail.title"), t("limit_trail.note"))
        st.table(
            pl.DataFrame(
                steps, schema=[t("limit_trail.step"), t("limit_trail.amount")], orient="row"
            ),
            border="horizontal",
            hide_index=True,
            alt=t("limit_trail.title"),
        )


def _steps(trail: dict[str, Any], case: dict[str, Any], policy: Policy) -> list[tuple[str, str]]:
    band = t("limit_trail.band", band=trail["band"], product=product_name(case["product_code"]))
    steps = [(band, shown.money(trail["base_fen"]))]
    steps += [
        (_times(multiplier), shown.money(amount_fen))
        for multiplier, amount_fen in scaled_amounts(trail, policy)
    ]
    steps += [(_cap(name, trail), _left(name, trail)) for name in CAP_REASONS]
    least = t("limit_trail.minimum")
    steps.append((least, shown.money(trail["minimum_fen"])))
    return [*steps, (_result(trail), shown.money(trail["limit_fen"]))]


def _times(multiplier: Multiplier) -> str:
    row = {
        "feature": multiplier.feature,
        "operator": multiplier.operator,
        "value": multiplier.value,
    }
    condition = policy_words.condition_text(row, session.language())
    return t("limit_trail.times", percent=multiplier.percent, condition=condition)


def _cap(name: str, trail: dict[str, Any]) -> str:
    """What a cap leaves, with a mark on the one that binds."""
    is_binding = trail[name] == trail["smallest_fen"] < trail["scaled_fen"]
    named = t(f"limit_trail.{name}")
    return t("limit_trail.binds", cap=named) if is_binding else named


def _left(name: str, trail: dict[str, Any]) -> str:
    """Repayments bound nothing where no earnings are known to hold them against."""
    if name == "debt_service_cap_fen" and trail["earnings_fen"] is None:
        return shown.DASH
    return shown.money(max(trail[name], 0))


def _result(trail: dict[str, Any]) -> str:
    if trail["is_declined"]:
        return t("limit_trail.too_small")
    return t("limit_trail.offered", months=trail["instalments_max"])
