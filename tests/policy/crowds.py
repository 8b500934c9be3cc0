"""Applicants of every kind, at and around the edges of the rules, unknown values among them."""

from hypothesis import strategies as st

from tests.policy.builders import PRODUCTS, a_business, an_applicant


def around(*edges: int) -> st.SearchStrategy[int]:
    """Values at and next to each edge."""
    return st.sampled_from([edge + step for edge in edges for step in (-1, 0, 1)])


def maybe(strategy: st.SearchStrategy) -> st.SearchStrategy:
    return st.none() | strategy


MONEY = st.integers(0, 60_000_000) | around(400_000, 3_000_000, 10_000_000, 30_000_000)

CHANGES = st.fixed_dictionaries(
    {},
    optional={
        "product_code": st.sampled_from([*(p.code for p in PRODUCTS), "unheard_of"]),
        "kind": st.sampled_from(["person", "small_business"]),
        "amount_asked_fen": MONEY,
        "instalments_asked": st.integers(1, 60),
        "score": maybe(st.integers(-100, 1_000) | around(500, 555, 600, 650, 705, 755)),
        "age_years": around(18, 60),
        "is_student": st.booleans(),
        "is_court_listed": st.booleans(),
        "has_current_overdue": maybe(st.booleans()),
        "worst_status_24m": maybe(around(3)),
        "inquiries_3m": maybe(around(8)),
        "lenders_with_balance": maybe(around(6)),
        "credit_utilisation": maybe(st.floats(0, 1) | st.sampled_from([0.1, 0.3, 0.8])),
        "monthly_income_fen": maybe(MONEY),
        "monthly_debt_service_fen": maybe(MONEY),
        "merchant_receipts_monthly_fen": maybe(MONEY),
        "other_lenders_balance_fen": maybe(MONEY),
        "own_loans_repaid": around(2),
        "receipts_growth": maybe(st.floats(-1, 1) | st.sampled_from([-0.3])),
        "own_worst_days_past_due": around(30, 90),
        "own_limit_fen": maybe(MONEY | around(19_950_000, 50_000_000)),
        "own_principal_fen": MONEY | around(19_950_000, 20_000_000, 50_000_000),
        "people_on_device": maybe(around(3, 5)),
        "people_on_bank_card": maybe(around(2)),
        "applications_7d": around(4),
        "learning_draw": st.integers(0, 9_999) | around(200),
    },
)
APPLICANTS = st.builds(
    lambda build, changes: build(**changes), st.sampled_from([an_applicant, a_business]), CHANGES
)
CROWDS = st.lists(APPLICANTS, min_size=1, max_size=15).map(
    lambda crowd: [{**row, "application_id": n} for n, row in enumerate(crowd)]
)
