"""Operations over funders and their money, with calls complete but for the right to make them."""

from collections.abc import Callable

from lending_core.access.permissions import Actor, Permission
from lending_core.funding.funders import agreements, funders
from lending_core.operations import (
    agreement_register,
    funder_loans,
    funder_register,
    guarantees,
    matching_replay,
    matchings,
    own_funding,
    own_proofs,
    rematching,
    settlement,
    statements,
    transfers,
)
from lending_core.operations.listing import Asked, Order
from lending_core.store.engine import Store
from tests.builders import AT, BUSINESS_ON, OPEN_ON

Call = Callable[[Store, Actor], object]

A_SALE = transfers.TransferOrder("transfer", "a", "b", (1,), OPEN_ON, 1, "why")
BY_LOAN = Asked(Order("loan_id"))
TERMS = funder_register.FunderOrder(funders()["binhai_bank"], OPEN_ON, "why")

JOINT = agreement_register.AgreementOrder(agreements()[0], OPEN_ON, "why")

# By the right that each needs.
FUNDING_OPERATIONS: dict[Permission, tuple[Call, ...]] = {
    Permission.PROPOSE_FUNDER: (
        lambda store, who: funder_register.propose_funder(store, who, TERMS, at=AT),
        lambda store, who: agreement_register.draft_agreement(store, who, vars(JOINT.agreement)),
        lambda store, who: agreement_register.propose_agreement(store, who, JOINT, at=AT),
        lambda store, who: funder_register.draft_terms(store, who, vars(TERMS.funder)),
    ),
    Permission.APPROVE_FUNDER: (
        lambda store, who: agreement_register.approve_agreement(store, who, 1, at=AT),
        lambda store, who: agreement_register.refuse_agreement(store, who, 1, "why", at=AT),
        lambda store, who: funder_register.approve_funder(store, who, 1, at=AT),
        lambda store, who: funder_register.refuse_funder(store, who, 1, "why", at=AT),
    ),
    Permission.MATCH_LOANS: (lambda store, who: rematching.match_waiting(store, who, at=AT),),
    Permission.VIEW_APPLICATIONS: (
        lambda store, who: rematching.waits(store, who),
        lambda store, who: rematching.ended_waits(store, who, BUSINESS_ON, OPEN_ON),
        lambda store, who: rematching.wait_of_application(store, who, 1),
    ),
    Permission.VIEW_BOOK: (
        lambda store, who: funder_register.register(store, who),
        lambda store, who: agreement_register.agreement_register(store, who),
        lambda store, who: agreement_register.versions_of_agreements(store, who),
        lambda store, who: funder_loans.count_loans_of_funder(store, who, "no bank"),
        lambda store, who: funder_loans.loans_of_funder(store, who, "no bank", BY_LOAN),
        lambda store, who: funder_loans.all_loans_of_funder(store, who, "no bank", BY_LOAN.order),
        lambda store, who: funder_register.versions_of_funder(store, who),
        lambda store, who: matchings.matching_runs(store, who, BUSINESS_ON, OPEN_ON),
        lambda store, who: matchings.matching_run(store, who, 1),
        lambda store, who: matchings.run_of_loan(store, who, 1),
        lambda store, who: matchings.asked_today(store, who),
        lambda store, who: matching_replay.lately(store, who, 30),
        lambda store, who: matchings.pipeline(store, who),
        lambda store, who: matchings.forecast(store, who),
        lambda store, who: matchings.lenders_of_loan(store, who, 1),
    ),
    Permission.VIEW_OWN_FUNDING: (
        lambda store, who: own_funding.own_terms(store, who),
        lambda store, who: own_funding.own_room(store, who),
        lambda store, who: own_funding.count_own_loans(store, who),
        lambda store, who: own_funding.own_loans(store, who),
        lambda store, who: own_funding.all_own_loans(store, who, Order("loan_id")),
        lambda store, who: own_funding.own_loan(store, who, 1),
        lambda store, who: own_funding.own_proof(store, who, 1),
        lambda store, who: own_funding.own_months(store, who),
        lambda store, who: guarantees.own_guarantee_calls(store, who, BUSINESS_ON, OPEN_ON),
        lambda store, who: statements.own_statements(store, who),
        lambda store, who: statements.own_statement_file(store, who, 1, "en", "pdf"),
        lambda store, who: own_funding.own_days(store, who, BUSINESS_ON, OPEN_ON),
        lambda store, who: own_proofs.own_head(store, who),
        lambda store, who: own_proofs.own_given_heads(store, who),
        lambda store, who: own_proofs.own_key(store, who),
    ),
    Permission.VIEW_ACCOUNTS: (
        lambda store, who: settlement.settlement(store, who, BUSINESS_ON, OPEN_ON),
        lambda store, who: settlement.agreement(store, who, BUSINESS_ON, OPEN_ON),
        lambda store, who: guarantees.guarantees(store, who),
        lambda store, who: guarantees.guarantee_calls(store, who, BUSINESS_ON, OPEN_ON),
        lambda store, who: statements.statements(store, who),
        lambda store, who: statements.draft(store, who, "no bank", BUSINESS_ON),
        lambda store, who: statements.statement_file(store, who, 1, "en", "pdf"),
        lambda store, who: statements.is_as_issued(store, who, 1),
        lambda store, who: transfers.transfers(store, who),
        lambda store, who: transfers.loans_of_transfer(store, who, 1),
    ),
    Permission.ISSUE_STATEMENT: (
        lambda store, who: statements.issue_statement(store, who, "no bank", BUSINESS_ON, at=AT),
    ),
    Permission.PROPOSE_TRANSFER: (
        lambda store, who: transfers.propose_transfer(store, who, A_SALE, at=AT),
    ),
    Permission.APPROVE_TRANSFER: (
        lambda store, who: transfers.approve_transfer(store, who, 1, at=AT),
        lambda store, who: transfers.refuse_transfer(store, who, 1, "why", at=AT),
    ),
}
