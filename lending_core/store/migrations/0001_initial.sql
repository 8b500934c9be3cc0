-- The facts of the business: who asked, what was decided, what was lent, what was paid.
-- Money in whole fen (_fen), rates as exact decimals, dates _on (business dates), instants _at (UTC).

-- One row: the book in this file, and the business date up to which it has been run.
create table book (
    name varchar not null,
    is_simulated boolean not null,
    seed bigint,
    currency varchar not null,
    first_business_on date not null,
    business_on date not null,
);

-- One row per person or small business.
create table customer (
    customer_id bigint primary key,
    kind varchar not null check (kind in ('person', 'small_business')),
    name varchar not null,
    id_number varchar not null,
    phone varchar not null,
    birth_on date not null,
    region_code varchar not null,
    is_student boolean not null,
    is_court_listed boolean not null,
    is_simulated boolean not null,
    joined_on date not null,
);

-- One row per customer, source of data, and change of mind; the newest row is in force.
create table consent (
    customer_id bigint not null,
    source varchar not null,
    text_version varchar not null,
    is_granted boolean not null,
    recorded_at timestamp not null,
);

-- One row per application.
create table application (
    application_id bigint primary key,
    customer_id bigint not null,
    product_code varchar not null,
    scenario varchar not null,
    channel varchar not null,
    amount_asked_fen bigint not null,
    instalments_asked integer not null,
    applied_on date not null,
    recorded_at timestamp not null,
);

-- One row per application: what was known of the applicant on the day. Null: not consented or not known.
create table application_feature (
    application_id bigint primary key,
    age_years integer not null,
    is_student boolean not null,
    is_court_listed boolean not null,
    inquiries_3m integer,
    lenders_with_balance integer,
    credit_utilisation double,
    worst_status_24m integer,
    oldest_account_months integer,
    has_current_overdue boolean,
    account_tenure_months integer,
    payment_active_days_90d integer,
    payment_stability double,
    monthly_income_fen bigint,
    monthly_debt_service_fen bigint,
    debt_to_income double,
    merchant_receipts_monthly_fen bigint,
    receipts_variation double,
    own_loans_repaid integer not null,
    own_worst_days_past_due integer not null,
    own_principal_fen bigint not null,
    learning_draw integer not null,
);

-- One row per application: the score, the default probability it stands for, points in the model's feature order.
create table assessment (
    application_id bigint primary key,
    model_version integer not null,
    score integer not null,
    default_probability double not null,
    points integer[] not null,
);

-- One row per application: what the policy said, or a person after it (decided_by).
create table decision (
    application_id bigint primary key,
    policy_version integer not null,
    outcome varchar not null check (outcome in ('approve', 'review', 'decline')),
    band varchar,
    limit_fen bigint not null,
    annual_rate decimal(9, 6),
    reasons varchar[] not null,
    decided_by varchar not null,
    decided_at timestamp not null,
);

-- One row per reviewed application: what a person decided after the policy asked for one.
create table review (
    application_id bigint primary key,
    outcome varchar not null check (outcome in ('approve', 'decline')),
    reason varchar not null,
    reviewed_by varchar not null,
    reviewed_at timestamp not null,
);

-- One row per offer that the borrower accepted: what was shown, when it was confirmed.
-- The last three are null for simulated borrowers, who read nothing.
create table acceptance (
    application_id bigint primary key,
    amount_fen bigint not null,
    instalments integer not null,
    method varchar not null,
    cost_sheet_hash varchar,
    shown_at timestamp,
    confirmed_at timestamp,
);

-- One row per line of credit granted.
create table credit_line (
    line_id bigint primary key,
    customer_id bigint not null,
    application_id bigint not null,
    product_code varchar not null,
    annual_rate decimal(9, 6) not null,
    opened_on date not null,
);

-- One row per change of a line's limit; the newest is in force.
create table limit_change (
    line_id bigint not null,
    changed_on date not null,
    limit_fen bigint not null,
    reason varchar not null,
);

-- One row per drawdown.
create table loan (
    loan_id bigint primary key,
    application_id bigint not null,
    customer_id bigint not null,
    line_id bigint not null,
    product_code varchar not null,
    scenario varchar not null,
    channel varchar not null,
    region_code varchar not null,
    band varchar not null,
    principal_fen bigint not null check (principal_fen > 0),
    annual_rate decimal(9, 6) not null,
    method varchar not null,
    instalments integer not null,
    day_count varchar not null,
    grace_days integer not null,
    disbursed_on date not null,
    first_due_on date not null,
);

