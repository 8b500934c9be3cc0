"""The screen of roll rates: the flows, where each stage goes, whether they are steady, and whom."""

from dataclasses import dataclass
from datetime import date

import polars as pl
import streamlit as st

from lending_core.access.permissions import Permission
from lending_core.operations.reports import BookFilter
from lending_core.operations.rolls import LOAN_ORDERS, Rolled, all_rolled_loans
from lending_core.portfolio import roll_rates
from lending_core.portfolio.cohort_numbers import cohort_numbers
from lending_core.portfolio.roll_rates import FLOW_STAGES, Weight
from lending_core.portfolio.roll_stability import Steadiness, steadiness
from lending_core.servicing.buckets import bucket_codes
from pages.ui import cohort_filters, cohort_reads, inputs, links, panels, session, tables
from pages.ui import format as shown
from pages.ui.charts import rolls as charts
from pages.ui.charts.series import sparkline
from pages.ui.panels import KeyFigure
from pages.ui.text import t

# Months of the matrix: the newest alone, a quarter, a year, all.
WINDOWS = ("12", "3", "1", "all")
TREND_MONTHS = 24
# Stages whose flows lead from on time to more than 90 days late.
_WAY_TO_90 = ("C", "M1", "M2", "M3")
_UNSTEADY = ("jumped", "dropped", "rising", "falling", "unsteady")
# A month end, the stage before it, and the state at it.
Move = tuple[date, str, str]
LIST_COLUMNS = (
    *("loan_id", "bucket", "days_past_due", "from_principal_fen", "principal_fen", "lent_fen"),
    *("disbursed_on", "product_code", "region_code", "funder_code", "band"),
)


@dataclass(frozen=True, eq=False)
class Rolls:
    """What the screen shows: the part of the book, by number or balance, its moves, their flow
    rates, and how steady they are."""

    chosen: BookFilter
    weight: Weight
    moves: pl.DataFrame
    rates: pl.DataFrame
    steady: list[Steadiness]

    @property
    def key(self) -> str:
        """Names the choice: what was clicked on another one does not count."""
        return f"{self.weight}_{cohort_filters.part_key(self.chosen)}"

    @property
    def newest_on(self) -> date:
        """The newest complete month."""
        return self.rates["month_end_on"].max()  # type: ignore[return-value]


def choose() -> tuple[BookFilter, Weight]:
    """The part of the book, and whether by balance or by number of loans."""
    chosen = cohort_filters.choose_part()
    moves = cohort_reads.moves(chosen)
    knows_balances = roll_rates.knows_balances(moves)
    weights = roll_rates.WEIGHTS if knows_balances else ("count",)
    weight = inputs.choose_view(t("roll_rates.weight"), weights, key="weight", name_of=_weight_name)
    if not knows_balances:
        st.caption(t("roll_rates.unknown_balance"))
    return chosen, weight  # type: ignore[return-value]


def read(chosen: BookFilter, weight: Weight) -> Rolls | None:
    """What the screen shows; None where no month was followed by another."""
    moves = cohort_reads.moves(chosen)
    if moves["from_bucket"].is_null().all():
        return None
    by_count = roll_rates.flow_rates(moves, "count")
    rates = by_count if weight == "count" else roll_rates.flow_rates(moves, weight)
    return Rolls(chosen, weight, moves, rates, steadiness(by_count))


def answer(rolls: Rolls, ahead: KeyFigure) -> None:
    """Six figures: three flows, the way to 90+, how many flows are unsteady, and what is ahead."""
    unsteady = [each for each in rolls.steady if each.finding in _UNSTEADY]
    steady = KeyFigure(
        t("roll_rates.unsteady"),
        t("roll_rates.of_flows", unsteady=len(unsteady), flows=len(rolls.steady)),
        help=t("roll_rates.unsteady_help", months=cohort_numbers().flows.months),
    )
    figures = [_flow_figure(rolls.rates, stage) for stage in FLOW_STAGES[:3]]
    panels.key_figures([*figures, _way(rolls.rates), steady, ahead], note=t("roll_rates.compared"))


