"""What the house answers."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import Field

from api.words import Rate, Told

Outcome = Literal["approve", "review", "decline"]


class Decided(Told):
    """An application as it was decided; it stays so. `review`: a person looks at it."""

    application_id: int
    outcome: Outcome
    applied_on: date


class ApplicationLine(Told):
    """An application in a list."""

    application_id: int
    product_code: str
    amount_asked_fen: int
    instalments_asked: int
    applied_on: date
    outcome: Outcome
    accepted_fen: int | None
    loan_id: int | None


class ApplicationList(Told):
    """One page; `next_after` asks for the next one, null: there is none."""

    applications: list[ApplicationLine]
    next_after: int | None


class Application(Told):
    """How an application stands. The borrower's name and numbers are masked."""

    application_id: int
    product_code: str
    name: str | None
    id_number: str | None
    phone: str | None
    amount_asked_fen: int
    instalments_asked: int
    applied_on: date
    outcome: Outcome
    is_review_requested: bool
    limit_fen: int | None
    annual_rate: Rate | None
    accepted_fen: int | None
    loan_ids: list[int]
    waits_until: Annotated[
        date | None, Field(description="Last day on which a lender is looked for")
    ]


class TermChoice(Told):
    """A way to repay, and over how many months."""

    method: str
    instalments: list[int]


class Offer(Told):
    """What may be drawn now."""

    application_id: int
    limit_fen: int
    available_fen: int
    draw_min_fen: int
    draw_max_fen: int
    annual_rate: Rate
    terms: list[TermChoice]


class QuotedInstalment(Told):
    """One instalment of a quote."""

    number: int
    due_on: date
    principal_fen: int
    interest_fen: int
    total_fen: int


class QuotedItem(Told):
    """A cost of the loan repaid as agreed."""

    item: str
    basis: str
    rate: Rate
    payee: str
    amount_fen: int


class QuotedDefault(Told):
    """A cost that arises only when the borrower is late."""

    item: str
    basis: str
    annual_rate: Rate
    payee: str
    after_days: int


class QuoteSheet(Told):
    """The cost sheet, to be shown in full and read for `min_read_seconds` before it is confirmed.
    `quote` says when it was shown; both go back with the confirmation."""

    amount_fen: int
    paid_in_fen: int
    annual_cost_simple: Rate
    annual_cost_compound: Rate
    items: list[QuotedItem]
    default_costs: list[QuotedDefault]
    penalty_stops_annual_rate: Rate
    instalments: list[QuotedInstalment]
    cost_sheet_hash: str
    quote: str
    min_read_seconds: int


class Drawn(Told):
    """What an accepted offer or a draw came to: paid out, or waiting for a lender with room."""

    application_id: int
    state: Literal["paid_out", "waiting"]
    loan_id: int | None


class Consent(Told):
    """A source that the borrower may allow, in the words in force."""

    source: str
    purpose: str
    state: Literal["granted", "withdrawn", "not_given"]
    text_version: str | None


class ConsentList(Told):
    """The consents that a borrower is asked for."""

    application_id: int
    consents: list[Consent]


class Loan(Told):
    """How a loan stands at the end of `as_of`."""

    loan_id: int
    application_id: int
    product_code: str
    principal_fen: int
    annual_rate: Rate
    method: str
    instalments: int
    disbursed_on: date
    first_due_on: date
    funder_code: str
    as_of: date
    is_open: bool
    is_charged_off: bool
    outstanding_fen: int
    overdue_fen: int
    days_past_due: int
    next_due_on: date | None
    next_due_fen: int


class Payoff(Told):
    """What settles a loan on a day."""

    loan_id: int
    on: date
    payoff_fen: int


class StatementInstalment(Told):
    """One instalment: what it was, and what of it is unpaid."""

    number: int
    due_on: date
    principal_fen: int
    interest_fen: int
    principal_left_fen: int
    interest_left_fen: int
    penalty_fen: int


class StatementEvent(Told):
    """What happened to the loan. `reversed_by`: it was taken back by that event."""

    event_id: int
    kind: str
    effective_on: date
    amount_fen: int | None
    strategy: str | None
    reversed_by: int | None


class Statement(Told):
    """Every instalment and everything that happened, to the end of `as_of`."""

    loan: Loan
    instalments: list[StatementInstalment]
    events: list[StatementEvent]


class Payment(Told):
    """A payment as it was recorded."""

    event_id: int
    loan_id: int
    amount_fen: int
    paid_on: date
    strategy: str


class ConsentText(Told):
    """What a consent says, in the asker's language."""

    source: str
    purpose: str
    borrower: str
    text_version: str
    text: str


class OfferedProduct(Told):
    """What may be applied for."""

    product_code: str
    name: str
    borrower_kind: str
    scenarios: list[str]
    amount_min_fen: int
    amount_max_fen: int
    instalments: list[int]
    annual_rate_min: Rate
    annual_rate_max: Rate


class HouseFacts(Told):
    """The open business day, what is offered, and the words of the consents."""

    open_on: date
    is_simulated: bool
    currency: str
    min_read_seconds: int
    products: list[OfferedProduct]
    consents: list[ConsentText]


class Webhook(Told):
    """An address that is told what happens, and its messages: still tried, arrived, given up.
    `is_paused`: the house tells it nothing for now; messages wait."""

    webhook_id: int
    url: str
    kinds: list[str]
    made_at: datetime
    is_paused: bool
    waiting: int
    delivered: int
    given_up: int


class MadeWebhook(Told):
    """An address that is told from now on, and what its messages are signed with."""

    webhook_id: int
    url: str
    secret: str


class NewSecret(Told):
    """What messages to an address are signed with from now on."""

    webhook_id: int
    secret: str


class WebhookList(Told):
    """The addresses of a mini-program."""

    webhooks: list[Webhook]
