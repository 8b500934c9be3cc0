"""Who may do what, role by role, and below every screen."""

from datetime import timedelta

import pytest

from lending_core import settings
from lending_core.access.permissions import GRANTS, Actor, Permission, Role, require
from lending_core.errors import LendingError, NotAllowed
from lending_core.operations import (
    accounting,
    applicants,
    attention,
    card_facts,
    catching_up,
    closing,
    consents,
    customers,
    day_exceptions,
    day_reports,
    demonstration,
    ledger,
    lines,
    loan_events,
    loan_views,
    model_exchange,
    model_life,
    model_silent,
    model_training,
    models,
    months,
    origination,
    policies,
    policy_guard,
    policy_life,
    policy_replay,
    policy_trial,
    provision_overlays,
    reports,
    reviewing,
    score_reports,
    warning_back_test,
)
from lending_core.operations.listing import Asked, Order
from lending_core.operations.policy_replay import Window
from lending_core.policy.document import opening_policy
from lending_core.policy.replay_people import Cell
from lending_core.scoring.plan import house_plan
from lending_core.store.engine import Store
from tests.access.api_operations import API_OPERATIONS
from tests.access.book_operations import BOOK_OPERATIONS, Call
from tests.access.compliance_operations import COMPLIANCE_OPERATIONS
from tests.access.funding_operations import FUNDING_OPERATIONS
from tests.access.ledger_operations import LEDGER_OPERATIONS
from tests.access.policy_operations import POLICY_OPERATIONS
from tests.access.privacy_operations import PRIVACY_OPERATIONS
from tests.access.reading_operations import READING_OPERATIONS
from tests.builders import AT, BUSINESS_ON, OPEN_ON, a_book, a_submission, an_acceptance

PEOPLE = tuple(role for role in Role if role is not Role.SYSTEM)
REVIEW = reviewing.Review(1, "approve", "income_proven", "seen")
A_DRAW = lines.DrawRequest(1, 50_000, 5, "equal_principal", "0" * 64, AT, AT + timedelta(minutes=1))
A_TRAINING = model_training.TrainingOrder("scorecard", house_plan())
A_MODEL = model_life.ModelOrder(1, "seen")
A_SUBMISSION = policy_life.PolicySubmission(opening_policy(), "why")
AN_APPROVAL = policy_life.Approval(1, "why")
AN_ORDER = policy_life.PolicyOrder(1, "why")
TWO_POLICIES = (opening_policy(), opening_policy())
A_CELL = (Window(), Cell("draft"))
A_TRIAL = policy_trial.TrialOrder(1, 1_000, "why")
A_BACK_TEST = warning_back_test.BackTestOrder(1, 1)
SOME_MOVES = day_reports.Moves(BUSINESS_ON, OPEN_ON)
A_DIFFERENCE = Order("difference_fen")
PAYMENT = loan_events.LoanEvent(1, "payment", OPEN_ON, amount_fen=10_000)
WAIVER = loan_events.LoanEvent(
    1, "waiver", OPEN_ON, amount_fen=100, component="penalty", reason="hardship"
)

