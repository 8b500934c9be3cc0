-- With whose money: terms of lenders with history, joint loans, what waits for money, matchings as they were
-- asked and answered, loans that change hands, statements of settlement.

-- One row per version of a lender's terms; never changed. Null: no limit.
create table funder_version (
    version_id bigint primary key,
    funder_code varchar not null,
    name_en varchar not null,
    name_zh varchar not null,
    lender_type varchar not null,
    product_codes varchar[] not null,
    annual_cost decimal(9, 6) not null,
    quota_fen bigint not null,
    daily_quota_fen bigint,
    licence_number varchar not null,
    licence_on date not null,
    listed_on date not null,
    delisted_on date,
    region_codes varchar[],
    bands varchar[],
    annual_rate_min decimal(9, 6) not null,
    annual_rate_max decimal(9, 6) not null,
    instalments_min integer not null,
    instalments_max integer not null,
    share_min decimal(9, 6) not null,
    share_max decimal(9, 6) not null,
    guarantee_budget_fen bigint,
    guarantee_rate decimal(9, 6) not null,
    tier1_fen bigint,
    total_loans_fen bigint,
    offer_part_min decimal(9, 6) not null,
    group_code varchar not null,
    effective_on date not null,
    reason varchar not null,
    changed_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per answer of a second person to a version.
create table funder_version_step (
    version_id bigint primary key,
    step varchar not null check (step in ('approved', 'refused')),
    reason varchar,
    stepped_on date not null,
    stepped_by varchar not null,
    recorded_at timestamp not null,
);

-- What a book was opened with is the first version of each lender, of whom no more was known.
insert into funder_version by name
select
    row_number() over (order by funder.funder_code) as version_id,
    funder.funder_code,
    funder.name_en,
    funder.name_zh,
    funder.lender_type,
    funder.product_codes,
    funder.annual_cost,
    funder.quota_fen,
    '' as licence_number,
    cast('0001-01-01' as date) as licence_on,
    cast('0001-01-01' as date) as listed_on,
    0 as annual_rate_min,
    1 as annual_rate_max,
    1 as instalments_min,
    360 as instalments_max,
    0 as share_min,
    1 as share_max,
    0 as guarantee_rate,
    0 as offer_part_min,
    '' as group_code,
    book.first_business_on as effective_on,
    'opened_with' as reason,
    'system' as changed_by,
    cast(book.first_business_on as timestamp) as recorded_at
from funder
cross join book;

insert into funder_version_step by name
select
    version_id,
    'approved' as step,
    effective_on as stepped_on,
    'system' as stepped_by,
    recorded_at
from funder_version;

drop table funder;

-- One row per lender: its terms in force on the open day, the approved version that took effect last.
create view funder as
with approved as (
    select
        funder_version.*,
        row_number() over (
            partition by funder_version.funder_code
            order by funder_version.effective_on desc, funder_version.version_id desc
        ) as age
    from funder_version
    inner join funder_version_step
        on funder_version.version_id = funder_version_step.version_id
        and funder_version_step.step = 'approved'
    cross join (select max(business_on) as business_on from book) as closed
    where funder_version.effective_on <= date_add(closed.business_on, interval 1 day)
)
select * exclude (age)
from approved
where age = 1;

-- whole: one lender; lead and partner: several, who split every sum in the order of before_fen, the shares
-- that come before. run_id: the matching that chose them; null from before matchings were kept.
alter table funding add column role varchar;
alter table funding add column before_fen bigint;
alter table funding add column run_id bigint;
update funding
set
    role = 'whole',
    before_fen = 0;

-- One row per loan: the lender whom the contract names, alone or as the lead.
create view lead_funding as
select
    loan_id,
    funder_code,
    share_fen,
    run_id
from funding
where coalesce(before_fen, 0) = 0;

-- One row per loan, lent by this house or told by a tape: what reports group and filter by.
create or replace view lent_loan as
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
    lead_funding.funder_code,
    cast(null as varchar) as outcome,
    cast(null as map(varchar, varchar)) as own_segments
from loan
inner join lead_funding on loan.loan_id = lead_funding.loan_id
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

-- One row per matching that was asked: its answer as sums, and a hash over question and answer.
-- rules: JSON. gap_ppm: how much more another answer could be worth.
create table funding_run (
    run_id bigint primary key,
    occasion varchar not null check (occasion in ('payout', 'waiting', 'by_hand')),
    business_on date not null,
    objective varchar not null,
    rules varchar not null,
    status varchar not null,
    loans bigint not null,
    funded_fen bigint not null,
    left_loans bigint not null,
    left_fen bigint not null,
    cost_fen bigint not null,
    interest_fen bigint not null,
    value bigint not null,
    value_max bigint not null,
    content_hash varchar not null,
    run_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per matching and lender that was asked: its version of terms, and what it had lent by then.
-- joint: JSON, partner to fen.
create table funding_offer (
    run_id bigint not null,
    funder_code varchar not null,
    version_id bigint not null,
    outstanding_fen bigint not null,
    lent_today_fen bigint not null,
    guarantee_used_fen bigint not null,
    joint varchar not null,
);

-- One row per matching and limit: its room, what was used of it, and what 10,000 yuan more were worth a year.
create table funding_limit (
    run_id bigint not null,
    "limit" varchar not null,
    funder_code varchar,
    other_code varchar,
    room_fen bigint not null,
    used_fen bigint not null,
    is_binding boolean not null,
    shadow_price_fen bigint not null,
);

-- One row per accepted offer or draw that no lender had room for when it was asked.
create table funding_wait (
    wait_id bigint primary key,
    application_id bigint not null,
    line_id bigint not null,
    amount_fen bigint not null check (amount_fen > 0),
    instalments integer not null,
    method varchar not null,
    since_on date not null,
    expires_on date not null,
    recorded_at timestamp not null,
);

-- One row per matching and what it left waiting: the reason, the lender that was nearest, and what it lacked.
create table funding_left (
    run_id bigint not null,
    wait_id bigint not null,
    principal_fen bigint not null,
    reason varchar not null,
    funder_code varchar,
    missing_fen bigint,
);

-- One row per wait that is over: a loan was paid out, or it never is. outcome 'limit': the line's limit left
-- no room for it any more.
create table funding_wait_end (
    wait_id bigint primary key,
    outcome varchar not null check (outcome in ('funded', 'expired', 'limit')),
    loan_id bigint,
    ended_on date not null,
    recorded_at timestamp not null,
);

-- One row per agreement that shares of loans change hands from a day on, at one price for all of them.
create table loan_transfer (
    transfer_id bigint primary key,
    kind varchar not null check (kind in ('transfer', 'buy_back')),
    from_code varchar not null,
    to_code varchar not null,
    effective_on date not null,
    price_fen bigint not null,
    reason varchar not null,
    proposed_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per transfer and loan: how much of the loan's principal as it was lent.
create table loan_transfer_loan (
    transfer_id bigint not null,
    loan_id bigint not null,
    share_fen bigint not null check (share_fen > 0),
);

-- One row per answer of a second person to a transfer.
create table loan_transfer_step (
    transfer_id bigint primary key,
    step varchar not null check (step in ('approved', 'refused')),
    reason varchar,
    stepped_on date not null,
    stepped_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per share of a loan that changes hands: of the principal as it was lent, from a day on.
create table funding_change (
    change_id bigint primary key,
    transfer_id bigint not null,
    loan_id bigint not null,
    from_code varchar not null,
    to_code varchar not null,
    share_fen bigint not null check (share_fen > 0),
    effective_on date not null,
);

-- One row per loan, lender and span of days over which its share stays: until_on is the first day on which it
-- is another (null: it stays). A sum of the loan falls to a lender as
-- sum * (before_fen + share_fen) / lent_fen - sum * before_fen / lent_fen, both without their fractions.
create view funding_span as
with moved as (
    select distinct loan_id
    from funding_change
),
delta as (
    select
        funding.loan_id,
        funding.funder_code,
        funding.share_fen,
        loan.disbursed_on as from_on
    from funding
    inner join moved on funding.loan_id = moved.loan_id
    inner join loan on funding.loan_id = loan.loan_id
    union all
    select
        loan_id,
        from_code as funder_code,
        -share_fen as share_fen,
        effective_on as from_on
    from funding_change
    union all
    select
        loan_id,
        to_code as funder_code,
        share_fen,
        effective_on as from_on
    from funding_change
),
turn as (
    select
        loan_id,
        from_on,
        lead(from_on) over (partition by loan_id order by from_on) as until_on
    from (select distinct loan_id, from_on from delta) as days
),
held as (
    select
        turn.loan_id,
        turn.from_on,
        turn.until_on,
        delta.funder_code,
        cast(sum(delta.share_fen) as bigint) as share_fen
    from turn
    inner join delta on turn.loan_id = delta.loan_id and delta.from_on <= turn.from_on
    group by turn.loan_id, turn.from_on, turn.until_on, delta.funder_code
    having sum(delta.share_fen) > 0
),
placed as (
    select
        held.*,
        case when lead_funding.funder_code is null then 1 else 0 end as place
    from held
    left join lead_funding
        on held.loan_id = lead_funding.loan_id and held.funder_code = lead_funding.funder_code
)
select
    funding.loan_id,
    funding.funder_code,
    funding.share_fen,
    coalesce(funding.before_fen, 0) as before_fen,
    loan.principal_fen as lent_fen,
    loan.disbursed_on as from_on,
    cast(null as date) as until_on
from funding
inner join loan on funding.loan_id = loan.loan_id
where funding.loan_id not in (select loan_id from moved)
union all
select
    placed.loan_id,
    placed.funder_code,
    placed.share_fen,
    cast(
        sum(placed.share_fen) over (
            partition by placed.loan_id, placed.from_on
            order by placed.place, placed.funder_code
        ) - placed.share_fen as bigint
    ) as before_fen,
    loan.principal_fen as lent_fen,
    placed.from_on,
    placed.until_on
from placed
inner join loan on placed.loan_id = loan.loan_id;

-- One row per loan and lender with a share in it on the open day, and its part of what is owed (as
-- funding_span splits sums): of the principal as it was lent before the first close.
create view funding_share as
select
    funding_span.loan_id,
    funding_span.funder_code,
    funding_span.share_fen,
    funding_span.before_fen,
    funding_span.lent_fen,
    funding_span.share_fen < funding_span.lent_fen as is_joint,
    coalesce(loan_position.principal_fen, funding_span.lent_fen)
    * (funding_span.before_fen + funding_span.share_fen) // funding_span.lent_fen
    - coalesce(loan_position.principal_fen, funding_span.lent_fen)
    * funding_span.before_fen // funding_span.lent_fen as owed_fen
from funding_span
cross join (select max(business_on) as business_on from book) as closed
left join loan_position on funding_span.loan_id = loan_position.loan_id
where
    funding_span.from_on <= date_add(closed.business_on, interval 1 day)
    and (
        funding_span.until_on is null
        or funding_span.until_on > date_add(closed.business_on, interval 1 day)
    );

-- One row per sum that a lender is paid for a loan that is late or lost, out of its guarantee.
create table guarantee_call (
    call_id bigint primary key,
    loan_id bigint not null,
    funder_code varchar not null,
    called_on date not null,
    amount_fen bigint not null check (amount_fen > 0),
    reason varchar not null,
    called_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per statement of settlement as it was issued. figures: JSON, what it said.
create table funder_statement (
    statement_id bigint primary key,
    number varchar not null,
    funder_code varchar not null,
    from_on date not null,
    to_on date not null,
    figures varchar not null,
    content_hash varchar not null,
    issued_on date not null,
    issued_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per statement, language and kind of file, as it was made.
create table funder_statement_file (
    statement_id bigint not null,
    language varchar not null,
    kind varchar not null check (kind in ('pdf', 'xlsx')),
    content blob not null,
    content_hash varchar not null,
);
