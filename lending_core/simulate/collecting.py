"""What simulated collectors do in a month: whom they try, who answers, promises or complains.

Who pays was decided before (`behaviour`): payers promise what they pay, others promise and do not.
"""

from dataclasses import dataclass
from datetime import date

import numpy as np
import polars as pl

from lending_core.simulate.assumptions import assumptions, month_number
from lending_core.simulate.draws import Draws

# More slots than days in a month: numbers of attempts never meet.
_SLOTS = 64


@dataclass(frozen=True)
class DeskRules:
    """What binds the simulated desk as it binds every other: days until a promise is due at most,
    days that money may take, days for which a complaint holds; and `odds`, of lateness in the month
    against usual times."""

    promise_days_max: int
    grace_days: int
    hold_days: int
    odds: float = 1.0


@dataclass(frozen=True)
class Collected:
    """A month at the desk. `contacts`: case_id, customer_id, on, hour, minute, channel, outcome,
    is_connected, collector. `promises`: case_id, customer_id, made_on, due_on, amount_fen,
    collector. `complaints`: case_id, customer_id, received_on, kind, collector."""

    contacts: pl.DataFrame
    promises: pl.DataFrame
    complaints: pl.DataFrame


def collected(
    cases: pl.DataFrame, taken: pl.DataFrame, month: date, rules: DeskRules, draws: Draws
) -> Collected:
    """What is tried and said in `month`, at most one attempt per customer and day.

    `cases`: case_id, customer_id, opened_on; from_on and to_on, the days on which the customer may
    be contacted, both included; paid_on and paid_fen, the first day of them on which money came and
    how much (null and 0 if none); overdue_fen at the month's end. `taken`: customer_id and local_on
    of days that people have used already.
    """
    period = month_number(month)
    tried = _attempts(cases, period, draws).join(
        taken, left_on=["customer_id", "on"], right_on=["customer_id", "local_on"], how="anti"
    )
    answered = _answers(tried.sort("case_id", "on"), period, rules.odds, draws)
    complained = _first(answered, pl.col("is_complaint"), "held_from_on")
    allowed = complained.filter(
        pl.col("held_from_on").is_null()
        | (pl.col("on") <= pl.col("held_from_on"))
        | (pl.col("on") >= pl.col("held_from_on") + pl.duration(days=rules.hold_days))
    )
    promising = _promises(_first(allowed, pl.col("has_promised"), "made_on"), rules)
    waits = (pl.col("on") > pl.col("made_on")) & (pl.col("on") <= pl.col("grace_to_on"))
    kept = promising.filter(~waits.fill_null(value=False))
    is_made = pl.col("on") == pl.col("made_on")
    outcome = (
        pl.when(is_made.fill_null(value=False))
        .then(pl.lit("promised"))
        .otherwise(pl.col("outcome"))
    )
    return Collected(
        contacts=kept.with_columns(outcome=outcome).select(*_CONTACT),
        promises=kept.filter(is_made).select(*_PROMISE),
        complaints=kept.filter(pl.col("on") == pl.col("held_from_on")).select(
            "case_id", "customer_id", "collector", received_on="on", kind="complaint"
        ),
    )


_CONTACT = (
    "case_id",
    "customer_id",
    "on",
    "hour",
    "minute",
    "channel",
    "outcome",
    "is_connected",
    "collector",
)
_PROMISE = ("case_id", "customer_id", "made_on", "due_on", "amount_fen", "collector")


def _attempts(cases: pl.DataFrame, period: int, draws: Draws) -> pl.DataFrame:
    """One row per attempt: the case's columns, `number`, on (another day each)."""
    chosen = assumptions()["collecting"]
    days = (cases["to_on"] - cases["from_on"]).dt.total_days().to_numpy() + 1
    age = (cases["to_on"] - cases["opened_on"]).dt.total_days().to_numpy()
    rate = np.array(chosen["attempts_per_day"])[np.searchsorted(chosen["age_edges_days"], age)]
    luck = draws.uniform("collecting/attempts", cases["case_id"].to_numpy(), period)
    count = np.minimum(np.floor(rate * days + luck).astype(np.int64), days)
    rows = cases.with_columns(days=pl.Series(days), attempts=pl.Series(count)).filter(
        pl.col("attempts") > 0
    )
    each = rows.with_columns(number=pl.int_ranges(0, pl.col("attempts"))).explode("number")
    ids = _ids(each)
    place = pl.Series(draws.uniform("collecting/day", ids, period))
    # Each attempt has a part of the days of its own: no two on one day.
    first = pl.col("number") * pl.col("days") // pl.col("attempts")
    room = (pl.col("number") + 1) * pl.col("days") // pl.col("attempts") - first
    return each.with_columns(place=place).with_columns(
        on=pl.col("from_on")
        + pl.duration(days=first + (pl.col("place") * room).floor().cast(pl.Int64))
    )


