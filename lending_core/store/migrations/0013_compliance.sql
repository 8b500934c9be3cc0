-- The compliance register: what was found when, what staff said to it, and what they stand for. Nothing is
-- edited: what is no longer waived, or attested anew, is another row.

-- One row per run of the register. content_hash: over results and findings, line by line.
create table compliance_run (
    run_id bigint primary key,
    business_on date not null,
    rules integer not null,
    broken integer not null,
    findings bigint not null,
    content_hash varchar not null,
    run_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per run and rule that is checked. looked_at: how many things there were to look at; parameters: JSON of
-- the numbers that were held against them. idle: nothing to look at; early: not in force on the day.
create table compliance_result (
    run_id bigint not null,
    rule_id varchar not null,
    status varchar not null check (status in ('holds', 'broken', 'idle', 'early')),
    looked_at bigint not null,
    findings bigint not null,
    parameters varchar not null,
    primary key (run_id, rule_id)
);

-- One row per thing that a run found to break a rule: what was measured, and against what. Numbers in the unit
-- of the check; null where there is none.
create table compliance_finding (
    finding_id bigint primary key,
    run_id bigint not null,
    rule_id varchar not null,
    check_name varchar not null,
    subject_kind varchar not null,
    subject_id varchar not null,
    measured decimal(24, 6),
    limit_value decimal(24, 6),
    detail varchar,
);

-- One row per answer of a person to a rule's findings, or to those of one thing (subject_kind, subject_id):
-- acknowledged (known, worked on), waived (does not count until a day), ended (counts again). The newest holds.
create table compliance_answer (
    answer_id bigint primary key,
    rule_id varchar not null,
    subject_kind varchar,
    subject_id varchar,
    step varchar not null check (step in ('acknowledged', 'waived', 'ended')),
    reason varchar not null,
    from_on date not null,
    until_on date,
    answered_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per statement of a person that a rule is kept which nothing here can look at; due again on due_on.
create table compliance_attestation (
    attestation_id bigint primary key,
    rule_id varchar not null,
    statement varchar not null,
    attested_on date not null,
    due_on date not null,
    attested_by varchar not null,
    recorded_at timestamp not null,
);
