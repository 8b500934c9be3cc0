"""Two models side by side: which sorts better, and whom a change would let in and out."""

from dataclasses import dataclass
from datetime import date

import polars as pl
import streamlit as st

from lending_core.scoring import comparison
from lending_core.scoring.calibration import Measure, Performance, performance
from lending_core.scoring.comparison import Pair
from lending_core.scoring.verdict import limits
from pages.ui import format as shown
from pages.ui import inputs, panels, score_choice, score_lists, score_reads, tables
from pages.ui.charts import score_groups as charts
from pages.ui.score_lists import Chosen
from pages.ui.score_reads import Watched
from pages.ui.score_verdict import interval_text
from pages.ui.session import language
from pages.ui.text import t

_SCOPES = ("unseen", "all")


@dataclass(frozen=True, eq=False)
class _Both:
    """Applications scored by both models, and the versions."""

    first: int
    second: int
    rows: pl.DataFrame


def show(watched: Watched, names: dict[str, str]) -> None:
    """The other model and the applications to compare on, the verdict, the measures, the swap."""
    others = {number: name for number, name in names.items() if int(number) != watched.version}
    if not others:
        panels.empty(t("scores.no_other"))
        return
    left, right = st.columns([3, 2], gap="medium", vertical_alignment="bottom")
    with left:
        second = score_choice.model(others, key="with", label=t("scores.compare_with"))
    with right:
        scope = inputs.choose_view(
            t("scores.scope_label"), _SCOPES, key="scope", name_of=_scope_name
        )
    since = _unseen_since(watched, second) if scope == "unseen" else None
    rows = comparison.joined(watched.scored, score_reads.scored(second))
    if since is not None:
        rows = rows.filter(pl.col("applied_on") > since)
    both = _Both(watched.version, second, rows)
    if rows.is_empty():
        panels.empty(t("scores.nobody_unseen"))
        return
    _verdict(both, since)
    with st.container(border=True):
        _measures(both)
    with st.container(border=True):
        of_cell = _swap(both)
    score_lists.show(of_cell, key="scores_of_cell")


def _unseen_since(watched: Watched, second: int) -> date | None:
    """The day after which neither model has seen an outcome; None where neither was trained."""
    trained = (watched.training.last_on, score_reads.training(second).last_on)
    return max((on for on in trained if on is not None), default=None)


def _verdict(both: _Both, since: date | None) -> None:
    paired = comparison.pair(both.rows)
    agreement = comparison.agreement(both.rows)
    said = [f"**{_pair_text(both, paired)}**"]
    if paired is not None:
        said.append(
            t(
                "scores.compared_on",
                loans=shown.count(paired.loans),
                bads=shown.count(paired.bads),
                since=_since_text(since),
            )
        )
        said.append(_chosen_by_text(both))
    if agreement is not None:
        said.append(t("scores.agreement", share=shown.ratio(agreement)))
    is_told_apart = paired is not None and paired.bads >= limits().bads_min and paired.is_told_apart
    box = st.success if is_told_apart else st.info
    box("  \n".join(line for line in said if line), icon=":material/compare_arrows:")


def _pair_text(both: _Both, paired: Pair | None) -> str:
    if paired is None or paired.bads < limits().bads_min:
        return t("scores.pair_too_few")
    versions = (both.first, both.second)
    better, other = versions if paired.difference.value < 0 else versions[::-1]
    key = "scores.pair_better" if paired.is_told_apart else "scores.pair_alike"
    return t(
        key,
        better=better,
        other=other,
        difference=interval_text(paired.difference, _signed),
        first=both.first,
        second=both.second,
    )


def _chosen_by_text(both: _Both) -> str:
    """Whose choice the judged loans were, where it was one of the two: an unequal contest."""
    judges = comparison.deciders(both.rows)
    chose = next((each for each in (both.first, both.second) if judges.get(each, 0) > 0.5), None)
    if chose is None:
        return ""
    other = both.second if chose == both.first else both.first
    return t("scores.chosen_by", chose=chose, other=other)


