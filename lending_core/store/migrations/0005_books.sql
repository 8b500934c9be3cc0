-- The month-end state holds by itself all that reports over the book group and filter by; and books that
-- were brought in as a loan tape, each in a file of its own.

-- How an imported tape tells its loans: by their outcomes, month by month, or by their payments. Null: a
-- book of loans that this house lent.
alter table book add column shape varchar;

-- One row per loan of an imported tape, as its mapping reads it. Null: the tape does not say.
create table tape_loan (
    loan_id bigint not null,
    reference varchar not null,
    disbursed_on date not null,
    lent_fen bigint check (lent_fen > 0),
    annual_rate decimal(9, 6),
    instalments integer,
    product_code varchar,
    scenario varchar,
    channel varchar,
    region_code varchar,
    band varchar,
    funder_code varchar,
    outcome varchar check (outcome in ('open', 'paid', 'written_off')),
    last_paid_on date,
    paid_fen bigint,
    recovered_fen bigint,
    own_segments map(varchar, varchar),
);

-- The key is an index, which the import of a tape takes away from the empty book and makes again once all
-- rows are in: a third of what it costs to keep it row by row.
create unique index tape_loan_key on tape_loan (loan_id);

-- One row per payment of an imported tape.
create table tape_payment (
    loan_id bigint not null,
    paid_on date not null,
    amount_fen bigint not null,
);

