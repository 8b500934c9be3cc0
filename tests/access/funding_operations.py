"""Operations over funders and their money, with calls complete but for the right to make them."""

from collections.abc import Callable

from lending_core.access.permissions import Actor, Permission
from lending_core.funding.funders import funders
from lending_core.operations import (
    funder_register,
    matchings,
    own_funding,
    rematching,
    settlement,
)
from lending_core.operations.listing import Order
from lending_core.store.engine import Store
from tests.builders import AT, BUSINESS_ON, OPEN_ON

Call = Callable[[Store, Actor], object]

TERMS = funder_register.FunderOrder(funders()["binhai_bank"], OPEN_ON, "why")

# By the right that each needs.
FUNDING_OPERATIONS: dict[Permission, tuple[Call, ...]] = {
    Permission.PROPOSE_FUNDER: (
        lambda store, who: funder_register.propose_funder(store, who, TERMS, at=AT),
    ),
    Permission.APPROVE_FUNDER: (
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
        lambda store, who: funder_register.versions_of_funder(store, who),
        lambda store, who: matchings.matching_runs(store, who, BUSINESS_ON, OPEN_ON),
        lambda store, who: matchings.matching_run(store, who, 1),
        lambda store, who: matchings.run_of_loan(store, who, 1),
        lambda store, who: matchings.asked_today(store, who),
        lambda store, who: matchings.asked_lately(store, who),
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
        lambda store, who: own_funding.own_days(store, who, BUSINESS_ON, OPEN_ON),
    ),
    Permission.VIEW_ACCOUNTS: (
        lambda store, who: settlement.settlement(store, who, BUSINESS_ON, OPEN_ON),
    ),
}