# Every operation that staff may ask for, with a call that is complete but for the right to make it.
HOUSE_OPERATIONS: dict[Permission, tuple[Call, ...]] = {
    Permission.SUBMIT_APPLICATION: (
        lambda store, who: origination.submit_application(
            store, who, a_submission(), key="k", at=AT
        ),
        lambda store, who: origination.accept_offer(store, who, an_acceptance(1), key="k", at=AT),
        lambda store, who: lines.draw(store, who, A_DRAW, key="k", at=AT),
        lambda store, who: reviewing.request_review(store, who, 1, at=AT),
        lambda store, who: consents.grant_consent(store, who, 1, "bureau", at=AT),
        lambda store, who: consents.withdraw_consent(store, who, 1, "bureau", at=AT),
    ),
    Permission.REVIEW_APPLICATION: (
        lambda store, who: reviewing.review_application(store, who, REVIEW, at=AT),
        lambda store, who: reviewing.confirm_review(store, who, REVIEW, at=AT),
    ),
    Permission.RUN_DEMONSTRATION: (
        lambda store, who: months.run_month(store, who, at=AT),
        lambda store, who: demonstration.stop_paying(store, who, 1, at=AT),
        lambda store, who: applicants.run_applicants(store, who, applicants.BulkRun("b", 1), at=AT),
        lambda store, who: applicants.sample_applicant(store, who, "surprise", 1),
        lambda store, who: warning_back_test.months_of(
            store, who, A_BACK_TEST, settings.from_environment()
        ),
    ),
    Permission.SAVE_POLICY: (
        lambda store, who: policy_life.submit_policy(store, who, A_SUBMISSION, at=AT),
        lambda store, who: policy_life.withdraw_policy(store, who, AN_ORDER, at=AT),
    ),
    Permission.MANAGE_LINES: (
        lambda store, who: lines.set_line_status(
            store, who, lines.LineOrder(1, "frozen", "purpose_breach"), at=AT
        ),
    ),
    Permission.RECORD_PAYMENT: (
        lambda store, who: loan_events.record(store, who, PAYMENT, key="k", at=AT),
    ),
    Permission.SERVICE_LOAN: (
        lambda store, who: loan_events.record(store, who, WAIVER, key="k", at=AT),
    ),
    Permission.CLOSE_DAY: (
        lambda store, who: closing.close_day(store, who, OPEN_ON, at=AT),
        lambda store, who: catching_up.close_through(store, who, OPEN_ON, at=AT),
        lambda store, who: policy_guard.check_guard(store, who, at=AT),
    ),
    Permission.APPROVE_POLICY: (
        lambda store, who: policy_life.approve_policy(store, who, AN_APPROVAL, at=AT),
        lambda store, who: policy_life.return_policy(store, who, AN_ORDER, at=AT),
        lambda store, who: policy_life.reinstate_policy(store, who, AN_ORDER, at=AT),
        lambda store, who: policy_trial.start_trial(store, who, A_TRIAL, at=AT),
        lambda store, who: policy_trial.end_trial(store, who, 1, "why", at=AT),
    ),
    Permission.TRAIN_MODEL: (
        lambda store, who: model_training.train_model(store, who, A_TRAINING, at=AT),
        lambda store, who: model_exchange.import_model(store, who, b"{}", at=AT),
    ),
    Permission.VALIDATE_MODEL: (
        lambda store, who: model_life.validate_model(store, who, A_MODEL, at=AT),
    ),
    Permission.MANAGE_MODELS: (
        lambda store, who: model_life.appoint_champion(store, who, A_MODEL, at=AT),
        lambda store, who: model_life.appoint_challenger(store, who, A_MODEL, at=AT),
        lambda store, who: model_life.retire_model(store, who, A_MODEL, at=AT),
        lambda store, who: model_silent.score_past(store, who, 1, at=AT),
    ),
    Permission.SWITCH_MODEL: (
        lambda store, who: model_life.switch_off_champion(store, who, A_MODEL, at=AT),
    ),
    Permission.VIEW_POLICY: (
        lambda store, who: policies.policy_versions(store, who),
        lambda store, who: policies.life_of_policy(store, who, 1),
        lambda store, who: policies.policy_use(store, who),
        lambda store, who: policies.policy_days(store, who),
        lambda store, who: policy_guard.guard_reading(store, who),
        lambda store, who: policy_guard.reversion(store, who),
        lambda store, who: policy_trial.trials(store, who),
        lambda store, who: policy_trial.trial_result(store, who, 1),
        lambda store, who: policy_replay.span(store, who, Window()),
        lambda store, who: policy_replay.parts(store, who, Window()),
        lambda store, who: policy_replay.replayed(store, who, opening_policy(), Window()),
        lambda store, who: policy_replay.changes(store, who, *TWO_POLICIES, Window()),
        lambda store, who: policy_replay.dealt(store, who, opening_policy(), Window()),
        lambda store, who: policy_replay.applicants(store, who, *TWO_POLICIES, A_CELL),
        lambda store, who: policy_replay.outcomes(store, who),
        lambda store, who: policy_replay.lenders(store, who, (), 1, opening_policy().assumption),
        lambda store, who: policy_replay.reproduced(store, who),
    ),
    Permission.VIEW_SCORES: (
        lambda store, who: reports.model_versions(store, who),
        lambda store, who: consents.preview_withdrawal(store, who, 1, "bureau"),
        lambda store, who: score_reports.scored_applications(store, who, 1),
        lambda store, who: score_reports.feature_bins(store, who, 1),
        lambda store, who: models.models(store, who),
        lambda store, who: models.life_of_model(store, who, 1),
        lambda store, who: models.model_of_version(store, who, 1),
        lambda store, who: models.trace_of_model(store, who, 1),
        lambda store, who: model_life.fallback_version(store, who),
        lambda store, who: model_silent.unscored(store, who, 1),
        lambda store, who: model_training.data_is_as_it_was(store, who, 1),
        lambda store, who: model_exchange.exported(store, who, 1),
    ),
    Permission.AUDIT_FAIRNESS: (
        lambda store, who: score_reports.audited_applications(store, who, 1),
    ),
    Permission.VIEW_APPLICATIONS: (
        lambda store, who: card_facts.card_check(store, who, 1),
        lambda store, who: reports.applications(store, who, reports.ApplicationFilter()),
        lambda store, who: reviewing.review_queue(store, who),
    ),
    Permission.VIEW_BOOK: (
        lambda store, who: reports.month_figures(store, who),
        lambda store, who: reports.bucket_by_month(store, who, reports.BookFilter()),
        lambda store, who: reports.loan_page(store, who, 1),
        lambda store, who: ledger.events(store, who, ("loan", 1)),
        lambda store, who: ledger.count_events(store, who, ("loan", 1)),
        lambda store, who: ledger.all_events(store, who, ("loan", 1)),
        lambda store, who: ledger.events_of(store, who, "loan", 1),
        lambda store, who: accounting.journal_of_loan(store, who, 1),
        lambda store, who: attention.attention(store, who),
        lambda store, who: loan_events.preview(store, who, PAYMENT),
        lambda store, who: loan_events.events_of_loan(store, who, 1),
        lambda store, who: loan_views.loan_on(store, who, 1, BUSINESS_ON, BUSINESS_ON),
        lambda store, who: loan_views.contract_plan(store, who, 1),
        lambda store, who: loan_views.line_of_loan(store, who, 1),
        lambda store, who: day_reports.day_standing(store, who, OPEN_ON),
        lambda store, who: day_reports.count_closed_days(store, who),
        lambda store, who: day_reports.closed_days(store, who),
        lambda store, who: day_reports.all_closed_days(store, who, Order("closed_on")),
        lambda store, who: day_reports.days_closed_between(store, who, BUSINESS_ON, BUSINESS_ON),
        lambda store, who: day_reports.count_moves(store, who, SOME_MOVES),
        lambda store, who: day_reports.moved_loans(store, who, SOME_MOVES),
        lambda store, who: day_reports.all_moved_loans(store, who, SOME_MOVES, Order("moved_on")),
        lambda store, who: day_reports.stage_moves(store, who, "day"),
        lambda store, who: day_exceptions.exceptions(store, who),
        lambda store, who: day_exceptions.exception_rows(
            store, who, "waiting_refund", Asked(Order("excess_fen"))
        ),
        lambda store, who: customers.customer_page(store, who, 1),
        lambda store, who: customers.loans_of_customer(store, who, 1),
        lambda store, who: customers.lines_of_customer(store, who, 1),
        lambda store, who: customers.line_log(store, who, 1),
        lambda store, who: consents.consents_of_customer(store, who, 1),
        lambda store, who: consents.consent_log(store, who, 1),
    ),
    Permission.VIEW_ACCOUNTS: (
        lambda store, who: accounting.trial_balance(store, who, BUSINESS_ON, BUSINESS_ON),
        lambda store, who: accounting.flow_turnover(store, who, BUSINESS_ON, BUSINESS_ON),
        lambda store, who: accounting.count_differences(store, who, "day"),
        lambda store, who: accounting.differences(store, who, "flow"),
        lambda store, who: accounting.all_differences(store, who, "account", A_DIFFERENCE),
        lambda store, who: day_exceptions.exception_rows(
            store, who, "ledger_difference", Asked(A_DIFFERENCE)
        ),
        lambda store, who: day_exceptions.all_exception_rows(
            store, who, "unbalanced_day", A_DIFFERENCE
        ),
    ),
    Permission.VIEW_EVENTS: (
        lambda store, who: ledger.events(store, who),
        lambda store, who: ledger.events(store, who, ("policy", 1)),
        lambda store, who: ledger.count_events(store, who),
        lambda store, who: ledger.all_events(store, who),
        lambda store, who: ledger.event(store, who, 1),
        lambda store, who: ledger.verify_chain(store, who),
    ),
}
CALLS = [
    (permission, call)
    for operations in (
        *(HOUSE_OPERATIONS, BOOK_OPERATIONS, COMPLIANCE_OPERATIONS),
        *(LEDGER_OPERATIONS, FUNDING_OPERATIONS, PRIVACY_OPERATIONS),
        *(POLICY_OPERATIONS, READING_OPERATIONS, API_OPERATIONS),
    )
    for permission, calls in operations.items()
    for call in calls
]


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """One book for every question: who is let in does not depend on what others did before."""
    return a_book(tmp_path_factory.mktemp("house") / "book.duckdb")


