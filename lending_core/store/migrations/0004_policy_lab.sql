-- The life of a limit policy from a draft to its retirement, trials of one version against another, and
-- reviews of existing lines.

-- What an applicant owes all other lenders, by the bureau. Null: not consented, not known, or before.
alter table application_feature add column other_lenders_balance_fen bigint;
-- What our lines grant the applicant already, drawn or not (IL-01). Null: from before it was asked.
alter table application_feature add column own_limit_fen bigint;

-- The longest term the policy offers, in months; null when declined, and on decisions of before.
alter table decision add column instalments_max integer;

-- Two changes of a limit on one day have an order. Until now a line had one limit in its life.
alter table limit_change add column limit_change_id bigint;
update limit_change set limit_change_id = rowid + 1;

-- One row per draft of a limit policy: a working paper, kept until it is submitted or put away.
create table policy_draft (
    draft_id bigint primary key,
    name varchar not null,
    base_version integer not null,
    started_by varchar not null,
    started_at timestamp not null,
);

-- One row per saving of a draft, each whole: content is JSON of the rows as typed and of its notes.
create table policy_draft_revision (
    draft_id bigint not null,
    revision integer not null,
    content varchar not null,
    saved_by varchar not null,
    saved_at timestamp not null,
    primary key (draft_id, revision)
);

-- One row per draft that ended: submitted as a version, or put away (null).
create table policy_draft_end (
    draft_id bigint primary key,
    policy_version integer,
    ended_by varchar not null,
    ended_at timestamp not null,
);

-- One row per step in the life of a version. approved and reinstated put it in force from effective_on on
-- (until effective_until, where there is one); withdrawn takes back what is not in force yet.
create table policy_step (
    policy_version integer not null,
    status varchar not null check (
        status in ('submitted', 'returned', 'approved', 'withdrawn', 'reinstated')
    ),
    reason varchar not null,
    changed_by varchar not null,
    effective_on date not null,
    effective_until date,
    recorded_at timestamp not null,
    position bigint primary key,
);

insert into policy_step
select
    step.policy_version,
    step.status,
    step.reason,
    step.changed_by,
    step.effective_on,
    null as effective_until,
    step.recorded_at,
    row_number() over (order by step.recorded_at, step.status desc, step.policy_version) as position
from (
    select
        policy_version,
        'submitted' as status,
        note as reason,
        author as changed_by,
        cast(recorded_at as date) as effective_on,
        recorded_at
    from policy_version
    union all
    select
        policy_version,
        'approved' as status,
        'from_before' as reason,
        approved_by as changed_by,
        effective_on,
        recorded_at
    from policy_approval
) as step;

drop table policy_approval;

-- One row per paper that stands behind a step: the replay at submission, the figures of an alarm; JSON.
create table policy_evidence (
    position bigint not null,
    policy_version integer not null,
    kind varchar not null check (kind in ('replay', 'alarm')),
    document varchar not null,
    recorded_at timestamp not null,
);

-- One row per trial of an approved version on a share of customers, in basis points; who is in it follows
-- from the customer and the salt alone.
create table policy_trial (
    trial_id bigint primary key,
    policy_version integer not null,
    share_bp integer not null check (share_bp between 1 and 10000),
    salt varchar not null,
    started_on date not null,
    started_by varchar not null,
    reason varchar not null,
    recorded_at timestamp not null,
);

-- One row per trial that ended; the last day of the trial is the day before.
create table policy_trial_end (
    trial_id bigint primary key,
    ended_on date not null,
    ended_by varchar not null,
    reason varchar not null,
    recorded_at timestamp not null,
);

-- One row per run of the line review, as of a month end.
create table line_review_batch (
    batch_id bigint primary key,
    policy_version integer not null,
    as_of_on date not null,
    lines integer not null,
    run_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per line that a run proposes to change, with what its rule looked at.
create table line_proposal (
    batch_id bigint not null,
    line_id bigint not null,
    action varchar not null check (action in ('freeze', 'decrease', 'increase')),
    rule varchar not null,
    limit_fen bigint not null,
    proposed_limit_fen bigint not null,
    used_fen bigint not null,
    months_open integer not null,
    days_past_due integer not null,
);

-- One row per proposal that staff answered; left_out says why an accepted one could not be carried out.
create table line_proposal_answer (
    batch_id bigint not null,
    line_id bigint not null,
    is_accepted boolean not null,
    left_out varchar,
    reason varchar not null,
    answered_by varchar not null,
    answered_at timestamp not null,
    primary key (batch_id, line_id)
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