def _ids(attempts: pl.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    numbers: np.ndarray[tuple[int], np.dtype[np.int64]] = (
        attempts.select(pl.col("case_id") * _SLOTS + pl.col("number")).to_series().to_numpy()
    )
    return numbers


def _answers(attempts: pl.DataFrame, period: int, odds: float, draws: Draws) -> pl.DataFrame:
    """Attempts with channel, outcome, is_connected, what was drawn of a promise or complaint, who
    tried and when."""
    chosen, ids = assumptions()["collecting"], _ids(attempts)
    customers = attempts["customer_id"].to_numpy()
    otherwise, kinds = chosen["answers_otherwise"], chosen["complaint_kinds"]
    strain = max(odds, 1.0) ** chosen["complaint_strain"]
    from_hour, to_hour = chosen["hours"]

    def drawn(purpose: str) -> pl.Series:
        return pl.Series(draws.uniform(f"collecting/{purpose}", ids, period))

    def picked(purpose: str, weights: dict[str, float]) -> pl.Series:
        place = draws.choice(f"collecting/{purpose}", ids, list(weights.values()), period)
        return pl.Series(list(weights)).gather(place)

    will_pay = (pl.col("paid_on") >= pl.col("on")).fill_null(value=False)
    answer = (
        pl.when(will_pay).then(chosen["answers"]["payer"]).otherwise(chosen["answers"]["other"])
    )
    is_message, is_lost = pl.col("u_message") < chosen["message_share"], pl.col("is_lost")
    answers = pl.when(is_message).then(chosen["replies_share"]).otherwise(answer)
    soon = will_pay & (pl.col("paid_on") <= pl.col("on") + pl.duration(days=chosen["promise_days"]))
    lost = draws.uniform("collecting/number", customers)
    return (
        attempts.with_columns(
            u_message=drawn("message"),
            u_answer=drawn("answer"),
            u_promise=drawn("promise"),
            u_part=drawn("part"),
            u_complaint=drawn("complaint"),
            otherwise=picked("otherwise", otherwise),
            complaint=picked("complaint_kind", kinds),
            is_lost=pl.Series(lost < chosen["number_lost_share"]),
            hour=from_hour + (drawn("hour") * (to_hour - from_hour)).floor().cast(pl.Int64),
            minute=(drawn("minute") * 60).floor().cast(pl.Int64),
            collector=pl.Series(draws.whole("collecting/who", customers, chosen["collectors"])) + 1,
        )
        .with_columns(is_connected=~is_lost & (pl.col("u_answer") < answers))
        .with_columns(
            channel=pl.when(is_message).then(pl.lit("message")).otherwise(pl.lit("call")),
            outcome=pl.when("is_connected")
            .then(pl.col("otherwise"))
            .when(is_message)
            .then(pl.lit("sent"))
            .when(is_lost)
            .then(pl.lit("invalid_number"))
            .when(pl.col("u_answer") > 1 - (1 - answer) / 4)
            .then(pl.lit("switched_off"))
            .otherwise(pl.lit("no_answer")),
            has_promised=pl.col("is_connected")
            & (soon | (~will_pay & (pl.col("u_promise") < chosen["empty_promise_share"]))),
            is_complaint=pl.col("is_connected")
            & (pl.col("u_complaint") < chosen["complaint_per_answer"] * strain),
        )
    )


def _first(attempts: pl.DataFrame, condition: pl.Expr, name: str) -> pl.DataFrame:
    """The day of a case's first attempt that meets a condition, null where none does."""
    return attempts.with_columns(pl.col("on").filter(condition).min().over("case_id").alias(name))


def _promises(attempts: pl.DataFrame, rules: DeskRules) -> pl.DataFrame:
    """What is promised on made_on: payers the sum and the day they pay, others a part of what is
    late in a week."""
    chosen = assumptions()["collecting"]
    least, most = chosen["part_promised"]
    will_pay = (pl.col("paid_on") >= pl.col("made_on")).fill_null(value=False)
    week = pl.col("made_on") + pl.duration(days=min(chosen["promise_days"], rules.promise_days_max))
    part = pl.col("overdue_fen") * (least + (most - least) * pl.col("u_part"))
    made = attempts.with_columns(
        amount_fen=pl.when(will_pay)
        .then(pl.col("paid_fen"))
        .otherwise(part.floor())
        .cast(pl.Int64),
        due_on=pl.when(will_pay).then(pl.col("paid_on")).otherwise(week),
    )
    # Nobody promises nothing: that answer stays what it was.
    is_none = pl.col("amount_fen") <= 0
    return made.with_columns(
        made_on=pl.when(~is_none).then(pl.col("made_on")),
        grace_to_on=pl.when(~is_none).then(pl.col("due_on") + pl.duration(days=rules.grace_days)),
    )
