"""The limit policy replayed over the past, against a plain scan of the columns that it reads."""

import statistics
import time
from typing import Any

import duckdb

from lending_core.policy.compile import input_columns
from lending_core.policy.document import opening_policy
from lending_core.policy.what_if import what_if_query
from lending_core.products.catalogue import catalogue

APPLICATIONS = 1_000_000
RUNS = 7

# Columns of a random past; those that rules look at vary around the rules' values.
PAST = """
create table policy_input as
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
    1 + (random() * random() * 4)::integer as applications_7d
from draw
"""


def run() -> list[dict[str, Any]]:
    """The two take turns, so that whatever else the machine does slows both."""
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("select setseed(0.5)")
        connection.execute(PAST.format(applications=APPLICATIONS))
        policy = opening_policy()
        replay = what_if_query(policy, catalogue().values(), policy.assumption).sql("duckdb")
        ratios = [_seconds(connection, replay) / _seconds(connection, _scan()) for _ in range(RUNS)]
    return [
        {
            "name": f"policy what-if over {APPLICATIONS:,} applications / scan of the same columns",
            "figure": statistics.median(ratios),
            "aim": "at most 10",
            "unit": "times slower",
        }
    ]


def _scan() -> str:
    """Count, least, greatest and, of numbers, sum of every column that the policy may read."""
    words = ("product_code", "kind")
    parts = [f"count({name}), min({name}), max({name})" for name in input_columns()]
    parts += [f"sum({name}::double)" for name in input_columns() if name not in words]
    return f"select {', '.join(parts)} from policy_input"


def _seconds(connection: duckdb.DuckDBPyConnection, query: str) -> float:
    start = time.perf_counter()
    connection.execute(query).fetchall()
    return time.perf_counter() - start
