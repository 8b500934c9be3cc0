-- Classification and expected losses: what staff know of a loan beyond its days, what is added to the model,
-- and the runs in which a month end's provisions were prepared and signed off. Nothing is edited: what was
-- lifted, answered or returned is another row.

-- One row per fact that staff recorded of a loan, which holds its class down from a day on. ends_trigger_id:
-- this row lifts that one. kind: see classification.toml.
create table loan_trigger (
    trigger_id bigint primary key,
    loan_id bigint not null,
    kind varchar not null,
    from_on date not null,
    ends_trigger_id bigint,
    reason varchar not null,
    recorded_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per amount that a person proposes beyond the model: a percent of the expected loss of a part of the
-- book (percent) or a sum (amount_fen), never more than cap_fen, for month ends up to until_on. scope: JSON,
-- a list of codes per column; empty: the whole book.
create table provision_overlay (
    overlay_id bigint primary key,
    scope varchar not null,
    percent decimal(9, 6),
    amount_fen bigint,
    cap_fen bigint not null check (cap_fen > 0),
    from_on date not null,
    until_on date not null,
    reason varchar not null,
    proposed_by varchar not null,
    recorded_at timestamp not null,
    check ((percent is null) <> (amount_fen is null)),
);

-- One row per answer to an overlay: approved or refused by a second person, or ended before its time.
create table provision_overlay_step (
    overlay_id bigint not null,
    step varchar not null check (step in ('approved', 'refused', 'ended')),
    stepped_on date not null,
    reason varchar,
    stepped_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per run in which provisions of a month end were prepared. model: JSON of what it was computed with;
-- figures: JSON of what it came to; loans_hash: of its loans, line by line.
create table provision_run (
    run_id bigint primary key,
    month_end_on date not null,
    model varchar not null,
    figures varchar not null,
    loans_hash varchar not null,
    reason varchar,
    prepared_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per answer to a run: signed off or returned by a second person.
create table provision_run_step (
    run_id bigint not null,
    step varchar not null check (step in ('signed_off', 'returned')),
    reason varchar,
    stepped_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per run and loan, or undrawn line (line_id, without loan_id).
create table provision_loan (
    run_id bigint not null,
    loan_id bigint,
    line_id bigint,
    product_code varchar,
    bucket varchar not null,
    days_past_due integer not null,
    asset_class varchar not null,
    class_reason varchar not null,
    stage integer not null,
    stage_reason varchar not null,
    probability_12m double not null,
    exposure_fen bigint not null,
    principal_fen bigint not null,
    ecl_fen bigint not null,
    allowance_fen bigint,
);
