"""What the search found: figures and terms beside those of now, or why there is nothing."""

from collections.abc import Callable, Sequence
from typing import Any, Literal

import polars as pl
import streamlit as st

from lending_core.policy.document import Policy
from lending_core.policy.offers import price
from lending_core.policy.optimise import (
    FULL_BP,
    Bounds,
    Cell,
    Option,
    Outcome,
    Problem,
    impact_percents,
)
from lending_core.policy.optimise_conflicts import Conflict
from lending_core.policy.optimise_model import Answer
from lending_core.products.catalogue import catalogue
from pages.ui import format as shown
from pages.ui import panels, tables
from pages.ui.text import headline, points, t

_COLUMNS = (
    "band",
    "kind",
    "now_limit_fen",
    "choice_limit_fen",
    "now_prices",
    "choice_prices",
    "approvals_change",
    "drawn_change_fen",
    "profit_change_fen",
)


def figures(problem: Problem, now: Outcome, chosen: Outcome) -> None:
    """The answer: six figures of the choice over the window, with what changes against now."""
    panels.key_figures(
        [
            _money("profit", now.profit_fen, chosen.profit_fen, "good"),
            _share("loss", now.loss_share, chosen.loss_share, (shown.rate, shown.rate_points)),
            _share("approval", now.approval_share, chosen.approval_share, (shown.percent, points)),
            _money("drawn", now.drawn_fen, chosen.drawn_fen, None),
            _money("lost", now.loss_fen, chosen.loss_fen, "bad"),
            _impact(problem, now, chosen),
        ],
        t("optimise.figures_note", applications=shown.count(problem.applications)),
    )


def standing(answer: Answer, is_best: bool) -> None:
    """Whether the choice shown is proved to be the best."""
    if not is_best:
        st.info(t("optimise.is_point"), icon=":material/ads_click:")
    elif answer.status == "best":
        st.success(t("optimise.is_best"), icon=":material/verified:")
    elif answer.reached is not None:
        gap = (answer.profit_fen_max or 0) - answer.reached.profit_fen
        st.warning(t("optimise.is_found", gap=shown.money(gap)), icon=":material/timer:")


def refused(bounds: Bounds, found: Sequence[Conflict], answer: Answer) -> None:
    """Which bounds conflict, and how far each would have to give."""
    if answer.status == "unknown":
        st.warning(t("optimise.unknown"), icon=":material/timer:")
        return
    lines = [f"- **{_bound_text(each, bounds)}**: {_gives_text(each)}" for each in found]
    st.error("\n".join([t("optimise.infeasible"), "", *lines]), icon=":material/block:")


def terms(policy: Policy, problem: Problem, chosen: Outcome) -> None:
    """Limit and prices of each band and kind, now and as chosen."""
    now = {option.cell: option for option in problem.today}
    rows = [_row(policy, now[option.cell], option) for option in _in_order(problem, chosen)]
    with st.container(border=True):
        panels.heading(t("optimise.terms_title"), t("optimise.terms_note"))
        tables.show(
            pl.DataFrame(rows),
            alt=t("optimise.terms_title"),
            key="optimise_terms",
            columns=_COLUMNS,
        )


def _in_order(problem: Problem, chosen: Outcome) -> list[Option]:
    def place(option: Option) -> tuple[int, str]:
        return problem.bands.index(option.band), option.kind

    return sorted(chosen.options, key=place)


def _row(policy: Policy, now: Option, option: Option) -> dict[str, Any]:
    return {
        "band": option.band,
        "kind": option.kind,
        "now_limit_fen": now.limit_fen,
        "choice_limit_fen": option.limit_fen,
        "now_prices": _prices(policy, now.cell, now.position_percent),
        "choice_prices": _prices(policy, option.cell, option.position_percent),
        "approvals_change": option.approvals - now.approvals,
        "drawn_change_fen": option.drawn_fen - now.drawn_fen,
        "profit_change_fen": option.profit_fen - now.profit_fen,
    }


def _prices(policy: Policy, cell: Cell, position_percent: int) -> str:
    """The lowest and highest rate of the open products of a kind at a place in their ranges."""
    is_open = {row.product_code for row in policy.product if row.is_open}
    rates = [
        price(product, position_percent)
        for product in catalogue().values()
        if product.code in is_open and product.borrower_kind == cell[1]
    ]
    ends = dict.fromkeys(map(shown.rate, (min(rates), max(rates)))) if rates else [shown.DASH]
    return " - ".join(ends)


def _money(
    name: str, now_fen: int, then_fen: int, rising_is: Literal["good", "bad"] | None
) -> panels.KeyFigure:
    change = then_fen - now_fen
    return panels.KeyFigure(
        t(f"optimise.figure.{name}"),
        headline(then_fen),
        help=_help(name, shown.money(now_fen), shown.money(then_fen)),
        change=f"{'+' if change > 0 else ''}{headline(change)}",
        rising_is=rising_is,
    )


def _share(
    name: str,
    now: float,
    then: float,
    looks: tuple[Callable[[float], str], Callable[[float], str]],
) -> panels.KeyFigure:
    shows, changes = looks
    return panels.KeyFigure(
        t(f"optimise.figure.{name}"),
        shows(then),
        help=_help(name, shows(now), shows(then)),
        change=changes(then - now),
        rising_is="bad" if name == "loss" else None,
    )


def _impact(problem: Problem, now: Outcome, chosen: Outcome) -> panels.KeyFigure:
    before, then = (_least_impact(problem, each) for each in (now, chosen))
    change = None if before is None or then is None else f"{then - before:+}pp"
    texts = [shown.DASH if each is None else f"{each}%" for each in (before, then)]
    return panels.KeyFigure(
        t("optimise.figure.impact"),
        texts[1],
        help=_help("impact", *texts),
        change=change,
        rising_is="good",
    )


def _help(name: str, now: str, then: str) -> str:
    return t("optimise.figure_help", meaning=t(f"optimise.meaning.{name}"), now=now, chosen=then)


def _least_impact(problem: Problem, reached: Outcome) -> int | None:
    found = [each for each in impact_percents(problem, reached).values() if each is not None]
    return min(found, default=None)


def _bound_text(conflict: Conflict, bounds: Bounds) -> str:
    bands = t("optimise.list_separator").join(sorted(bounds.held_bands))
    return t(
        f"optimise.bound.{conflict.bound}", asked=_value(conflict, conflict.asked), bands=bands
    )


def _gives_text(conflict: Conflict) -> str:
    if conflict.gives_at is None:
        return t("optimise.not_enough")
    return t(f"optimise.gives.{conflict.bound}", at=_value(conflict, conflict.gives_at))


def _value(conflict: Conflict, value: Any) -> str:
    if conflict.bound in ("loss_bp_max", "approval_bp_min"):
        return shown.rate(value / FULL_BP)
    if conflict.bound == "within_room" and value is not True:
        return shown.money(value)
    return f"{value}%"