def map_and_flow(rolls: Rolls) -> Move | None:
    """The matrix and the course of one flow; the move clicked."""
    left, right = st.columns([5, 4], gap="medium")
    with left, st.container(border=True):
        clicked = _matrix(rolls)
    with right, st.container(border=True):
        on_course = _course(rolls)
    moves = [(rolls.newest_on, before, after) for before, after in clicked]
    return next(iter([*moves, *on_course]), None)


def findings(rolls: Rolls) -> None:
    """Every flow with what the tests say of it."""
    with st.container(border=True):
        panels.heading(t("roll_rates.steady_title"), t("roll_rates.steady_note"))
        rows = [
            (
                flow_name(each.from_bucket),
                each.loans,
                each.newest_rate,
                each.before_rate,
                shown.rate_points(each.slope),
                finding_text(each),
            )
            for each in rolls.steady
        ]
        columns = [
            "flow_pair",
            "loans",
            "newest_share",
            "before_share",
            "slope_figure",
            "finding_text",
        ]
        tables.show(
            pl.DataFrame(rows, schema=columns, orient="row"),
            alt=t("roll_rates.steady_title"),
            key="roll_rates_steady",
        )


def loans_behind(rolls: Rolls, clicked: Move) -> None:
    """Loans that moved so, each a click from its page."""
    on, before, after = clicked
    rolled = Rolled(rolls.chosen, on, before, after)
    rows = cohort_reads.count_rolled(rolled)
    with st.container(border=True, key="roll_rates_list"):
        panels.heading(
            t(
                "roll_rates.list_title",
                before=before,
                after=charts.state_name(after, session.language()),
                month=shown.month(on),
                loans=shown.count(rows),
            ),
            t("roll_rates.list_note"),
        )
        if not rows:
            st.markdown(t("roll_rates.list_empty"))
            return
        key = f"roll_rates_loans_{rolls.key}_{on}_{before}_{after}"
        loan_id = _listed(rolled, rows, key=key)
    if loan_id is not None:
        st.switch_page(links.loan_page(), query_params={"loan_id": str(loan_id)})


def _listed(rolled: Rolled, rows: int, *, key: str) -> int | None:
    told = cohort_reads.told_of_rolled(rolled, LIST_COLUMNS)
    store, actor = session.store(), session.require(Permission.VIEW_BOOK)
    return tables.paged(
        tables.Paged(
            rows=rows,
            read=lambda page: cohort_reads.rolled_loans(rolled, page),
            everything=lambda order: all_rolled_loans(store, actor, rolled, order),
            id_column=links.loan_rows(),
        ),
        alt=t("roll_rates.list_alt"),
        key=key,
        columns=told,
        sortable=[name for name in LOAN_ORDERS if name in told],
    )


def finding_text(found: Steadiness) -> str:
    """What the tests say of a flow, in words."""
    chance = {
        "jumped": found.chance_newest,
        "dropped": found.chance_newest,
        "rising": found.chance_slope,
        "falling": found.chance_slope,
        "unsteady": found.chance_unlike,
    }.get(found.finding)
    return t(
        f"roll_finding.{found.finding}",
        chance="" if chance is None else f"{max(chance, 0.0001):.4f}",
    )


def flow_name(stage: str) -> str:
    """`C → M1`: a flow by the stages it leads from and to."""
    codes = bucket_codes()
    return f"{stage} → {codes[codes.index(stage) + 1]}"


def _matrix(rolls: Rolls) -> list[list[str]]:
    panels.heading(t("roll_rates.matrix_title"), t(f"roll_rates.matrix_note_{rolls.weight}"))
    window = inputs.choose_view(t("roll_rates.window"), WINDOWS, key="window", name_of=_window_name)
    flowed = roll_rates.flows(rolls.moves, rolls.weight)
    months = flowed["month_end_on"].unique().sort()
    recent = months if window == "all" else months.tail(int(window))
    found = roll_rates.matrix(flowed.filter(pl.col("month_end_on").is_in(recent.implode())))
    text = shown.money if rolls.weight == "amount" else shown.count
    hovers = [
        t(
            "roll_rates.hover",
            before=row["from_state"],
            after=charts.state_name(row["to_state"], session.language()),
            rate=shown.rate(row["rate"]),
            part=text(row["value"]),
            whole=text(row["whole"]),
        )
        for row in found.rows(named=True)
    ]
    clicked = panels.selectable_figure(
        charts.matrix(
            found.with_columns(hover=pl.Series(hovers, dtype=pl.String)), session.language()
        ),
        alt=t("roll_rates.matrix_alt", months=recent.len()),
        key=f"roll_rates_matrix_{rolls.key}_{window}",
    )
    st.caption(t("roll_rates.matrix_how", month=shown.month(rolls.newest_on)))
    return clicked


