"""A fairness audit, for the role that may: sex, age and region, which no score or price reads."""

from collections.abc import Callable

import polars as pl
import streamlit as st

from lending_core.scoring import fairness
from pages.ui import format as shown
from pages.ui import inputs, panels, score_lists, score_reads, tables
from pages.ui.charts import score_groups as charts
from pages.ui.score_lists import Chosen
from pages.ui.session import language
from pages.ui.text import t

_BOXES: dict[str, Callable[..., object]] = {
    "few": st.info,
    "fair": st.success,
    "unsure": st.warning,
    "unfair": st.error,
}


def show(version: int) -> None:
    """The verdict of each dimension in words, then one of them opened: impact ratios, the table,
    and the applicants of the group clicked."""
    applicants = fairness.with_age_group(score_reads.audited(version))
    audits = {each: fairness.audit(applicants, each) for each in fairness.DIMENSIONS}
    verdicts = {each: fairness.worst(audited) for each, audited in audits.items()}
    overall = max(verdicts.values(), key=fairness.VERDICTS.index)
    if overall == "fair" and any(not _off(audited).is_empty() for audited in audits.values()):
        overall = "unsure"
    _BOXES[overall]("  \n".join(_said(*each) for each in audits.items()), icon=":material/balance:")
    dimension = inputs.choose_view(
        t("scores.audit_label"), fairness.DIMENSIONS, key="audit", name_of=_dimension_name
    )
    audited = audits[dimension]
    if audited.is_empty():
        panels.empty(t("scores.audit_nobody"))
        return
    _opened(dimension, _named(dimension, audited), applicants)


def _opened(dimension: str, audited: pl.DataFrame, applicants: pl.DataFrame) -> None:
    clicked = panels.selectable_chart(
        charts.impact(audited, fairness.rules().impact_ratio_min, language()),
        t("scores.impact_title"),
        alt=_said(dimension, audited),
        key=f"scores_impact_{dimension}",
        note=t("scores.impact_note", applicants_min=fairness.rules().applicants_min),
    )
    for group in clicked[:1]:
        rows = applicants.filter(pl.col(dimension) == group)
        score_lists.show(Chosen(rows, _group_name(dimension, group)), key="scores_of_group")
    with st.container(border=True):
        panels.heading(
            t("scores.audit_title"),
            t("scores.audit_note", difference_max=shown.ratio(fairness.rules().difference_max)),
        )
        tables.show(_rows(audited), alt=t("scores.audit_title"), key="scores_audit")


def _said(dimension: str, audited: pl.DataFrame) -> str:
    """`Sex: treated alike, the lowest impact ratio is 0.98 (male).` with what else stands out."""
    judged = _named(dimension, audited).drop_nulls("impact_ratio")
    if judged.is_empty():
        return t("scores.audit_few", dimension=_dimension_name(dimension))
    lowest = judged.sort("impact_ratio").row(0, named=True)
    said = t(
        f"scores.audit_{fairness.worst(audited)}",
        dimension=_dimension_name(dimension),
        ratio=shown.ratio(lowest["impact_ratio"]),
        group=lowest["name"],
    )
    far = judged.filter(pl.col("score_difference").abs() > fairness.rules().difference_max)
    off = _off(judged)
    separator = t("scores.list_separator")
    if not far.is_empty():
        said += " " + t("scores.audit_far", groups=separator.join(far["name"]))
    if not off.is_empty():
        said += " " + t("scores.audit_off", groups=separator.join(off["name"]))
    return said


def _off(audited: pl.DataFrame) -> pl.DataFrame:
    """The judged groups whose promise misses."""
    return audited.filter(
        pl.col("impact_ratio").is_not_null(), pl.col("calibration").is_in(["riskier", "safer"])
    )


def _named(dimension: str, audited: pl.DataFrame) -> pl.DataFrame:
    names = [_group_name(dimension, code) for code in audited["group"]]
    return audited.with_columns(name=pl.Series(names, dtype=pl.String))


def _rows(audited: pl.DataFrame) -> pl.DataFrame:
    """The audit as a table shows it."""
    verdicts = [t(f"scores.fairness_{verdict}") for verdict in audited["verdict"]]
    promises = [t(f"scores.calibration_{verdict}") for verdict in audited["calibration"]]
    return audited.select(
        "applicants",
        "approval_share",
        "loans",
        "bad_share",
        "promised_share",
        segment="name",
        impact_ratio="impact_ratio",
        verdict=pl.Series(verdicts, dtype=pl.String),
        difference_ratio="score_difference",
        calibration=pl.Series(promises, dtype=pl.String),
        auc_ratio="auc",
    ).select(
        "segment",
        "applicants",
        "approval_share",
        "impact_ratio",
        "verdict",
        "difference_ratio",
        "loans",
        "bad_share",
        "promised_share",
        "calibration",
        "auc_ratio",
    )


def _dimension_name(code: str) -> str:
    return t(f"scores.audit_{code}")


def _group_name(dimension: str, code: str) -> str:
    if dimension == "age_group":
        return code.replace("-", "–")
    return t(f"scores.{dimension}.{code}")
