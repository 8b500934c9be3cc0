"""What else is read of applications, scores, loans and the ledger, and what is run for a show, with
calls complete but for the right to make them."""

from lending_core.access.permissions import Permission
from lending_core.operations import (
    catching_up,
    cohort_reports,
    collection_cases,
    demonstration,
    explanations,
    fast_forward,
    fraud_reports,
    hardship,
    ledger_proofs,
    ledger_views,
    ledger_witnesses,
    limit_trails,
    loan_events,
    loan_traces,
    model_training,
    outlooks,
    reports,
    reviewing,
    score_reports,
    tape_uploads,
    vintages,
)
from lending_core.operations.listing import Order
from lending_core.scoring.standards import Target
from tests.access.book_operations import Call
from tests.builders import AT, BUSINESS_ON, OPEN_ON

LATE = Target(31, 6)
ANY_APPLICATION = reports.ApplicationFilter()
AN_EASING = hardship.Easing(1, "re_age")
A_COHORT = vintages.Asked("default")

# By the right that each needs.
READING_OPERATIONS: dict[Permission, tuple[Call, ...]] = {
    Permission.VIEW_APPLICATIONS: (
        lambda store, who: explanations.sources_allowed(store, who, 1),
        lambda store, who: fraud_reports.linked_people(store, who, 1),
        lambda store, who: limit_trails.limit_trail(store, who, 1),
        lambda store, who: reports.application_case(store, who, 1),
        lambda store, who: reports.application_funnel(store, who, ANY_APPLICATION, "day"),
        lambda store, who: reports.count_applications(store, who, ANY_APPLICATION),
        lambda store, who: reports.all_applications(
            store, who, ANY_APPLICATION, Order("application_id")
        ),
        lambda store, who: reviewing.count_waiting(store, who),
    ),
    Permission.VIEW_SCORES: (
        lambda store, who: explanations.average_points(store, who, 1),
        lambda store, who: explanations.silent_scores(store, who, 1),
        lambda store, who: model_training.training_sample(store, who, LATE),
        lambda store, who: model_training.rejected_sample(store, who, LATE),
        lambda store, who: outlooks.outlook(store, who, 1),
        lambda store, who: reports.application_features(store, who, 1),
        lambda store, who: reports.scorecard(store, who, 1),
        lambda store, who: score_reports.matured_until(store, who),
        lambda store, who: score_reports.training(store, who, 1),
    ),
    Permission.VIEW_BOOK: (
        lambda store, who: cohort_reports.roll_report(store, who, None, by_month=True),
        lambda store, who: cohort_reports.vintage_report(store, who, A_COHORT, "month", "count"),
        lambda store, who: collection_cases.newest_case_of(store, who, 1),
        lambda store, who: collection_cases.open_case_of(store, who, 1),
        lambda store, who: fast_forward.has_people(store, who),
        lambda store, who: fast_forward.months_before(store, who, 1),
        lambda store, who: loan_events.state_of_loan(
            store, who, 1, as_of=BUSINESS_ON, known_on=BUSINESS_ON
        ),
        lambda store, who: loan_traces.trace_of_figure(store, who, 1, BUSINESS_ON, ("payoff", 0)),
        lambda store, who: loan_traces.trace_of_payment(store, who, 1, BUSINESS_ON, 1),
        lambda store, who: reports.funder_room(store, who),
        lambda store, who: reports.months_of_loan(store, who, 1),
    ),
    Permission.VIEW_COLLECTIONS: (lambda store, who: hardship.easing_look(store, who, AN_EASING),),
    Permission.VIEW_EVENTS: (
        lambda store, who: ledger_proofs.proof_of_loan(store, who, 1),
        lambda store, who: ledger_proofs.consistency_proof(store, who, 1, 2),
        lambda store, who: ledger_views.ledger_figures(store, who),
        lambda store, who: ledger_views.ledger_blocks(store, who),
        lambda store, who: ledger_witnesses.check_witness(store, who, []),
        lambda store, who: ledger_witnesses.given_heads(store, who),
        lambda store, who: ledger_witnesses.ledger_key(store, who),
    ),
    Permission.SEAL_LEDGER: (
        lambda store, who: ledger_witnesses.give_head(store, who, "binhai_bank", at=AT),
    ),
    Permission.CLOSE_DAY: (
        lambda store, who: catching_up.catch_up(
            store, who, BUSINESS_ON, at=AT, progress=lambda _: None
        ),
    ),
    Permission.RUN_DEMONSTRATION: (
        # A month that was run since it was asked for is not run again.
        lambda store, who: demonstration.next_month(store, who, at=AT, seen_on=OPEN_ON),
    ),
    Permission.IMPORT_TAPE: (
        lambda _, who: tape_uploads.keep_upload(who, "a.csv", b"loan_id\n1\n", at=AT),
    ),
}
