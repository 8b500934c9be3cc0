"""For every rule held over the book: rows that break it, rows that just do not, what is found."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from tests.builders import BUSINESS_ON
from tests.operations.compliance_rows import LENT_ON, Row, a_loan, instant, row, without


class Case(NamedTuple):
    """Rows that break a rule (of one thing, `found`), and rows that keep it, as near as can be."""

    breaks: list[Row]
    keeps: list[Row]
    found: str = "1"
    parameters: Mapping[str, Any] = MappingProxyType({})


def lent(**changes: Any) -> list[Row]:
    """A loan with these facts of its own."""
    return a_loan(loan=changes)


def lent_to_shop(**changes: Any) -> list[Row]:
    """A loan to a small business."""
    return a_loan(
        customer={"kind": "small_business"}, loan={"product_code": "small_business", **changes}
    )


def month(**changes: Any) -> list[Row]:
    """A loan at the newest month end."""
    return [row("loan_month", **changes)]


def contacts(count: int, **changes: Any) -> list[Row]:
    """So many attempts, one after the other."""
    return [row("contact_attempt", contact_id=number, **changes) for number in range(1, count + 1)]


def known(**features: Any) -> list[Row]:
    """An application of which these features are known."""
    return a_loan(application_feature=features)


def at_hour(utc_hour: int) -> list[Row]:
    return contacts(1, attempted_at=instant(LENT_ON, utc_hour, 30))


def contact_on(on: date, minute: int = 0) -> list[Row]:
    """An attempt at noon of a day, or so many minutes later."""
    at = instant(on, minute=minute)
    return contacts(1, business_on=on, attempted_at=at, recorded_at=at)


def told_of_contact(contact_id: int, on: date = LENT_ON) -> Row:
    """The ledger's word on an attempt in case 1."""
    told = {"event_id": 1_000_000 + contact_id, "hash": f"{contact_id}", "subject_kind": "case"}
    payload = f'{{"contact_id":{contact_id}}}'
    return row("event", **told, action="contact_logged", business_on=on, payload=payload)


def sheet(**changes: Any) -> list[Row]:
    """A contract with its evidence."""
    return [*a_loan(), row("acceptance", **changes)]


def asked(days_ago: int, *rows: Row) -> list[Row]:
    """A person was asked for so many days ago."""
    on = BUSINESS_ON - timedelta(days=days_ago)
    return [row("review_request", requested_on=on), *rows]


def reviewed_on(on: date) -> Row:
    """A person decided on that day of the book."""
    return row("event", action="application_reviewed", subject_kind="application", business_on=on)


def bad_before(months_on_time: int) -> list[Row]:
    """A loan that was 91 days late and then on time for so many months, prepared as normal."""
    late_on = date(2026, 10 - months_on_time, 28)
    return [
        row("provision_run"),
        row("provision_loan"),
        row("loan_month", month_end_on=late_on, days_past_due=91, asset_class="substandard"),
    ]


OVER = timedelta(days=21)
SHEET = {"cost_sheet_hash": None, "shown_at": None, "confirmed_at": None}
LATE_LINE = [*a_loan(), row("loan_position", days_past_due=1)]
MODEL = [row("model_version"), row("model_status", status="champion", position=71)]
GROUP = [
    *a_loan(1, customer={"kind": "small_business"}),
    *a_loan(2, customer={"kind": "small_business"}, loan={"customer_id": 1}),
    row("provision_run"),
]


def group(bad_fen: int) -> list[Row]:
    return [
        *GROUP,
        row("provision_loan", principal_fen=100_000 - bad_fen),
        row("provision_loan", loan_id=2, principal_fen=bad_fen, asset_class="substandard"),
    ]


def old_lateness(applied_on: date) -> list[Row]:
    return [
        *a_loan(
            application={"applied_on": applied_on},
            application_feature={"own_worst_days_past_due": 40},
        ),
        row("loan_month", month_end_on=date(2021, 1, 31), days_past_due=40),
    ]


