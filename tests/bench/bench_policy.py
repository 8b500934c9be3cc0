"""The limit policy replayed over the past with money: against a plain scan of the columns that it
reads, against Python row by row, and ten million applications in little memory."""

import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import duckdb

from lending_core.policy.compile import input_columns
from lending_core.policy.document import Policy, opening_policy
from lending_core.policy.replay import SIDES, changed_query, replay_query
from lending_core.policy.replay_money import PAST_COLUMNS
from lending_core.policy.replay_sums import cube_query
from lending_core.products.catalogue import catalogue
from tests.policy.reading_money import worth_by_hand

APPLICATIONS = 1_000_000
MANY = 10_000_000
SAMPLE = 2_000
RUNS = 7
GIB = 2**30
MEMORY_LIMIT = "4GB"

# Columns of a random past; those that rules look at vary around the rules' values.
PAST = """
create table policy_past as
with draw as (
    select range as application_id, random() as risk, random() < 0.1 as is_business
    from range({applications})
)
select
    application_id,
    case when is_business then 'small_business'
        else ['weilidai', 'fenfu', 'youqianhua', 'fenqile', 'jintiao', 'jietiao_360']
            [1 + application_id % 6]
    end as product_code,
    case when is_business then 'small_business' else 'person' end as kind,
    (random() * 12000000)::bigint as amount_asked_fen,
    3 + (random() * 21)::integer as instalments_asked,
    (800 - 350 * risk)::integer as score,
    0.2 * risk * risk as default_probability,
    (18 + random() * 43)::integer as age_years,
    random() < 0.03 as is_student,
    random() < 0.01 as is_court_listed,
    nullif((random() * 9)::integer, 9) as inquiries_3m,
    nullif((random() * 7)::integer, 7) as lenders_with_balance,
    random() as credit_utilisation,
    (random() * 3.2)::integer as worst_status_24m,
    (random() * 200)::integer as oldest_account_months,
    random() < 0.03 as has_current_overdue,
    (random() * 120)::integer as account_tenure_months,
    (random() * 90)::integer as payment_active_days_90d,
    random() as payment_stability,
    case when random() < 0.9 then (random() * 3000000)::bigint end as monthly_income_fen,
    (random() * 300000)::bigint as monthly_debt_service_fen,
    (random() * 9000000)::bigint as other_lenders_balance_fen,
    random() as debt_to_income,
    case when is_business then (random() * 20000000)::bigint end as merchant_receipts_monthly_fen,
    random() as receipts_variation,
    (random() * 4)::integer as own_loans_repaid,
    (random() * random() * 100)::integer as own_worst_days_past_due,
    (random() * 3000000)::bigint as own_principal_fen,
    (random() * 9000000)::bigint as own_limit_fen,
    (random() * 9999)::integer as learning_draw,
    (random() * 4)::integer as inquiries_1m,
    (random() * 20)::integer as inquiries_12m,
    (random() * 12)::integer as open_accounts,
    (random() * random() * 6)::integer as overdue_months_24m,
    (random() * 8)::integer as lenders_asked_90d,
    (random() * 100)::integer as bound_card_months,
    (random() * random() * 9)::integer as failed_payments_90d,
    (random() * 12)::integer as income_months_12m,
    random() - 0.5 as receipts_growth,
    random() as receipts_peak_share,
    nullif((random() * 24)::integer, 24) as own_months_since_late,
    1 + (random() * random() * 4)::integer as people_on_device,
    1 + (random() * random() * 2)::integer as people_on_phone,
    1 + (random() * random() * 2)::integer as people_on_bank_card,
    1 + (random() * random() * 5)::integer as people_on_address,
    1 + (random() * random() * 4)::integer as applications_7d,
    (['110100', '310100', '440300', '330100'])[1 + application_id % 4] as region_code,
    (['travel', 'education', 'medical'])[1 + application_id % 3] as scenario,
    (['drawn', 'offered', 'waiting', 'refused', 'refused'])[1 + (application_id // 7) % 5]
        as past_fate,
    case when past_fate = 'drawn' then (500000 + random() * 1000000)::bigint end
        as past_drawn_fen,
    case when past_fate in ('drawn', 'offered') then 2000000 end as past_limit_fen,
    case when past_fate in ('drawn', 'offered') then 120450 end as past_rate_ppm,
    null::integer as past_review_percent
from draw
"""


