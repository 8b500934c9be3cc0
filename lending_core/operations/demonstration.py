"""The simulated book: a history decided by the real engines, and borrowers told to stop paying."""

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

import polars as pl

from lending_core.access.permissions import SYSTEM, Actor, Permission, Role, require
from lending_core.dates import add_months, month_end, month_start
from lending_core.errors import InvalidInput, InvalidState
from lending_core.operations.books import start_book
from lending_core.operations.compliance_runs import close_with_register
from lending_core.operations.consents import with_text
from lending_core.operations.console import Book, book, has_book, open_console
from lending_core.operations.deciding import model_in_force
from lending_core.operations.model_life import ModelOrder, appoint_champion, validate_model
from lending_core.operations.model_training import TrainingOrder, train_model, training_sample
from lending_core.operations.months import run_month
from lending_core.operations.risk_packs import close_with_pack
from lending_core.operations.traces import append_customers
from lending_core.scoring import standards
from lending_core.scoring.life_cycle import SCORECARD
from lending_core.scoring.plan import house_plan
from lending_core.settings import LAKE, Settings
from lending_core.simulate import demand
from lending_core.simulate.borrowers import borrowers, joining_dates
from lending_core.simulate.draws import Draws
from lending_core.store.engine import Store
from lending_core.store.events import Moment, append_events

# What is done, of how many, in which month.
Progress = Callable[[int, int, date], None]

CUSTOMERS_MAX = 1_000_000
MONTHS_MAX = 120
# Alerts live from the last months of a history on; what was measured before is their past.
WATCHED_MONTHS = 6
# The two people who stand behind the simulated house's scorecard: accounts of the demonstration.
_MODELLER = Actor("risk_maker", Role.RISK_MAKER)
_VALIDATOR = Actor("risk_approver", Role.RISK_APPROVER)


@dataclass(frozen=True)
class SimulationPlan:
    """How large a history, how long, from which seed, up to the end of which month."""

    customers: int
    months: int
    seed: int
    until_on: date

    def __post_init__(self) -> None:
        if not 1 <= self.customers <= CUSTOMERS_MAX:
            raise InvalidInput("simulation_customers", maximum=CUSTOMERS_MAX)
        if not 1 <= self.months <= MONTHS_MAX:
            raise InvalidInput("simulation_months", maximum=MONTHS_MAX)

    @property
    def first_month_on(self) -> date:
        return add_months(month_start(self.until_on), 1 - self.months)


def simulate_book(store: Store, plan: SimulationPlan, progress: Progress | None = None) -> None:
    """Starts a simulated book and runs it month by month. Raises `InvalidState` over another book.

    Half-way through, a scorecard trained on the loans matured by then replaces the expert's.
    """
    draws = Draws(plan.seed)
    _start(store, plan, draws)
    for number in range(plan.months):
        month = add_months(plan.first_month_on, number)
        if number >= plan.months // 2:
            _train_once(store, month)
        is_watched = number >= plan.months - WATCHED_MONTHS
        run_month(store, SYSTEM, at=evening(month_end(month)), is_watched=is_watched)
        if progress:
            progress(number + 1, plan.months, month)
    last_on = month_end(plan.until_on)
    close_with_pack(store, last_on, at=evening(last_on))
    close_with_register(store, last_on, at=evening(last_on))


def next_month(store: Store, actor: Actor, *, at: datetime, seen_on: date) -> date:
    """`run_month` as a person asks for it: the month that is over gets its risk pack."""
    closed_on = run_month(store, actor, at=at, seen_on=seen_on)
    close_with_pack(store, closed_on, at=at)
    close_with_register(store, closed_on, at=at)
    return closed_on


