"""One borrower's journey: applied, offer accepted, loan paid out; `reviewing` is between."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime
from typing import Any

import polars as pl

from lending_core.access.permissions import Actor, Permission, require
from lending_core.compliance.disclosure import check_read
from lending_core.dates import age_years
from lending_core.errors import InvalidInput, InvalidState
from lending_core.identity.business_licence import read_business_licence
from lending_core.identity.fingerprints import PERSON, SHARED, fingerprint, spelled
from lending_core.identity.id_number import IdNumber, read_id_number
from lending_core.identity.match import ShownCard
from lending_core.identity.names import holder_name, read_name
from lending_core.identity.phone import read_phone
from lending_core.ledger.chain import utc_naive
from lending_core.money import fen_text
from lending_core.operations.card_facts import check_card, keep_card
from lending_core.operations.cases import known_case
from lending_core.operations.consents import keep_granted
from lending_core.operations.console import book
from lending_core.operations.deciding import FEATURE_COLUMNS, decide, model_in_force
from lending_core.operations.disbursing import disburse
from lending_core.operations.drawing import Wish, check_exposure, check_sheet, check_wish
from lending_core.operations.keys import Request, known_subject, learning_draw, remember
from lending_core.operations.lines import check_not_frozen
from lending_core.operations.ownership import check_own, keep_owner
from lending_core.operations.rematching import loan_of, paid_or_waiting
from lending_core.operations.traces import TRACED, append_customers, fingerprint_key
from lending_core.products.catalogue import Product, catalogue
from lending_core.scoring.features import check_values, withheld
from lending_core.store.engine import Store, Transaction
from lending_core.store.events import Moment

# What the own book knows of a customer who never applied here; it needs no consent, and nobody is
# late who never borrowed.
NO_OWN_PAST = {
    "own_loans_repaid": 0,
    "own_worst_days_past_due": 0,
    "own_months_since_late": None,
    "own_principal_fen": 0,
    "own_limit_fen": 0,
}


@dataclass(frozen=True)
class Submission:
    """What a borrower typed, consented to, and what the consented sources answered.

    `card` is what was read from both sides of the ID card; it must agree with name and number.
    `observed` holds application_feature columns of consented sources; what is missing stays null.
    `traits` are the hidden columns of a simulated borrower, empty for a real one.
    `device` identifies what it was sent from, `bank_card` is where a loan is paid out to, `address`
    the home: empty where not given, and kept as fingerprints only. `licence` is the number of a
    small business's licence, which it must have. `sent_sha256`: of all that a program sent, card
    and all, empty for a person's; the same key never answers for anything else.
    """

    kind: str
    name: str
    id_number: str
    phone: str
    region_code: str
    is_student: bool
    is_court_listed: bool
    product_code: str
    scenario: str
    channel: str
    amount_asked_fen: int
    instalments_asked: int
    consents: frozenset[str]
    card: ShownCard
    observed: dict[str, Any] = field(default_factory=dict)
    traits: dict[str, Any] = field(default_factory=dict)
    device: str = ""
    bank_card: str = ""
    address: str = ""
    licence: str = ""
    sent_sha256: str = ""


@dataclass(frozen=True)
class Acceptance:
    """What the borrower chose, and when the cost sheet was shown and confirmed."""

    application_id: int
    amount_fen: int
    instalments: int
    method: str
    cost_sheet_hash: str
    shown_at: datetime
    confirmed_at: datetime


def submit_application(
    store: Store, actor: Actor, submission: Submission, *, key: str, at: datetime
) -> int:
    """Scores and decides one application; returns its number.

    The same `key` again answers with the same application and books nothing. Raises `NotAllowed`,
    and `InvalidInput` for an impossible identity or a wish outside the product.
    """
    require(actor, Permission.SUBMIT_APPLICATION)
    asked = Request(key, "submit_application", _typed(submission))
    with store.transaction() as transaction:
        known = known_subject(transaction, asked)
        if known is not None:
            return known
        moment = Moment(actor, book(transaction).open_on, at)
        applicant = _applicant(transaction, moment, submission, key)
        decided = decide(transaction, moment, model_in_force(transaction), applicant)
        application_id = int(decided["application_id"][0])
        keep_card(transaction, application_id, submission.card)
        keep_owner(transaction, actor, application_id)
        remember(transaction, asked, application_id)
        return application_id


def sent_before(store: Store, sent_sha256: str, *, key: str) -> int | None:
    """Number of the application that was made of this under this key; None for a new key.
    Raises `InvalidInput` for a key that was spent on something else."""
    return known_subject(store, Request(key, "submit_application", {"sent_sha256": sent_sha256}))


def accept_offer(
    store: Store, actor: Actor, acceptance: Acceptance, *, key: str, at: datetime
) -> int | None:
    """Turns an approved offer into a funded, paid-out loan; returns the loan's number, or None
    while no lender has room for it: it waits, and is paid out by the close of a day or never.

    The same `key` again answers with the same loan. Raises `InvalidState` when the offer is not
    open, the cost sheet was not read, or long ago, or is another one by now; `InvalidInput` when
    the amount or term is outside the offer.
    """
    require(actor, Permission.SUBMIT_APPLICATION)
    asked = Request(key, "accept_offer", _chosen(acceptance))
    with store.transaction() as transaction:
        known = known_subject(transaction, asked)
        if known is not None:
            return loan_of(transaction, known)
        check_read(acceptance.shown_at, acceptance.confirmed_at)
        check_own(transaction, actor, acceptance.application_id)
        case = known_case(transaction, acceptance.application_id)
        wish = Wish(acceptance.amount_fen, acceptance.instalments, acceptance.method)
        _check_offer(case, wish)
        check_not_frozen(transaction, case["line_id"])
        moment = Moment(actor, book(transaction).open_on, at)
        check_exposure(transaction, case, acceptance.amount_fen)
        check_sheet(case, wish, acceptance.cost_sheet_hash, moment.business_on)
        transaction.append("acceptance", _acceptance_row(acceptance))
        loans = _paid_out(transaction, moment, case, acceptance)
        subject = paid_or_waiting(transaction, loans, case["line_id"])
        remember(transaction, asked, subject)
        return loan_of(transaction, subject)


def _typed(submission: Submission) -> dict[str, Any]:
    """What makes a submission this one: who, and what for; not what sources and card answered."""
    if submission.sent_sha256:
        return {"sent_sha256": submission.sent_sha256}
    facts = asdict(submission)
    for answered in ("card", "observed", "traits", "sent_sha256"):
        del facts[answered]
    return {**facts, "consents": sorted(submission.consents)}


def _chosen(acceptance: Acceptance) -> dict[str, Any]:
    """What makes an acceptance this one; the sheet follows from it and the day."""
    chosen = ("application_id", "amount_fen", "instalments", "method")
    return {name: getattr(acceptance, name) for name in chosen}


def _applicant(
    transaction: Transaction, moment: Moment, submission: Submission, key: str
) -> pl.DataFrame:
    """The one-row frame that `decide` takes; writes the customer and the consents it stands on."""
    identity = read_id_number(submission.id_number, on=moment.business_on)
    check_card(submission.name, identity, submission.card, moment.business_on)
    _check_wish(_product(submission), submission)
    customer_id = _customer_id(transaction, moment, submission, identity)
    keep_granted(transaction, moment, customer_id, submission.consents)
    own = _own_past(transaction, customer_id)
    features = {
        **dict.fromkeys(FEATURE_COLUMNS),
        **submission.observed,
        **own,
        "age_years": age_years(identity.birth_on, moment.business_on),
        "is_student": submission.is_student,
        "is_court_listed": submission.is_court_listed,
        "learning_draw": learning_draw(key),
    }
    check_values(features)
    application = {
        "customer_id": customer_id,
        "kind": submission.kind,
        "region_code": submission.region_code,
        "product_code": submission.product_code,
        "scenario": submission.scenario,
        "channel": submission.channel,
        "amount_asked_fen": submission.amount_asked_fen,
        "instalments_asked": submission.instalments_asked,
        "applied_on": moment.business_on,
    }
    brought = spelled({kind: getattr(submission, kind) for kind in SHARED})
    columns = {**features, **application, **brought, "id_number": identity.number}
    empty = transaction.read("applicant_shape")
    types = {**empty.schema, **dict.fromkeys(TRACED, pl.String())}
    row = pl.DataFrame([columns], schema_overrides=types, infer_schema_length=1)
    hidden = [pl.lit(None).alias(name) for name in withheld(submission.consents)]
    return row.drop("application_id").with_columns(hidden)


def _own_past(transaction: Transaction, customer_id: int) -> dict[str, int | None]:
    """What the own book knows of a customer: the columns of `NO_OWN_PAST`."""
    past = transaction.read(
        "own_history",
        first_customer_id=customer_id,
        last_customer_id=customer_id,
    )
    rows = past.select(list(NO_OWN_PAST)).rows(named=True)
    return rows[0] if rows else NO_OWN_PAST


def _product(submission: Submission) -> Product:
    product = catalogue().get(submission.product_code)
    if product is None:
        raise InvalidInput("product_unknown", product_code=submission.product_code)
    return product


def _check_wish(product: Product, submission: Submission) -> None:
    if submission.kind != product.borrower_kind:
        raise InvalidInput("product_for_other_borrowers", product=product.name_en)
    if submission.scenario not in product.scenarios:
        raise InvalidInput("scenario_not_offered", scenario=submission.scenario)
    if submission.instalments_asked not in product.instalment_choices:
        raise InvalidInput("instalments_not_offered", choices=_listed(product.instalment_choices))
    if not product.draw_min_fen <= submission.amount_asked_fen <= product.limit_max_fen:
        raise InvalidInput(
            "amount_outside_product",
            minimum=fen_text(product.draw_min_fen),
            maximum=fen_text(product.limit_max_fen),
        )


def _customer_id(
    transaction: Transaction, moment: Moment, submission: Submission, identity: IdNumber
) -> int:
    """The customer with this ID number, entered now if new; a person and the same person's shop
    are two customers. A known number keeps its name."""
    licence_number = _licence_number(submission)
    found_by = fingerprint(fingerprint_key(transaction), PERSON, identity.number)
    known = transaction.opened(
        transaction.read("customer_by_id_number", person_fingerprint=found_by, kind=submission.kind)
    )
    if not known.is_empty():
        if holder_name(known["name"][0]) != holder_name(submission.name):
            raise InvalidInput("id_number_of_another")
        return int(known["customer_id"][0])
    read_name(holder_name(submission.name))
    customer_id = transaction.next_id("customer", "customer_id")
    row = {
        "customer_id": customer_id,
        "kind": submission.kind,
        "name": submission.name,
        "id_number": identity.number,
        "phone": read_phone(submission.phone),
        "birth_on": identity.birth_on,
        "region_code": submission.region_code,
        "is_student": submission.is_student,
        "is_court_listed": submission.is_court_listed,
        "is_simulated": book(transaction).is_simulated,
        "joined_on": moment.business_on,
        "licence_number": licence_number,
    }
    rows = pl.DataFrame([row], schema_overrides={"licence_number": pl.String})
    append_customers(transaction, rows)
    if submission.traits:
        traits = {**submission.traits, "customer_id": customer_id}
        transaction.append("simulated_borrower", pl.DataFrame([traits]))
    return customer_id


def _licence_number(submission: Submission) -> str | None:
    """The licence that a small business must have; None for a person."""
    if submission.kind != "small_business":
        return None
    return read_business_licence(submission.licence).number


def _check_offer(case: dict[str, Any], wish: Wish) -> None:
    if case["accepted_fen"] is not None or case["line_id"] is None:
        raise InvalidState("offer_not_open", application_id=case["application_id"])
    check_wish(wish, case, case["limit_fen"])


def _listed(choices: tuple[object, ...]) -> str:
    return ", ".join(str(choice) for choice in choices)


def _paid_out(
    transaction: Transaction, moment: Moment, case: dict[str, Any], acceptance: Acceptance
) -> pl.DataFrame:
    row = _accepted(case, acceptance, moment.business_on)
    return disburse(transaction, moment, row)


def _acceptance_row(acceptance: Acceptance) -> pl.DataFrame:
    row = {
        **asdict(acceptance),
        "shown_at": utc_naive(acceptance.shown_at),
        "confirmed_at": utc_naive(acceptance.confirmed_at),
    }
    return pl.DataFrame([row])


def _accepted(case: dict[str, Any], acceptance: Acceptance, on: date) -> pl.DataFrame:
    row = {
        **case,
        "principal_fen": acceptance.amount_fen,
        "instalments": acceptance.instalments,
        "method": acceptance.method,
        "disbursed_on": on,
    }
    return pl.DataFrame([row]).with_columns(pl.col("annual_rate").cast(pl.Decimal(9, 6)))