BOOK_CASES: dict[tuple[str, str], Case] = {
    ("IL-01", "line_limits"): Case(
        a_loan(limit_change={"limit_fen": 20_000_001}),
        a_loan(limit_change={"limit_fen": 20_000_000}),
    ),
    ("IL-03", "bullet_tenor"): Case(
        lent(method="interest_only", instalments=13), lent(method="interest_only", instalments=12)
    ),
    ("IL-04", "line_review_due"): Case(
        [
            *a_loan(
                customer={"kind": "small_business"}, limit_change={"changed_on": date(2025, 10, 30)}
            ),
            row("loan_position"),
        ],
        [
            *a_loan(
                customer={"kind": "small_business"}, limit_change={"changed_on": date(2025, 10, 31)}
            ),
            row("loan_position"),
        ],
    ),
    ("IL-05", "tenor"): Case(lent(instalments=61), lent(instalments=60)),
    ("IL-06", "self_paid"): Case(
        [
            *a_loan(1, loan={"principal_fen": 20_000_000}),
            *a_loan(2, loan={"principal_fen": 10_000_001, "customer_id": 1}),
        ],
        [
            *a_loan(1, loan={"principal_fen": 20_000_000, "disbursed_on": date(2026, 9, 8)}),
            *a_loan(2, loan={"principal_fen": 10_000_001, "customer_id": 1}),
        ],
        "1, 2",
    ),
    ("IL-07", "purposes"): Case(lent(scenario="stocks"), lent(scenario="medical")),
    ("IL-07", "misuse_drawable"): Case(
        [*a_loan(), row("loan_trigger")], [*a_loan(), row("loan_trigger"), row("line_change")]
    ),
    ("LT-05", "purposes"): Case(
        lent(scenario="stocks", disbursed_on=date(2025, 1, 2)),
        lent(scenario="stocks", disbursed_on=date(2024, 1, 2)),
    ),
    ("IL-09", "read_without_consent"): Case(
        known(inquiries_3m=1), [*known(inquiries_3m=1), row("consent")]
    ),
    ("CR-01", "read_without_consent"): Case(
        known(account_tenure_months=9),
        [*known(account_tenure_months=9), row("consent", source="tenure")],
    ),
    ("PI-05", "read_without_consent"): Case(
        [*known(monthly_income_fen=1), row("consent", source="income", is_granted=False)],
        [*known(monthly_income_fen=1), row("consent", source="income")],
    ),
    ("IL-10", "first_draw_gap"): Case(
        a_loan(application={"applied_on": LENT_ON - timedelta(days=32)}),
        a_loan(application={"applied_on": LENT_ON - timedelta(days=31)}),
    ),
    ("IL-12", "manual_reviews"): Case(
        a_loan(application={"applied_on": BUSINESS_ON}),
        [*a_loan(application={"applied_on": BUSINESS_ON}), row("review")],
    ),
    ("IL-14", "model_one_person"): Case(
        [row("model_version"), row("model_status", changed_by="risk_maker")],
        [row("model_version"), row("model_status")],
        "7",
    ),
    ("IL-15", "model_unreviewed"): Case(
        [without("model_status"), *MODEL],
        [without("model_status"), row("model_status"), *MODEL],
        "7",
    ),
    ("IL-16", "model_unwatched"): Case(
        [
            without("model_status"),
            *MODEL,
            row("warning_run", business_on=BUSINESS_ON - timedelta(days=32)),
        ],
        [
            without("model_status"),
            *MODEL,
            row("warning_run", business_on=BUSINESS_ON - timedelta(days=31)),
        ],
        "7",
    ),
    ("IL-17", "model_retired_used"): Case(
        [
            *a_loan(assessment={"model_version": 7}),
            row("model_version"),
            row("model_status", status="retired", effective_on=LENT_ON - timedelta(days=1)),
        ],
        [
            *a_loan(assessment={"model_version": 7}),
            row("model_version"),
            row("model_status", status="retired", effective_on=LENT_ON),
        ],
        "7",
    ),
    ("IL-18", "model_undocumented"): Case(
        [*a_loan(assessment={"model_version": 7}), row("model_version", model_card=None)],
        [*a_loan(assessment={"model_version": 7}), row("model_version")],
        "7",
    ),
    ("IL-19", "funder_unknown"): Case(a_loan(funding={"funder_code": "a_friend"}), a_loan()),
    ("IL-25", "loan_undecided"): Case(a_loan(decision={"outcome": "decline"}), a_loan()),
    ("IL-27", "student_loans"): Case(known(is_student=True), a_loan()),
    ("PI-06", "minor_loans"): Case(known(age_years=17), known(age_years=18)),
    ("PR-11", "paid_out_short"): Case(
        [*a_loan(), row("posting", amount_fen=97_000)], [*a_loan(), row("posting")]
    ),
    ("PR-13", "price_spread"): Case(
        [*a_loan(1), *a_loan(2, decision={"annual_rate": Decimal("0.147000")})],
        [*a_loan(1), *a_loan(2, decision={"annual_rate": Decimal("0.147000"), "band": "C"})],
        "weilidai",
    ),
    ("PR-14", "penalty_multiple"): Case(
        lent(penalty_multiple=Decimal("1.51")), lent(penalty_multiple=Decimal("1.30"))
    ),
    ("PR-08", "sheet_missing"): Case(sheet(**SHEET), sheet()),
    ("PR-09", "sheet_unread"): Case(sheet(confirmed_at=instant(LENT_ON, second=9)), sheet(), "1"),
    ("PR-10", "sheet_coverage"): Case(sheet(shown_at=None), sheet()),
    ("CR-04", "adverse_too_old"): Case(
        old_lateness(date(2026, 2, 1)), old_lateness(date(2026, 1, 31))
    ),
    ("CR-05", "consent_purpose"): Case([row("consent", purpose="marketing")], [row("consent")]),
    ("CR-06", "complaint_unanswered"): Case(
        [row("complaint", received_on=BUSINESS_ON - OVER)],
        [
            row("complaint", received_on=BUSINESS_ON - OVER),
            row("contact_attempt", is_connected=True, business_on=BUSINESS_ON - timedelta(days=1)),
        ],
    ),
    ("PI-01", "consent_text_unknown"): Case([row("consent", text_version="0")], [row("consent")]),
    ("PI-04", "request_unanswered"): Case(
        asked(16, row("review", needs_second=True), reviewed_on(BUSINESS_ON - timedelta(days=15))),
        # The clock of the machine is months ahead of the book.
        asked(
            16,
            row("review", reviewed_at=instant(date(2027, 3, 1))),
            reviewed_on(BUSINESS_ON - timedelta(days=1)),
        ),
    ),
    ("PI-07", "declined_kept"): Case(
        a_loan(
            application={"applied_on": BUSINESS_ON - timedelta(days=181)},
            decision={"outcome": "decline"},
            credit_line=None,
        ),
        a_loan(
            application={"applied_on": BUSINESS_ON - timedelta(days=180)},
            decision={"outcome": "decline"},
            credit_line=None,
        ),
    ),
    ("DS-02", "persons_held"): Case(
        [*a_loan(1), *a_loan(2)], a_loan(1), parameters={"persons_max": 2}
    ),
    ("DS-04", "records_missing"): Case(a_loan(instalment=None), a_loan()),
    ("AC-01", "class_unknown"): Case(month(asset_class="fine"), month()),
    ("AC-02", "class_floor"): Case(
        month(days_past_due=1), month(days_past_due=1, asset_class="special_mention")
    ),
    ("AC-03", "class_floor"): Case(
        month(days_past_due=91, asset_class="special_mention"),
        month(days_past_due=90, asset_class="special_mention"),
    ),
    ("AC-04", "class_floor"): Case(
        month(days_past_due=271, asset_class="substandard"),
        month(days_past_due=270, asset_class="substandard"),
    ),
    ("AC-05", "class_floor"): Case(
        month(days_past_due=361, asset_class="doubtful"),
        month(days_past_due=360, asset_class="doubtful"),
    ),
    ("AC-07", "class_group"): Case(group(10_001), group(10_000)),
    ("AC-08", "class_restructured"): Case(
        [*month(), row("loan_event")], [*month(asset_class="special_mention"), row("loan_event")]
    ),
    ("AC-09", "class_upgrade"): Case(bad_before(5), bad_before(6)),
    ("PV-01", "provision_ratio"): Case(month(allowance_fen=2_499), month(allowance_fen=2_500)),
    ("PV-02", "provision_coverage"): Case(
        month(asset_class="substandard", allowance_fen=149_999),
        month(asset_class="substandard", allowance_fen=150_000),
    ),
    ("EC-01", "stage_unknown"): Case(month(stage=None), month()),
    ("EC-02", "stage_floor"): Case(month(days_past_due=31), month(days_past_due=30)),
    ("EC-03", "stage_floor"): Case(
        month(days_past_due=91, stage=2), month(days_past_due=90, stage=2)
    ),
    ("EC-04", "class_stage"): Case(month(asset_class="doubtful"), month()),
    ("CO-01", "contact_at_night"): Case(at_hour(14), at_hour(13)),
    ("CO-02", "contact_unanswered"): Case(contacts(7), contacts(6)),
    ("CO-03", "contact_connected"): Case(
        contacts(4, is_connected=True, outcome="refuses"),
        contacts(3, is_connected=True, outcome="refuses"),
    ),
    ("CO-04", "contact_third"): Case(
        [*contacts(2), row("contact_attempt", contact_id=9, party="related", number_key="k")],
        [*contacts(3), row("contact_attempt", contact_id=9, party="related", number_key="k")],
    ),
    ("CO-07", "contact_words"): Case(
        contacts(1, note="Said: pay OR ELSE"), contacts(1, note="Said that it will be paid")
    ),
    ("CO-08", "agency_unpublished"): Case(
        [row("agency_placement", agency_code="suzhui")], [row("agency_placement")]
    ),
    ("CO-09", "agency_violent"): Case(
        [row("agency_placement", agency_code="tiewan")], [row("agency_placement")]
    ),
    ("CO-10", "contact_missing"): Case(
        [*contacts(1), told_of_contact(1), told_of_contact(2, LENT_ON)],
        [*contacts(1), told_of_contact(1), told_of_contact(2, date(2021, 10, 30))],
    ),
    ("CO-11", "contact_on_hold"): Case(
        [row("collection_hold"), *contact_on(date(2026, 9, 29))],
        [row("collection_hold"), *contact_on(date(2026, 9, 30))],
    ),
    ("CO-12", "agency_complaints"): Case(
        [row("complaint", complaint_id=one, agency_code="heyue") for one in range(1, 51)],
        [row("complaint", complaint_id=one, agency_code="heyue") for one in range(1, 50)],
        "heyue",
    ),
    ("LT-01", "lender_balance"): Case(
        a_loan(
            loan={"principal_fen": 20_000_001},
            funding={"funder_code": "minghu_microloan", "share_fen": 20_000_001},
        ),
        a_loan(loan={"principal_fen": 20_000_001}, funding={"share_fen": 20_000_001}),
    ),
    ("LT-02", "lender_balance"): Case(
        a_loan(
            customer={"kind": "small_business"},
            funding={"funder_code": "minghu_microloan", "share_fen": 1_000_000_001},
        ),
        a_loan(
            customer={"kind": "small_business"},
            funding={"funder_code": "minghu_microloan", "share_fen": 1_000_000_000},
        ),
    ),
    ("LT-06", "lender_balance"): Case(
        a_loan(funding={"funder_code": "qinghe_finance", "share_fen": 20_000_001}),
        a_loan(funding={"funder_code": "qinghe_finance", "share_fen": 20_000_000}),
    ),
    ("LT-09", "business_cap"): Case(lent_to_shop(instalments=37), lent_to_shop(instalments=36)),
    ("PM-03", "product_terms"): Case(lent(principal_fen=4_000_001), lent(principal_fen=4_000_000)),
    ("PM-04", "product_terms"): Case(
        lent(product_code="fenfu", method="equal_principal"),
        lent(product_code="fenfu", method="minimum_payment", instalments=12, grace_days=0),
    ),
    ("PM-12", "line_overdrawn"): Case(
        a_loan(limit_change={"limit_fen": 99_999}), a_loan(limit_change={"limit_fen": 100_000})
    ),
    ("PM-12", "line_not_frozen"): Case(LATE_LINE, [*LATE_LINE, row("line_change")]),
}
