"""A run as it grows: how far it is, what it came to, the path of each measure, what it rests on."""

from collections.abc import Callable
from typing import Any

import polars as pl
import streamlit as st

from lending_core.dates import add_months, month_end, month_start
from lending_core.operations import fast_forward
from lending_core.operations.fast_forward_run import Run
from lending_core.portfolio.paths import ADDED_UP, MEASURES, outcomes, paths
from lending_core.portfolio.results import RESULT_COLUMNS
from pages.ui import fast_forward_choices as choices
from pages.ui import fast_forward_runs as runs
from pages.ui import format as shown
from pages.ui import panels, reads, session, tables
from pages.ui.charts import fast_forward as charts
from pages.ui.charts.fast_forward import Kind
from pages.ui.fast_forward_runs import Compared
from pages.ui.session import language
from pages.ui.text import headline, refusal_text, t

PAST_MONTHS = 12
_CHART_WIDTH_MIN = 330
_KINDS: dict[str, Kind] = {
    "approved": "count",
    "balance_fen": "fen",
    "rate_30": "share",
    "loss_fen": "fen",
    "profit_fen": "fen",
}
_RISING_IS: dict[str, panels.Meaning] = {
    "rate_30": "bad",
    "loss_fen": "bad",
    "profit_fen": "good",
}
_TABLE_COLUMNS = (
    "compared_policy",
    "future",
    "month_end_on",
    "applied",
    "approved",
    "accepted",
    "funded",
    "balance_fen",
    "late_share",
    "income_fen",
    "funding_cost_fen",
    "loss_fen",
    "profit_fen",
)
# Side, future, and a row of results: what a month of a run holds.
_INDEX = {"side": pl.String, "future": pl.Int64}


def show() -> None:
    """This person's newest run, drawn anew every second while it goes on."""
    found = runs.current()
    if found is None:
        return
    run, _ = found
    st.fragment(_run, run_every=None if run.is_over else 1)()


def _run() -> None:
    session.ask_again()
    found = runs.current()
    if found is None:
        return
    run, compared = found
    was_over = run.is_over
    months = _frame(run.months())
    with st.container(border=True, key="fast_forward_run"):
        _head(run, compared, months)
        if not months.is_empty():
            _figures(months, compared)
    if not months.is_empty():
        _charts(run, months, _names(compared))
        _table(months, _names(compared))
    if was_over and runs.is_news_that_it_ended():
        # The page around still thinks that the run goes on.
        st.rerun()


def _head(run: Run, compared: Compared, months: pl.DataFrame) -> None:
    panels.heading(
        t(
            "fast_forward.run_title",
            one=choices.name(compared.one),
            other=choices.name(compared.other),
        ),
        t("fast_forward.run_note"),
    )
    done, total = months.height, run.order.steps
    if not run.is_over:
        text = t("fast_forward.progress", done=shown.count(done), total=shown.count(total))
        st.progress(done / total, text=text)
        st.button(
            t("fast_forward.stop"),
            key="fast_forward_stop",
            icon=":material/stop_circle:",
            on_click=runs.stop,
        )
    elif run.refusal is not None:
        st.error(refusal_text(run.refusal), icon=":material/error:")
    elif not run.is_whole:
        text = t("fast_forward.stopped", done=shown.count(done), total=shown.count(total))
        st.warning(text, icon=":material/stop_circle:")
    st.caption(_rests_on(run, compared))


def _rests_on(run: Run, compared: Compared) -> str:
    return t(
        "fast_forward.rests_on",
        path=t(f"fast_forward.path.{compared.path}"),
        months=run.order.months,
        futures=run.order.futures,
        quota=run.order.quota_percent,
    )


def _figures(months: pl.DataFrame, compared: Compared) -> None:
    found = outcomes(months)
    if found.is_empty():
        return
    rows = {row["measure"]: row for row in found.iter_rows(named=True)}
    st.markdown(_verdict(rows["profit_fen"], compared))
    row = rows["approved"]
    panels.key_figures(
        [_figure(name, rows[name]) for name in MEASURES],
        t(
            "fast_forward.figures_note",
            month=shown.month(row["last_on"]),
            futures=row["futures"],
        ),
    )


