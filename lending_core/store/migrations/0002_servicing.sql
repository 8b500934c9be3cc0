-- After the yes: what happens to a loan is an event, never edited; state, postings and month ends
-- derive from contracts and events, and are rebuilt by closing the days again.

-- What the contract says besides: overdue principal costs the contract rate times the multiple;
-- whether the part of a fen that rounding leaves is carried into the next instalment's interest.
alter table loan add column penalty_multiple decimal(4, 2);
alter table loan add column carries_remainder boolean;
-- Loans of before were never charged a penalty, and their payments had none in them.
update loan set penalty_multiple = 0, carries_remainder = false;

-- One row per thing that happened to a loan after its disbursement. effective_on: the day from which
-- it counts; recorded_on: the business date on which the house came to know of it.
create table loan_event (
    loan_event_id bigint primary key,
    loan_id bigint not null,
    kind varchar not null check (kind in (
        'draw', 'payment', 'reversal', 'fee', 'waiver', 'rate_change', 'holiday', 'restructure',
        'charge_off', 'recovery', 'refund'
    )),
    effective_on date not null,
    amount_fen bigint check (amount_fen > 0),
    strategy varchar check (strategy in (
        'next_dues', 'lower_instalment', 'fewer_instalments', 'payoff',
        're_age', 'extend', 're_amortise'
    )),
    component varchar check (component in ('fee', 'penalty', 'interest')),
    annual_rate decimal(9, 6),
    instalments integer,
    reverses_event_id bigint,
    reason varchar,
    recorded_on date not null,
    recorded_at timestamp not null,
    recorded_by varchar not null,
);

insert into loan_event
select
    payment_id,
    loan_id,
    'payment',
    paid_on,
    amount_fen,
    case when kind = 'payoff' then 'payoff' else 'next_dues' end,
    null,
    null,
    null,
    null,
    null,
    paid_on,
    recorded_at,
    'system'
from payment;

drop table payment;

-- One row per payment that stands: reversed ones are no payments.
create view payment as
select
    event.loan_event_id as payment_id,
    event.loan_id,
    event.effective_on as paid_on,
    event.strategy,
    event.amount_fen,
    event.recorded_at
from loan_event as event
left join loan_event as reversal
    on reversal.reverses_event_id = event.loan_event_id and reversal.kind = 'reversal'
where event.kind = 'payment' and reversal.loan_event_id is null;