-- One row per loan and instalment of its contract. total_before_fen: the instalments before it in full,
-- so that what a sum paid has settled of this one is a subtraction.
create table instalment (
    loan_id bigint not null,
    number integer not null,
    due_on date not null,
    principal_fen bigint not null,
    interest_fen bigint not null,
    total_before_fen bigint not null,
);

-- One row per payment received.
create table payment (
    payment_id bigint not null,
    loan_id bigint not null,
    paid_on date not null,
    kind varchar not null check (kind in ('instalment', 'payoff')),
    amount_fen bigint not null check (amount_fen > 0),
    recorded_at timestamp not null,
);

-- One row per licensed lender.
create table funder (
    funder_code varchar primary key,
    name_en varchar not null,
    name_zh varchar not null,
    lender_type varchar not null,
    product_codes varchar[] not null,
    annual_cost decimal(9, 6) not null,
    quota_fen bigint not null,
);

-- One row per loan and funder.
create table funding (
    loan_id bigint not null,
    funder_code varchar not null,
    share_fen bigint not null check (share_fen > 0),
);

-- One row per line of a double entry; the lines of one entry_id sum to zero (debit positive).
create table journal (
    entry_id bigint not null,
    loan_id bigint not null,
    booked_on date not null,
    funder_code varchar not null,
    account varchar not null,
    amount_fen bigint not null,
);

-- One row per loan and month end from its disbursement: derived, rebuildable from the facts above.
create table loan_month (
    loan_id bigint not null,
    month_end_on date not null,
    months_on_book integer not null,
    days_past_due integer not null,
    bucket varchar not null,
    principal_fen bigint not null,
    overdue_fen bigint not null,
    paid_fen bigint not null,
);

-- One row per version of the limit policy; a version is never changed once saved.
create table policy_version (
    policy_version integer primary key,
    document varchar not null,
    note varchar not null,
    author varchar not null,
    recorded_at timestamp not null,
);

-- One row per version that a second person put in force; the newest is the policy of new decisions.
create table policy_approval (
    policy_version integer not null,
    approved_by varchar not null,
    effective_on date not null,
    recorded_at timestamp not null,
);

-- One row per version of the scorecard, as JSON.
create table model_version (
    model_version integer primary key,
    document varchar not null,
    note varchar not null,
    author varchar not null,
    effective_on date not null,
    recorded_at timestamp not null,
);

-- One row per demonstration account.
create table user_account (
    user_name varchar primary key,
    role varchar not null,
);

-- One row per key of a money operation that was carried out: the same key twice books once.
create table operation_key (
    operation_key varchar primary key,
    action varchar not null,
    subject_id bigint not null,
);

-- One row per thing that happened, each hash covering the one before: the ledger.
create table event (
    event_id bigint primary key,
    action varchar not null,
    actor varchar not null,
    subject_kind varchar not null,
    subject_id bigint not null,
    business_on date not null,
    recorded_at timestamp not null,
    payload varchar not null,
    previous_hash varchar not null,
    hash varchar not null unique,
);

-- One row per stage of lateness, from data/reference/buckets.toml.
create table bucket (
    bucket varchar primary key,
    position integer not null,
    days_past_due_from integer not null,
    days_past_due_to integer,
);

-- One row per simulated customer: what only the simulation knows. Nothing that scores or prices reads it.
create table simulated_borrower (
    customer_id bigint primary key,
    true_risk double not null,
    appetite double not null,
    thrift double not null,
    business_health double not null,
    income_level double not null,
    monthly_income_fen bigint not null,
);

-- One row per simulated customer who was told to stop paying, for demonstrations.
create table simulated_stop (
    customer_id bigint primary key,
    stopped_on date not null,
);

-- One row per application, as the policy reads it: live decisions get the same columns as a frame.
create view policy_input as
select
    application.customer_id,
    application.product_code,
    application.scenario,
    application.channel,
    application.amount_asked_fen,
    application.instalments_asked,
    application.applied_on,
    customer.kind,
    customer.region_code,
    application_feature.*,
    assessment.model_version,
    assessment.score,
    assessment.default_probability
from application
inner join customer on application.customer_id = customer.customer_id
inner join application_feature
    on application.application_id = application_feature.application_id
inner join assessment on application.application_id = assessment.application_id;

-- One row per application with what became of it, step by step.
create view application_state as
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
    loan.loan_id
from application
inner join customer on application.customer_id = customer.customer_id
inner join assessment on application.application_id = assessment.application_id
inner join decision on application.application_id = decision.application_id
left join review on application.application_id = review.application_id
left join acceptance on application.application_id = acceptance.application_id
left join loan on application.application_id = loan.application_id;

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
