"""Past applications for replay tests: what became of each, and the compiled replay over them."""

import functools
from typing import Any

import polars as pl
from hypothesis import strategies as st
from sqlglot import exp

from lending_core.policy.document import Policy
from lending_core.policy.replay import changed_query, replay_query
from tests.policy.builders import CONNECTION, POLICY, PRODUCTS, SCHEMA, an_applicant
from tests.policy.crowds import CROWDS

PAST_SCHEMA = {
    **SCHEMA,
    "region_code": pl.String,
    "scenario": pl.String,
    "past_fate": pl.String,
    "past_drawn_fen": pl.Int64,
    "past_limit_fen": pl.Int64,
    "past_rate_ppm": pl.Int64,
    "past_review_percent": pl.Int32,
}
UNKNOWN = {
    "region_code": "330100",
    "scenario": "travel",
    "past_fate": "refused",
    "past_drawn_fen": None,
    "past_limit_fen": None,
    "past_rate_ppm": None,
    "past_review_percent": None,
}


def a_past(**changes: Any) -> dict[str, Any]:
    """An applicant who was refused, unless the changes say otherwise."""
    known = {name: changes.pop(name, value) for name, value in UNKNOWN.items()}
    return {**an_applicant(**changes), **known}


def drawn(amount_fen: int, limit_fen: int, rate_ppm: int, **changes: Any) -> dict[str, Any]:
    """An applicant who drew an amount of the limit offered at a rate."""
    return a_past(
        past_fate="drawn",
        past_drawn_fen=amount_fen,
        past_limit_fen=limit_fen,
        past_rate_ppm=rate_ppm,
        **changes,
    )


def offered(limit_fen: int, rate_ppm: int, **changes: Any) -> dict[str, Any]:
    """An applicant who left the limit offered at a rate."""
    return a_past(past_fate="offered", past_limit_fen=limit_fen, past_rate_ppm=rate_ppm, **changes)


def rows_of(query: exp.Select) -> list[dict[str, Any]]:
    return CONNECTION.execute(query.sql("duckdb", copy=False)).pl().to_dicts()


def replay(pasts: list[dict[str, Any]], policy: Policy = POLICY) -> list[dict[str, Any]]:
    """One row per application in order: what the policy decides and what it is worth."""
    CONNECTION.register("policy_past", pl.DataFrame(pasts, schema=PAST_SCHEMA))
    return CONNECTION.execute(_replay_sql(policy)).pl().to_dicts()


def hold_today(pasts: list[dict[str, Any]], today: Policy) -> None:
    """Holds the replay of today's policy as table `base`."""
    CONNECTION.register("policy_past", pl.DataFrame(pasts, schema=PAST_SCHEMA))
    CONNECTION.execute(f"create or replace temp table base as {_replay_sql(today)}")


@functools.lru_cache(maxsize=8)
def _replay_sql(policy: Policy) -> str:
    """Compiling takes longer than replaying a few applicants."""
    query = replay_query(policy, PRODUCTS, policy.assumption).order_by("application_id")
    return query.sql("duckdb", copy=False)


def hold_changed(today: Policy, draft: Policy) -> None:
    """Holds what the draft changes of `base` as table `changed`."""
    sql = changed_query(today, draft, PRODUCTS, today.assumption, "base").sql("duckdb", copy=False)
    CONNECTION.execute(f"create or replace temp table changed as {sql}")


RATES = st.integers(0, 240_000)
LIMITS = st.integers(1, 50_000_000)
KNOWN = st.one_of(
    st.fixed_dictionaries({"past_fate": st.sampled_from(["refused", "waiting"])}),
    st.fixed_dictionaries(
        {
            "past_fate": st.just("offered"),
            "past_limit_fen": LIMITS,
            "past_rate_ppm": RATES,
        }
    ),
    st.fixed_dictionaries(
        {
            "past_fate": st.just("drawn"),
            "past_drawn_fen": st.integers(1, 50_000_000),
            "past_limit_fen": LIMITS,
            "past_rate_ppm": RATES,
        }
    ),
)
REVIEWED = st.sampled_from([None, None, 0, 100])


@st.composite
def pasts(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A crowd of applicants, with anything that may have become of them."""
    return [
        {**UNKNOWN, **row, **draw(KNOWN), "past_review_percent": draw(REVIEWED)}
        for row in draw(CROWDS)
    ]