-- One row per day that was closed; last_event_id: the newest loan event that the close has seen.
create table closed_day (
    closed_on date primary key,
    loans bigint not null,
    moves bigint not null,
    postings bigint not null,
    last_event_id bigint not null,
    closed_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per loan: the state to which its events led, kept so that a day without events need not replay
-- them. Lists have one entry per instalment; days are whole numbers since 1970-01-01. Derived.
create table loan_plan (
    loan_id bigint not null,
    replayed_to bigint not null,
    principal_days bigint not null,
    penalty_rate bigint not null,
    fee_fen bigint not null,
    excess_fen bigint not null,
    claim_fen bigint not null,
    holiday_from bigint not null,
    holiday_to bigint not null,
    is_charged_off boolean not null,
    is_restructured boolean not null,
    due_on bigint[] not null,
    from_on bigint[] not null,
    principal_fen bigint[] not null,
    interest_fen bigint[] not null,
    principal_left_fen bigint[] not null,
    interest_left_fen bigint[] not null,
    accrued_before_fen bigint[] not null,
    days_late bigint[] not null,
    penalty_numerator bigint[] not null,
    penalty_settled_fen bigint[] not null,
    flow_totals_fen bigint[] not null,
);

-- One row per loan: where it stood at the close of a day, the newest one for loans still open. Derived.
-- flow_totals_fen: what has been booked of each flow since disbursement, in order of flow.position.
create table loan_position (
    loan_id bigint not null,
    closed_on date not null,
    is_open boolean not null,
    is_charged_off boolean not null,
    days_past_due integer not null,
    bucket varchar not null,
    asset_class varchar not null,
    stage integer not null,
    principal_fen bigint not null,
    overdue_principal_fen bigint not null,
    overdue_fen bigint not null,
    oldest_due_on date,
    oldest_overdue_fen bigint not null,
    next_due_on date,
    next_due_fen bigint not null,
    next_due_principal_fen bigint not null,
    interest_receivable_fen bigint not null,
    penalty_fen bigint not null,
    fee_fen bigint not null,
    excess_fen bigint not null,
    claim_fen bigint not null,
    written_off_fen bigint not null,
    allowance_fen bigint not null,
    payoff_fen bigint not null,
    flow_totals_fen bigint[] not null,
);

-- One row per way in which money moves: the account it is debited to and credited to.
create table flow (
    flow varchar primary key,
    position integer not null,
    debit_account varchar not null,
    credit_account varchar not null,
);

drop table journal;

-- One row per loan, day and flow: what was booked that day; negative where a correction takes back.
create table posting (
    entry_id bigint not null,
    loan_id bigint not null,
    booked_on date not null,
    funder_code varchar not null,
    flow varchar not null,
    amount_fen bigint not null check (amount_fen <> 0),
);

-- One row per line of a double entry; the lines of one entry_id sum to zero (debit positive).
create view journal as
select
    posting.entry_id,
    posting.loan_id,
    posting.booked_on,
    posting.funder_code,
    posting.flow,
    flow.debit_account as account,
    posting.amount_fen
from posting
inner join flow on posting.flow = flow.flow
union all
select
    posting.entry_id,
    posting.loan_id,
    posting.booked_on,
    posting.funder_code,
    posting.flow,
    flow.credit_account as account,
    -posting.amount_fen as amount_fen
from posting
inner join flow on posting.flow = flow.flow;

-- One row per move of a loan from one stage of lateness to another, on the day it was closed.
create table bucket_move (
    loan_id bigint not null,
    moved_on date not null,
    from_bucket varchar not null,
    to_bucket varchar not null,
    days_past_due integer not null,
    principal_fen bigint not null,
);

-- One row per change of a line: frozen or opened again, by the close of a day or by a person.
create table line_change (
    line_change_id bigint primary key,
    line_id bigint not null,
    changed_on date not null,
    status varchar not null check (status in ('active', 'frozen')),
    reason varchar not null,
    changed_by varchar not null,
    recorded_at timestamp not null,
);

drop view loan_month_detail;
drop table loan_month;

-- One row per loan and month end, and the newest closed day: derived, rebuildable from the facts.
create table loan_month (
    loan_id bigint not null,
    month_end_on date not null,
    months_on_book integer not null,
    days_past_due integer not null,
    bucket varchar not null,
    asset_class varchar not null,
    stage integer not null,
    principal_fen bigint not null,
    overdue_fen bigint not null,
    paid_fen bigint not null,
    interest_receivable_fen bigint not null,
    penalty_fen bigint not null,
    fee_fen bigint not null,
    written_off_fen bigint not null,
    allowance_fen bigint not null,
);

-- One row per loan and month end, with what a report filters and groups by.
create view loan_month_detail as
select
    loan_month.*,
    loan.customer_id,
    loan.application_id,
    loan.product_code,
    loan.scenario,
    loan.channel,
    loan.region_code,
    loan.band,
    loan.disbursed_on,
    loan.principal_fen as lent_fen,
    loan.annual_rate,
    funding.funder_code
from loan_month
inner join loan on loan_month.loan_id = loan.loan_id
inner join funding on loan.loan_id = funding.loan_id;

-- One row per application with what became of it, step by step; later draws on its line are loans too.
create or replace view application_state as
with first_loan as (
    select
        application_id,
        min(loan_id) as loan_id
    from loan
    group by application_id
)
select
    application.application_id,
    application.customer_id,
    application.product_code,
    application.scenario,
    application.channel,
    application.applied_on,
    application.amount_asked_fen,
    customer.region_code,
    assessment.model_version,
    assessment.score,
    assessment.default_probability,
    decision.policy_version,
    decision.outcome as policy_outcome,
    decision.band,
    decision.reasons,
    decision.annual_rate,
    case
        when decision.outcome = 'review' then coalesce(review.outcome, 'review')
        else decision.outcome
    end as outcome,
    decision.limit_fen,
    acceptance.application_id is not null as is_accepted,
    first_loan.loan_id
from application
inner join customer on application.customer_id = customer.customer_id
inner join assessment on application.application_id = assessment.application_id
inner join decision on application.application_id = decision.application_id
left join review on application.application_id = review.application_id
left join acceptance on application.application_id = acceptance.application_id
left join first_loan on application.application_id = first_loan.application_id;

-- A key knows what was asked under it; keys from before know their action only.
alter table operation_key add column request_hash varchar;