def build_book(
    settings: Settings, plan: SimulationPlan, *, replace: bool, progress: Progress | None = None
) -> None:
    """Simulates a book into the database of `settings`; an interrupted run leaves it as it was.

    Raises `InvalidState` when it holds a book already and `replace` is not asked for, and where a
    lake is read.
    """
    if settings.engine == LAKE:
        raise InvalidState("lake_console")
    path = settings.database_path
    if path.exists() and not replace:
        store = open_console(settings)
        try:
            if has_book(store):
                raise InvalidState("book_exists", name=book(store).name)
        finally:
            store.close()
    draft = dataclasses.replace(settings, database_path=path.with_suffix(".building"))
    draft.database_path.unlink(missing_ok=True)
    store = open_console(draft)
    # A past that nobody lived through is recorded once, as it stands, with the first thing done.
    store.signing_key = None
    try:
        simulate_book(store, plan, progress)
    finally:
        store.close()
    # The log of the discarded book must not be replayed into the new one.
    path.with_name(f"{path.name}.wal").unlink(missing_ok=True)
    draft.database_path.replace(path)


def stop_paying(store: Store, actor: Actor, loan_id: int, *, at: datetime) -> None:
    """From now on the simulated borrower of this loan pays nothing."""
    require(actor, Permission.RUN_DEMONSTRATION)
    with store.transaction() as transaction:
        current = book(transaction)
        rows = transaction.read("simulated_borrower_of_loan", loan_id=loan_id).rows(named=True)
        if not rows:
            raise InvalidState("borrower_not_simulated", loan_id=loan_id)
        if rows[0]["stopped_on"] is not None:
            return
        stop = {"customer_id": rows[0]["customer_id"], "stopped_on": current.open_on}
        transaction.append("simulated_stop", pl.DataFrame([stop]))
        moment = Moment(actor, current.open_on, at)
        append_events(transaction, moment, "borrower_stopped_paying", [("loan", loan_id, stop)])


def _start(store: Store, plan: SimulationPlan, draws: Draws) -> None:
    before_on = plan.first_month_on - timedelta(days=1)
    moment = Moment(SYSTEM, before_on, evening(before_on))
    started = Book(
        name="simulated",
        is_simulated=True,
        seed=plan.seed,
        currency="CNY",
        first_business_on=plan.first_month_on,
        business_on=before_on,
    )
    joined_on = joining_dates(plan.customers, plan.first_month_on, plan.months, draws)
    customers, traits = borrowers(1, joined_on, draws)
    with store.transaction() as transaction:
        start_book(transaction, moment, started, plan.customers)
        append_customers(transaction, customers)
        transaction.append("simulated_borrower", traits)
        transaction.append("consent", consent_rows(customers, draws))


def consent_rows(customers: pl.DataFrame, draws: Draws) -> pl.DataFrame:
    """Rows of `consent`: what each simulated customer allows, from the day they join."""
    joined = customers.select("customer_id", answered_on="joined_on")
    answers = demand.consents(customers, draws).join(joined, on="customer_id")
    return with_text(
        answers.with_columns(recorded_at=pl.col("answered_on").cast(pl.Datetime("us")))
    )


def _train_once(store: Store, month: date) -> None:
    """Trains as soon as enough loans have matured; until then the scorecard in force goes on. One
    person trains, another signs it off and puts it in force."""
    if model_in_force(store).version > 1:
        return
    sample = training_sample(store, _MODELLER, standards.target())
    rules, bads = standards.training_rules(), int(sample["is_bad"].sum())
    if min(bads - rules.bads_min, sample.height - bads - rules.goods_min) < 0:
        return
    at = evening(month - timedelta(days=1))
    # A young book has no month to spare for tests.
    plan = dataclasses.replace(house_plan(), out_of_time_months=0)
    version = train_model(store, _MODELLER, TrainingOrder(SCORECARD, plan), at=at)
    order = ModelOrder(version, "simulated_sign_off")
    validate_model(store, _VALIDATOR, order, at=at)
    appoint_champion(store, _VALIDATOR, order, at=at)


def evening(on: date) -> datetime:
    """The instant at which simulated months are recorded."""
    return datetime.combine(on, time(12), UTC)