def _course(rolls: Rolls) -> list[Move]:
    panels.heading(t("roll_rates.flow_title"), t(f"roll_rates.flow_note_{rolls.weight}"))
    stage = inputs.choose_view(t("roll_rates.flow"), FLOW_STAGES, key="flow", name_of=flow_name)
    own = rolls.rates.filter(pl.col("from_bucket") == stage).tail(TREND_MONTHS)
    if own.drop_nulls("rate").is_empty():
        panels.empty(t("roll_rates.flow_empty"))
        return []
    hovers = [
        t(
            "roll_rates.flow_hover",
            rate=shown.rate(row["rate"]),
            low=shown.rate(row["low"]),
            high=shown.rate(row["high"]),
            loans=shown.count(row["loans"]),
        )
        for row in own.rows(named=True)
    ]
    mean: float | None = own["rate"][:-1].mean()  # type: ignore[assignment]
    clicked = panels.selectable_figure(
        charts.flow(own.with_columns(hover=pl.Series(hovers, dtype=pl.String)), mean),
        alt=t("roll_rates.flow_alt", flow=flow_name(stage), rate=shown.rate(own["rate"][-1])),
        key=f"roll_rates_flow_{rolls.key}_{stage}",
    )
    found = next(each for each in rolls.steady if each.from_bucket == stage)
    st.caption(f"{finding_text(found)} {t('roll_rates.mean_before', rate=shown.percent(mean))}")
    codes = bucket_codes()
    return [(date.fromisoformat(on), stage, codes[codes.index(stage) + 1]) for on in clicked]


def _flow_figure(rates: pl.DataFrame, stage: str) -> KeyFigure:
    own = rates.filter(pl.col("from_bucket") == stage).sort("month_end_on").drop_nulls("rate")
    label = flow_name(stage)
    if own.is_empty() or own["month_end_on"][-1] != rates["month_end_on"].max():
        return KeyFigure(label, shown.DASH, help=t("roll_rates.flow_empty"))
    newest = own.row(-1, named=True)
    change = newest["rate"] - own["rate"][-2] if own.height > 1 else None
    return KeyFigure(
        label,
        shown.rate(newest["rate"]),
        help=t(
            "roll_rates.flow_figure_help",
            before=stage,
            low=shown.rate(newest["low"]),
            high=shown.rate(newest["high"]),
        ),
        change=None if change is None else shown.tile_points(change),
        rising_is="bad",
        trend=sparkline(own["rate"].tail(12)),
    )


def _way(rates: pl.DataFrame) -> KeyFigure:
    """Of what is on time, the share that gets to more than 90 days late if flows stay."""
    wide = rates.filter(pl.col("from_bucket").is_in(_WAY_TO_90)).pivot(
        on="from_bucket", index="month_end_on", values="rate"
    )
    label = t("roll_rates.way")
    if not set(_WAY_TO_90) <= set(wide.columns):
        return KeyFigure(label, shown.DASH, help=t("roll_rates.way_unknown"))
    product = pl.fold(pl.lit(1.0), lambda so_far, each: so_far * each, [*_WAY_TO_90])
    own = wide.sort("month_end_on").select("month_end_on", rate=product).drop_nulls("rate")
    if own.is_empty():
        return KeyFigure(label, shown.DASH, help=t("roll_rates.way_unknown"))
    change = own["rate"][-1] - own["rate"][-2] if own.height > 1 else None
    return KeyFigure(
        label,
        shown.rate(own["rate"][-1]),
        help=t("roll_rates.way_help"),
        change=None if change is None else shown.tile_points(change),
        rising_is="bad",
        trend=sparkline(own["rate"].tail(12)),
    )


def _weight_name(code: str) -> str:
    return t(f"roll_rates.weight_{code}")


def _window_name(code: str) -> str:
    return t(f"roll_rates.window_{code}")