def run() -> list[dict[str, Any]]:
    """Two take turns, so that whatever else the machine does slows both."""
    with duckdb.connect(config={"threads": 2}) as connection:
        _fill(connection, APPLICATIONS)
        today, draft = opening_policy(), _draft(opening_policy())
        scan, replay = _timed(connection, _scan()), _timed(connection, _replay(today))
        ratios = [replay() / scan() for _ in range(RUNS)]
        by_hand = [_by_hand(connection, today) / (replay() / APPLICATIONS) for _ in range(3)]
        connection.execute(f"create table base as {_base(today)}")
        changed = _timed(connection, *_changes(today, draft))
        seconds = [changed() for _ in range(RUNS)]
    return [
        _row(f"policy replay with money over {APPLICATIONS:,} applications / scan", ratios, "10"),
        _row("one application read plainly in Python / in the replay", by_hand, "500", "at least"),
        _row("a changed cell valued over the same", seconds, "1", unit="seconds"),
        _row(f"memory of a replay over {MANY:,} applications", [_gib_of_many()], "8", unit="GiB"),
    ]


def _row(
    name: str, figures: list[float], bound: str, words: str = "at most", unit: str = "times"
) -> dict[str, Any]:
    figure = statistics.median(figures)
    return {"name": name, "figure": figure, "aim": f"{words} {bound}", "unit": unit}


def _fill(connection: duckdb.DuckDBPyConnection, applications: int) -> None:
    connection.execute("select setseed(0.5)")
    connection.execute(PAST.format(applications=applications))


def _draft(policy: Policy) -> Policy:
    """One cell of band C is another."""
    changed = {"C": {"limit_person_fen": 7_000_000}}
    bands = (replace(band, **changed.get(band.name, {})) for band in policy.band)
    return replace(policy, band=tuple(bands))


def _base(policy: Policy) -> str:
    return replay_query(policy, catalogue().values(), policy.assumption).sql("duckdb")


def _replay(policy: Policy) -> str:
    """The whole of a replay in one statement that keeps no row."""
    return f"with base as ({_base(policy)}) {cube_query('base', 'today').sql('duckdb')}"


def _changes(today: Policy, draft: Policy) -> list[str]:
    """What a screen asks of a changed cell: who is decided differently, and both cubes of them."""
    query = changed_query(today, draft, catalogue().values(), today.assumption, "base")
    cubes = [cube_query("changed", side).sql("duckdb") for side in SIDES]
    return [f"create or replace table changed as {query.sql('duckdb')}", *cubes]


def _scan() -> str:
    """Count, least, greatest and, of numbers, sum of every column that the replay may read."""
    words = ("product_code", "kind", "region_code", "scenario", "past_fate")
    columns = (*input_columns(), *PAST_COLUMNS)
    parts = [f"count({name}), min({name}), max({name})" for name in columns]
    parts += [f"sum({name}::double)" for name in columns if name not in words]
    return f"select {', '.join(parts)} from policy_past"


def _by_hand(connection: duckdb.DuckDBPyConnection, policy: Policy) -> float:
    """Seconds of one application of a sample, read, decided and valued in Python."""
    start = time.perf_counter()
    for row in connection.sql(f"select * from policy_past limit {SAMPLE}").pl().to_dicts():
        worth_by_hand(policy, row)
    return (time.perf_counter() - start) / SAMPLE


def _timed(connection: duckdb.DuckDBPyConnection, *queries: str) -> Callable[[], float]:
    def seconds() -> float:
        start = time.perf_counter()
        for query in queries:
            connection.execute(query).fetchall()
        return time.perf_counter() - start

    return seconds


def _gib_of_many() -> float:
    """Peak memory of a process of its own that fills and replays many applications."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.bench.bench_policy"],
        capture_output=True,
        text=True,
        check=True,
    )
    return float(done.stdout)


def _replay_many() -> None:
    config: dict[str, Any] = {"threads": 2, "memory_limit": MEMORY_LIMIT}
    with duckdb.connect(config=config) as connection:
        _fill(connection, MANY)
        connection.execute(_replay(opening_policy())).fetchall()
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / GIB)


if __name__ == "__main__":
    _replay_many()
