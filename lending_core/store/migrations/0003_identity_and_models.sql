-- Who is asking and how risky: more that is known of an applicant, what links applicants, consents by
-- purpose, reviews by two people, and the life of a model from development to retirement.

-- More features. Null: not consented, not known, or from before they were asked for.
alter table application_feature add column inquiries_1m integer;
alter table application_feature add column inquiries_12m integer;
alter table application_feature add column open_accounts integer;
alter table application_feature add column overdue_months_24m integer;
alter table application_feature add column lenders_asked_90d integer;
alter table application_feature add column bound_card_months integer;
alter table application_feature add column failed_payments_90d integer;
alter table application_feature add column income_months_12m integer;
alter table application_feature add column receipts_growth double;
alter table application_feature add column receipts_peak_share double;
alter table application_feature add column own_months_since_late integer;
-- What links this applicant to others, for fraud rules only: people (by ID number, this one included)
-- who ever applied with the same device, phone, bank card or address up to this application, and
-- applications of this person or device in the seven days up to it.
alter table application_feature add column people_on_device integer;
alter table application_feature add column people_on_phone integer;
alter table application_feature add column people_on_bank_card integer;
alter table application_feature add column people_on_address integer;
alter table application_feature add column applications_7d integer;

-- A small business's licence (GB 32100-2015); null for persons, and for businesses of before.
alter table customer add column licence_number varchar;

-- One row per application: keyed fingerprints (HMAC-SHA-256, hexadecimal) of what it came with. The
-- values themselves are not kept; the key is of this book. bank_card_last4 is for people to read.
create table application_trace (
    application_id bigint primary key,
    person_fingerprint varchar not null,
    device_fingerprint varchar,
    phone_fingerprint varchar,
    bank_card_fingerprint varchar,
    address_fingerprint varchar,
    bank_card_last4 varchar,
);

-- One row: the key of this book's fingerprints.
create table fingerprint_key (
    key_hex varchar not null,
);

-- One row per application and field read from its photographed card: how sure the reader was, whether
-- it agreed with what was typed (null: nothing to compare with), whether the applicant confirmed it.
create table card_field (
    application_id bigint not null,
    side varchar not null check (side in ('front', 'back')),
    field varchar not null,
    confidence double not null,
    agrees boolean,
    is_confirmed boolean not null,
);

-- One row per application whose card's back was read: until when the card is valid (null: for life).
create table card_validity (
    application_id bigint primary key,
    valid_from date not null,
    valid_to date,
);

-- Consents are given for a purpose, and may be taken back; earlier ones were for the credit decision.
alter table consent add column purpose varchar;
update consent set purpose = 'credit_assessment';

-- A review above an amount needs a second pair of eyes before it counts. reason is a code of the list
-- (older books: words), words what was seen, limit_fen the limit a person chose for a policy's decline.
alter table review add column needs_second boolean;
alter table review add column words varchar;
alter table review add column limit_fen bigint;
update review set needs_second = false;

-- One row per review that a second person confirmed or overturned.
create table review_confirmation (
    application_id bigint primary key,
    outcome varchar not null check (outcome in ('approve', 'decline')),
    reason varchar not null,
    words varchar,
    confirmed_by varchar not null,
    confirmed_at timestamp not null,
);

-- One row per declined application whose borrower asked that a person look at it.
create table review_request (
    application_id bigint primary key,
    requested_on date not null,
    recorded_by varchar not null,
    recorded_at timestamp not null,
);

-- A version of a model is a scorecard or a challenger (gradient boosting); model_card says on what it
-- was built and how well it does, as JSON (null on an expert's card).
alter table model_version add column kind varchar;
alter table model_version add column model_card varchar;
update model_version set kind = 'scorecard';

-- One row per step in a model's life; the newest of a model is in force, the newest champion decides.
create table model_status (
    model_version integer not null,
    status varchar not null check (
        status in ('development', 'validated', 'champion', 'challenger', 'retired')
    ),
    reason varchar not null,
    changed_by varchar not null,
    effective_on date not null,
    recorded_at timestamp not null,
    position bigint not null,
);

-- Until now the newest version decided and the others were history.
insert into model_status
select
    model_version,
    case
        when model_version = (select max(model_version) from model_version) then 'champion'
        else 'retired'
    end as status,
    'from_before' as reason,
    author as changed_by,
    effective_on,
    recorded_at,
    model_version as position
from model_version;

-- One row per application and challenger that scored it silently, beside the champion.
create table silent_assessment (
    application_id bigint not null,
    model_version integer not null,
    score integer not null,
    default_probability double not null,
);

-- One row per application, as the policy reads it: live decisions get the same columns as a frame.
create or replace view policy_input as
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

-- One row per application whose outcome people made: what they came to so far ('review': one of them
-- is still asked for).
create view reviewed_outcome as
select
    decision.application_id,
    case
        when review.application_id is null then 'review'
        when review.needs_second and review_confirmation.application_id is null then 'review'
        else coalesce(review_confirmation.outcome, review.outcome)
    end as outcome
from decision
left join review on decision.application_id = review.application_id
left join review_confirmation on decision.application_id = review_confirmation.application_id
left join review_request on decision.application_id = review_request.application_id
where decision.outcome = 'review' or review_request.application_id is not null;

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
    coalesce(reviewed_outcome.outcome, decision.outcome) as outcome,
    decision.limit_fen,
    acceptance.application_id is not null as is_accepted,
    first_loan.loan_id
from application
inner join customer on application.customer_id = customer.customer_id
inner join assessment on application.application_id = assessment.application_id
inner join decision on application.application_id = decision.application_id
left join reviewed_outcome on application.application_id = reviewed_outcome.application_id
left join acceptance on application.application_id = acceptance.application_id
left join first_loan on application.application_id = first_loan.application_id;

-- Demonstration books get the auditor, who alone may look at sex, age and region.
insert into user_account
select
    'auditor' as user_name,
    'auditor' as role
from user_account
where user_name = 'viewer';