def _verdict(profit: dict[str, Any], compared: Compared) -> str:
    """Which policy earns more, and whether every future says so."""
    lowest, highest = profit["change_low"], profit["change_high"]
    facts = {
        "other": choices.name(compared.other),
        "amount": headline(round(abs(profit["change"]))),
        "low": headline(round(lowest)),
        "high": headline(round(highest)),
    }
    if lowest == highest == 0:
        return t("fast_forward.verdict_same", **facts)
    if lowest > 0:
        return t("fast_forward.verdict_more", **facts)
    return t("fast_forward.verdict_less" if highest < 0 else "fast_forward.verdict_open", **facts)


def _figure(name: str, row: dict[str, Any]) -> panels.KeyFigure:
    kind = _KINDS[name]
    return panels.KeyFigure(
        t(f"fast_forward.measure.{name}"),
        _VALUES[kind](row["other"]),
        help=t(
            "fast_forward.figure_help",
            meaning=t(f"fast_forward.meaning.{name}"),
            one=_VALUES[kind](row["one"]),
            low=_CHANGES[kind](row["change_low"]),
            high=_CHANGES[kind](row["change_high"]),
        ),
        change=_CHANGES[kind](row["change"]),
        rising_is=_RISING_IS.get(name),
    )


def _charts(run: Run, months: pl.DataFrame, names: dict[str, str]) -> None:
    past = reads.answer(fast_forward.months_before, PAST_MONTHS)
    ahead = paths(months)
    first_on = months["month_end_on"].min()
    last_on = month_end(add_months(month_start(first_on), run.order.months - 1))  # type: ignore[arg-type]
    with st.grid(2, min_column_width=_CHART_WIDTH_MIN, gap="small"):
        for name in MEASURES:
            panels.chart(
                charts.paths(
                    _past(past, name),
                    ahead.filter(pl.col("measure") == name),
                    _KINDS[name],
                    charts.Frame(names, last_on, language()),
                ),
                t(f"fast_forward.chart.{name}"),
                alt=_alt(ahead, name),
                key=f"fast_forward_{name}",
                note=t(f"fast_forward.meaning.{name}"),
            )
        with st.container(border=True, height="stretch"):
            panels.heading(t("fast_forward.how_title"))
            st.markdown(t("fast_forward.how"))


def _past(past: pl.DataFrame, name: str) -> pl.DataFrame:
    """What was; of what adds up from now on, nothing yet."""
    if name not in ADDED_UP:
        return past.select("month_end_on", value=name)
    return past.tail(1).select("month_end_on", value=pl.lit(0))


def _alt(ahead: pl.DataFrame, name: str) -> str:
    newest = ahead.filter(pl.col("measure") == name).sort("month_end_on")
    ends = {
        side: newest.filter(pl.col("side") == side)["value"].last() for side in fast_forward.SIDES
    }
    reading = _VALUES[_KINDS[name]]
    return t(
        "fast_forward.chart_alt",
        question=t(f"fast_forward.chart.{name}"),
        one=reading(ends["one"]),
        other=reading(ends["other"]),
    )


def _names(compared: Compared) -> dict[str, str]:
    """What each side is called."""
    return {side: choices.name(getattr(compared, side)) for side in fast_forward.SIDES}


def _table(months: pl.DataFrame, names: dict[str, str]) -> None:
    """Every month of every future, to look through and to take along."""
    with st.expander(t("fast_forward.table_title"), icon=":material/table:"):
        tables.show(
            months.sort("month_end_on", "future", "side").with_columns(
                compared_policy=pl.col("side").replace_strict(names, return_dtype=pl.String),
                late_share="rate_30",
            ),
            alt=t("fast_forward.table_title"),
            key="fast_forward_months",
            columns=_TABLE_COLUMNS,
        )


def _frame(months: list[dict[str, Any]]) -> pl.DataFrame:
    schema: dict[str, Any] = _INDEX | dict.fromkeys(RESULT_COLUMNS, pl.Int64)
    return pl.DataFrame(
        months, schema=schema | {"month_end_on": pl.Date, "rate_30": pl.Float64}, orient="row"
    )


def _whole(number: float | None) -> str:
    return shown.DASH if number is None else shown.count(round(number))


def _money(fen: float | None) -> str:
    return shown.DASH if fen is None else headline(round(fen))


def _signed(text: str, change: float) -> str:
    return f"+{text}" if change > 0 else text


_VALUES: dict[Kind, Callable[[Any], str]] = {
    "count": _whole,
    "fen": _money,
    "share": shown.percent,
}
_CHANGES: dict[Kind, Callable[[Any], str]] = {
    "count": lambda change: _signed(_whole(change), change),
    "fen": lambda change: _signed(_money(change), change),
    "share": shown.points,
}
