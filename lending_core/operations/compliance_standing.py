"""How findings stand once people answered them: which waiver or acknowledgement holds on a day."""

from datetime import date

import polars as pl

ANY = ""


def in_force(answers: pl.DataFrame, on: date) -> pl.DataFrame:
    """The newest answer to each rule and thing, where it holds on the day. `answers`: as the query
    `compliance/answer`."""
    same = ("rule_id", "subject_kind", "subject_id")
    newest = answers.sort("answer_id").unique(same, keep="last", maintain_order=True)
    holds = pl.col("until_on").is_null() | (pl.col("until_on") >= on)
    return newest.filter(holds & (pl.col("step") != "ended"))


def answered(findings: pl.DataFrame, answers: pl.DataFrame, on: date) -> pl.DataFrame:
    """Findings with `standing`: waived, acknowledged or open; an answer to a rule as a whole holds
    for what has none of its own. Adds answer_id, until_on and reason of the answer."""
    kept = in_force(answers, on).select(
        "rule_id",
        pl.col("subject_kind", "subject_id").fill_null(ANY),
        "answer_id",
        "step",
        "until_on",
        "reason",
    )
    own = findings.join(kept, on=["rule_id", "subject_kind", "subject_id"], how="left")
    whole = kept.filter(pl.col("subject_kind") == ANY).drop("subject_kind", "subject_id")
    both = own.join(whole, on="rule_id", how="left", suffix="_whole", maintain_order="left")
    names = ("answer_id", "step", "until_on", "reason")
    is_own = pl.col("answer_id").is_not_null()
    first = [pl.when(is_own).then(name).otherwise(f"{name}_whole").alias(name) for name in names]
    return (
        both.with_columns(first)
        .drop([f"{name}_whole" for name in names])
        .with_columns(standing=pl.col("step").fill_null("open"))
        .drop("step")
        .sort("finding_id")
    )