-- One row per import into this book: which file, read how, and what it came to. sums: JSON.
create table tape_import (
    import_id bigint primary key,
    file_name varchar not null,
    file_hash varchar not null,
    mapping varchar not null,
    shape varchar not null check (shape in ('outcomes', 'months', 'payments')),
    as_of_on date not null,
    rows_in bigint not null,
    rows_loaded bigint not null,
    rows_rejected bigint not null,
    sums varchar not null,
    imported_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per row of a tape that was not loaded, with the reason. content: the row as read, JSON.
create table tape_reject (
    import_id bigint not null,
    row_number bigint not null,
    reason varchar not null,
    detail varchar not null,
    content varchar not null,
);

-- One row per loan, lent by this house or told by a tape: what reports group and filter by.
create view lent_loan as
select
    loan.loan_id,
    cast(null as varchar) as reference,
    loan.customer_id,
    loan.application_id,
    decision.policy_version,
    loan.disbursed_on,
    loan.principal_fen as lent_fen,
    loan.annual_rate,
    loan.instalments,
    loan.product_code,
    loan.scenario,
    loan.channel,
    loan.region_code,
    loan.band,
    funding.funder_code,
    cast(null as varchar) as outcome,
    cast(null as map(varchar, varchar)) as own_segments
from loan
inner join funding on loan.loan_id = funding.loan_id
left join decision on loan.application_id = decision.application_id
union all
select
    loan_id,
    reference,
    null as customer_id,
    null as application_id,
    null as policy_version,
    disbursed_on,
    lent_fen,
    annual_rate,
    instalments,
    product_code,
    scenario,
    channel,
    region_code,
    band,
    funder_code,
    outcome,
    own_segments
from tape_loan;

drop view loan_month_detail;
alter table loan_month rename to loan_month_of_before;

-- One row per loan and month end (and the newest closed day of a month that is not over), from its
-- disbursement until the first month end at which it owes nothing, and where money came later. Derived,
-- rebuildable from the facts.
--
-- standing: open (owes principal), paid, written_off, or absent (an account of a tape without a loan that
-- month). previous_*: where it stood a month end before, if it was open. entered_*: it is for the first time
-- more than 30 days, more than 90 days late, or in default (more than 90 days late or written off). Null:
-- a tape does not say.
create table loan_month (
    loan_id bigint not null,
    month_end_on date not null,
    months_on_book integer not null,
    standing varchar not null check (standing in ('open', 'paid', 'written_off', 'absent')),
    days_past_due integer,
    bucket varchar,
    asset_class varchar,
    stage integer,
    previous_bucket varchar,
    previous_principal_fen bigint,
    worst_days_past_due integer,
    entered_30 boolean not null,
    entered_90 boolean not null,
    entered_default boolean not null,
    principal_fen bigint,
    overdue_fen bigint,
    paid_fen bigint,
    interest_receivable_fen bigint,
    penalty_fen bigint,
    fee_fen bigint,
    written_off_fen bigint,
    allowance_fen bigint,
    lent_fen bigint,
    annual_rate decimal(9, 6),
    disbursed_on date not null,
    product_code varchar,
    scenario varchar,
    channel varchar,
    region_code varchar,
    band varchar,
    funder_code varchar,
);

insert into loan_month by name
with written_off as (
    select
        loan_id,
        min(effective_on) as written_off_on
    from loan_event
    where kind = 'charge_off'
    group by loan_id
),
-- Loans that owed nothing any more left no trace when they were written off or forgiven.
gone as (
    select
        earlier.loan_id,
        least(last_day(date_add(earlier.month_end_on, interval 1 day)), newest.month_end_on)
            as month_end_on,
        earlier.months_on_book + 1 as months_on_book,
        0 as days_past_due,
        'C' as bucket
    from loan_month_of_before as earlier
    cross join (select max(month_end_on) as month_end_on from loan_month_of_before) as newest
    left join loan_month_of_before as later
        on earlier.loan_id = later.loan_id
        and later.month_end_on = least(
            last_day(date_add(earlier.month_end_on, interval 1 day)), newest.month_end_on
        )
    where
        earlier.principal_fen > 0
        and earlier.month_end_on < newest.month_end_on
        and later.loan_id is null
),
known as (
    select * from loan_month_of_before
    union all by name
    select
        gone.*,
        case when written_off.loan_id is null then 'normal' else 'loss' end as asset_class,
        case when written_off.loan_id is null then 1 else 3 end as stage,
        0 as principal_fen,
        0 as overdue_fen,
        0 as paid_fen,
        0 as interest_receivable_fen,
        0 as penalty_fen,
        0 as fee_fen,
        case when written_off.loan_id is null then 0 else loan_position.written_off_fen end
            as written_off_fen,
        0 as allowance_fen
    from gone
    inner join loan_position on gone.loan_id = loan_position.loan_id
    left join written_off
        on gone.loan_id = written_off.loan_id and written_off.written_off_on <= gone.month_end_on
),
standing as (
    select
        known.*,
        case
            when written_off.written_off_on <= known.month_end_on then 'written_off'
            when known.principal_fen > 0 then 'open'
            else 'paid'
        end as standing
    from known
    left join written_off on known.loan_id = written_off.loan_id
),
followed as (
    select
        *,
        lag(month_end_on) over by_month as previous_on,
        lag(bucket) over by_month as bucket_before,
        lag(principal_fen) over by_month as principal_before_fen,
        lag(standing) over by_month as standing_before,
        max(days_past_due) over by_month as worst_days_past_due,
        max(case when standing = 'written_off' then 1 else 0 end) over by_month as is_lost
    from standing
    window by_month as (partition by loan_id order by month_end_on)
),
compared as (
    select
        *,
        coalesce(lag(worst_days_past_due) over by_month, 0) as worst_before,
        coalesce(lag(is_lost) over by_month, 0) as lost_before,
        previous_on = date_add(date_trunc('month', month_end_on), interval (-1) day)
            and standing_before = 'open' as was_open
    from followed
    window by_month as (partition by loan_id order by month_end_on)
)
select
    compared.* exclude (
        previous_on, bucket_before, principal_before_fen, standing_before, is_lost, worst_before,
        lost_before, was_open
    ),
    case when was_open then bucket_before end as previous_bucket,
    case when was_open then principal_before_fen end as previous_principal_fen,
    worst_days_past_due > 30 and worst_before <= 30 as entered_30,
    worst_days_past_due > 90 and worst_before <= 90 as entered_90,
    (worst_days_past_due > 90 or is_lost = 1) and worst_before <= 90 and lost_before = 0
        as entered_default,
    lent_loan.lent_fen,
    lent_loan.annual_rate,
    lent_loan.disbursed_on,
    lent_loan.product_code,
    lent_loan.scenario,
    lent_loan.channel,
    lent_loan.region_code,
    lent_loan.band,
    lent_loan.funder_code
from compared
inner join lent_loan on compared.loan_id = lent_loan.loan_id
order by compared.month_end_on, compared.loan_id;

drop table loan_month_of_before;

-- One row per loan and month end, with who borrowed.
create view loan_month_detail as
select
    loan_month.*,
    lent_loan.reference,
    lent_loan.customer_id,
    lent_loan.application_id
from loan_month
inner join lent_loan on loan_month.loan_id = lent_loan.loan_id;

-- Demonstration books get the collector, who works on late loans.
insert into user_account
select
    'collector' as user_name,
    'collector' as role
from user_account
where user_name = 'viewer';