def is_let_in(call: Call, store: Store, who: Actor) -> bool:
    """Whether the operation went past its permission; another refusal comes later than that."""
    try:
        call(store, who)
    except NotAllowed as refusal:
        return refusal.reason != "not_allowed"
    except LendingError:
        return True
    return True


@pytest.mark.parametrize(("permission", "call"), CALLS)
def test_an_operation_lets_in_exactly_the_roles_with_its_permission(
    store: Store, permission: Permission, call: Call
) -> None:
    let_in = {role for role in PEOPLE if is_let_in(call, store, Actor("somebody", role))}

    assert let_in == {role for role in PEOPLE if permission in GRANTS[role]}


def test_every_permission_is_granted_to_somebody_and_asked_for_somewhere() -> None:
    granted = frozenset().union(*(GRANTS[role] for role in PEOPLE))

    assert granted == frozenset(Permission)
    asked = {permission for permission, _ in CALLS}
    assert asked == frozenset(Permission)


def test_nobody_both_saves_and_approves_policies() -> None:
    both = {Permission.SAVE_POLICY, Permission.APPROVE_POLICY}

    assert [role for role in PEOPLE if both <= GRANTS[role]] == []


def test_nobody_both_prepares_and_signs_off_provisions() -> None:
    both = {Permission.PREPARE_PROVISIONS, Permission.SIGN_OFF_PROVISIONS}

    assert [role for role in PEOPLE if both <= GRANTS[role]] == []


def test_who_prepares_and_who_signs_off_provisions_may_end_an_overlay(store: Store) -> None:
    def end(store: Store, who: Actor) -> None:
        provision_overlays.end_overlay(store, who, 1, "why", at=AT)

    let_in = {role for role in PEOPLE if is_let_in(end, store, Actor("somebody", role))}

    assert let_in == {Role.RISK_MAKER, Role.RISK_APPROVER}


def test_nobody_both_trains_and_validates_models() -> None:
    both = {Permission.TRAIN_MODEL, Permission.VALIDATE_MODEL}

    assert [role for role in PEOPLE if both <= GRANTS[role]] == []


def test_a_refusal_names_role_and_permission() -> None:
    with pytest.raises(NotAllowed) as refusal:
        require(Actor("lin", Role.VIEWER), Permission.SAVE_POLICY)

    assert refusal.value.facts == {"role": "viewer", "permission": "save_policy"}