def _since_text(since: date | None) -> str:
    return t("scores.since_all") if since is None else t("scores.since", on=shown.day(since))


def _signed(value: float | None) -> str:
    return shown.DASH if value is None else f"{value:+.3f}"


def _measures(both: _Both) -> None:
    panels.heading(t("scores.side_title"), t("scores.side_note"))
    measured = [performance(_scored(both.rows, which)) for which in ("first", "second")]
    if None in measured:
        panels.empty(t("scores.no_loans"))
        return
    tables.show(
        _measure_rows(measured),
        alt=t("scores.side_title"),
        key="scores_side",
    )


def _measure_rows(measured: list[Performance | None]) -> pl.DataFrame:
    names = ("auc", "gini", "ks", "lift", "kept", "brier")
    rows = []
    for name in names:
        texts = [_brief(getattr(each, name)) for each in measured]
        rows.append((t(f"scores.measure.{name}"), *texts))
    columns = ["measure", "first_model", "second_model"]
    return pl.DataFrame(rows, schema=columns, orient="row")


def _brief(measure: Measure) -> str:
    return t(
        "scores.brief",
        value=shown.precise(measure.value),
        low=shown.precise(measure.low),
        high=shown.precise(measure.high),
    )


def _scored(rows: pl.DataFrame, which: str) -> pl.DataFrame:
    return rows.select(
        "is_bad",
        score=f"{which}_score",
        default_probability=f"{which}_probability",
    )


def _swap(both: _Both) -> Chosen | None:
    panels.heading(t("scores.swap_title"), t("scores.swap_note"))
    approved = both.rows.filter(pl.col("outcome") == "approve").height / both.rows.height
    share = st.slider(
        t("scores.swap_share"),
        min_value=1,
        max_value=99,
        value=min(99, max(1, round(approved * 100))),
        format="%d%%",
        key=f"scores_swap_share_{both.first}_{both.second}",
    )
    marked = comparison.admitted(both.rows, share / 100)
    cells = comparison.swap_set(marked)
    names = {cell: _cell_name(both, cell) for cell in comparison.CELLS}
    st.markdown(_swap_text(both, cells))
    clicked = panels.selectable_figure(
        charts.swap(cells, names, language()), alt=_swap_text(both, cells), key="scores_swap"
    )
    tables.show(_cell_rows(cells, names), alt=t("scores.swap_title"), key="scores_swap_cells")
    for cell in clicked:
        rows = marked.filter(pl.col("cell") == cell).rename(
            {"first_score": "score", "first_probability": "default_probability"}
        )
        return Chosen(rows, names[cell])
    return None


def _cell_rows(cells: pl.DataFrame, names: dict[str, str]) -> pl.DataFrame:
    return cells.select(
        pl.col("cell").replace_strict(names).alias("segment"),
        "applications",
        "loans",
        "bad_share",
        pl.col("first_share").alias("first_promised_share"),
        pl.col("second_share").alias("second_promised_share"),
    )


def _swap_text(both: _Both, cells: pl.DataFrame) -> str:
    by_cell = {row["cell"]: row for row in cells.rows(named=True)}
    out, into = by_cell["first_only"], by_cell["second_only"]
    return t(
        "scores.swapped",
        second=both.second,
        swapped=shown.count(into["applications"]),
        out_rate=shown.percent(out["bad_share"]),
        out_loans=shown.count(out["loans"]),
        in_rate=shown.percent(into["bad_share"]),
        in_loans=shown.count(into["loans"]),
        in_promised=shown.percent(into["second_share"]),
    )


def _cell_name(both: _Both, cell: str) -> str:
    return t(f"scores.cell.{cell}", first=both.first, second=both.second)


def _scope_name(code: str) -> str:
    return t(f"scores.scope_{code}")
