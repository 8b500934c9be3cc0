-- Collections: who is asked to pay, by whom, how often, and what they said. Everything is a fact of its
-- day: what ended, was lifted or recalled is another row, and what was kept or broken derives from money.

-- One row per case: a customer of whom something is late, from the close that found it.
create table collection_case (
    case_id bigint primary key,
    customer_id bigint not null,
    opened_on date not null,
    recorded_at timestamp not null,
);

-- One row per case that ended: nothing of the customer was late any more.
create table collection_case_end (
    case_id bigint primary key,
    closed_on date not null,
    recorded_at timestamp not null,
);

-- One row per time that a case was taken to work on, or given back (locked_until is then past); the newest
-- row of a case says whose it is, and until when (UTC).
create table case_lock (
    lock_id bigint primary key,
    case_id bigint not null,
    locked_by varchar not null,
    locked_at timestamp not null,
    locked_until timestamp not null,
);

-- One row per attempt to reach somebody about a case. local_on: the day of attempted_at where the borrower
-- lives, which the rules count by; business_on: the open day of the book. number_key: `own` for the customer's
-- own number, else a keyed fingerprint: there is no phone book (CO-05). agency_code: whose attempt, null: ours.
create table contact_attempt (
    contact_id bigint primary key,
    case_id bigint not null,
    customer_id bigint not null,
    attempted_at timestamp not null,
    local_on date not null,
    business_on date not null,
    channel varchar not null check (channel in ('call', 'message', 'visit')),
    party varchar not null check (party in ('borrower', 'related', 'unrelated')),
    number_key varchar not null,
    outcome varchar not null,
    is_connected boolean not null,
    agency_code varchar,
    reason varchar,
    note varchar,
    recorded_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per promise to pay: so much by a day. It is kept once least_fen came in by grace_to_on (what was
-- promised, less what the house does not quarrel about); a newer promise of the same customer replaces it.
create table promise (
    promise_id bigint primary key,
    case_id bigint not null,
    customer_id bigint not null,
    amount_fen bigint not null check (amount_fen > 0),
    least_fen bigint not null,
    made_on date not null,
    due_on date not null,
    grace_to_on date not null,
    recorded_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per hold: nobody contacts the customer from a day until another, both included (CO-11); null: until
-- it is lifted.
create table collection_hold (
    hold_id bigint primary key,
    case_id bigint not null,
    customer_id bigint not null,
    kind varchar not null,
    from_on date not null,
    until_on date,
    note varchar,
    placed_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per hold that a person lifted before it ran out.
create table collection_hold_end (
    hold_id bigint primary key,
    lifted_on date not null,
    note varchar,
    lifted_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per complaint of a customer. agency_code: whom it is about, null: the house.
create table complaint (
    complaint_id bigint primary key,
    customer_id bigint not null,
    case_id bigint,
    agency_code varchar,
    kind varchar not null,
    received_on date not null,
    note varchar,
    recorded_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per case handed to an agency, with what was late, until a day.
create table agency_placement (
    placement_id bigint primary key,
    case_id bigint not null,
    customer_id bigint not null,
    agency_code varchar not null,
    placed_on date not null,
    due_back_on date not null,
    overdue_fen bigint not null,
    placed_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per placement that ended: called back by a person, or with its case.
create table agency_recall (
    placement_id bigint primary key,
    recalled_on date not null,
    reason varchar not null,
    recalled_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per easing granted to a loan in difficulty: the event it is, and what it was said to cost.
-- given_up_fen: what the borrower pays less; cost_fen: the same in money of the day.
create table hardship_grant (
    loan_event_id bigint primary key,
    case_id bigint not null,
    customer_id bigint not null,
    loan_id bigint not null,
    easing varchar not null,
    given_up_fen bigint not null,
    cost_fen bigint not null,
    granted_on date not null,
    granted_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per case that has not ended.
create view open_case as
select
    collection_case.case_id,
    collection_case.customer_id,
    collection_case.opened_on
from collection_case
left join collection_case_end on collection_case.case_id = collection_case_end.case_id
where collection_case_end.case_id is null;

-- One row per sum that came in from a borrower and stands: payments, and recoveries after a write-off.
create view money_in as
select
    payment.loan_id,
    loan.customer_id,
    payment.paid_on,
    payment.amount_fen
from payment
inner join loan on payment.loan_id = loan.loan_id
union all
select
    event.loan_id,
    loan.customer_id,
    event.effective_on as paid_on,
    event.amount_fen
from loan_event as event
inner join loan on event.loan_id = loan.loan_id
left join loan_event as reversal
    on reversal.reverses_event_id = event.loan_event_id and reversal.kind = 'reversal'
where event.kind = 'recovery' and reversal.loan_event_id is null;

-- Books of before: the cases that their days would have opened and ended. A write-off with a claim left is no end.
create temporary table case_of_before as
with step as (
    select
        loan.customer_id,
        bucket_move.moved_on,
        sum(case
            when bucket_move.from_bucket = 'C' then 1
            when bucket_move.to_bucket = 'C' and let_go.loan_id is null then -1
            else 0
        end) as change
    from bucket_move
    inner join loan on bucket_move.loan_id = loan.loan_id
    left join (
        select
            loan_event.loan_id,
            loan_event.effective_on
        from loan_event
        inner join loan_position on loan_event.loan_id = loan_position.loan_id
        where loan_event.kind = 'charge_off' and loan_position.claim_fen > 0
    ) as let_go
        on bucket_move.loan_id = let_go.loan_id and bucket_move.moved_on = let_go.effective_on
    group by loan.customer_id, bucket_move.moved_on
),
running as (
    select
        customer_id,
        moved_on,
        sum(change) over (partition by customer_id order by moved_on) as late_loans
    from step
),
turn as (
    select
        customer_id,
        moved_on,
        late_loans,
        coalesce(lag(late_loans) over (partition by customer_id order by moved_on), 0) as late_before
    from running
),
spell as (
    select
        customer_id,
        moved_on as opened_on,
        late_loans,
        lead(moved_on) over (partition by customer_id order by moved_on) as closed_on
    from turn
    where (late_loans > 0) <> (late_before > 0)
)
select
    row_number() over (order by opened_on, customer_id) as case_id,
    customer_id,
    opened_on,
    closed_on,
    (select max(recorded_at) from closed_day) as recorded_at
from spell
where late_loans > 0;

insert into collection_case
select
    case_id,
    customer_id,
    opened_on,
    recorded_at
from case_of_before;

insert into collection_case_end
select
    case_id,
    closed_on,
    recorded_at
from case_of_before
where closed_on is not null;

drop table case_of_before;
