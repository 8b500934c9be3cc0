-- Early warning: what the rules look at, the alerts they raised, and how early and how often falsely they did
-- so on months that were tried out.

-- One row per measure, segment and month end (and the newest closed day of a month that is not over).
-- value: what the rule is held against. units: the loans or applications it is of; cases: how many of those,
-- null where nothing is counted; chance: what chance alone exceeds once in twenty, null where nobody can say.
-- Derived, rebuildable from the facts.
create table warning_reading (
    measure varchar not null,
    segment_kind varchar not null,
    segment varchar not null,
    measured_on date not null,
    value double not null,
    units bigint not null,
    cases bigint,
    chance double,
);

-- One row per run of the rules, by the close of a day or by a person.
create table warning_run (
    run_id bigint primary key,
    business_on date not null,
    judged integer not null,
    raised integer not null,
    worsened integer not null,
    cleared integer not null,
    run_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per alert: one rule in one segment, from the day on which it was raised until it is cleared.
create table alert (
    alert_id bigint primary key,
    rule varchar not null,
    measure varchar not null,
    segment_kind varchar not null,
    segment varchar not null,
    raised_on date not null,
);

-- One row per step of an alert, with the whole of its state after it; the newest is how it stands.
-- kind: what happened. strength: how far beyond usual, in the unit of the rule; settled_strength: when a
-- person last snoozed or resolved it. facts: the figures of its evidence, JSON. until_on: the last day of a
-- snooze.
create table alert_step (
    position bigint primary key,
    alert_id bigint not null,
    kind varchar not null check (
        kind in (
            'raised', 'measured', 'worsened', 'eased', 'owned', 'snoozed', 'woken', 'resolved',
            'reopened', 'cleared'
        )
    ),
    status varchar not null check (status in ('open', 'snoozed', 'resolved', 'cleared')),
    severity varchar not null check (severity in ('act', 'watch', 'near')),
    strength double not null,
    settled_strength double,
    settled_severity varchar,
    facts varchar not null,
    owner varchar,
    until_on date,
    reason varchar,
    changed_by varchar not null,
    business_on date not null,
    recorded_at timestamp not null,
);

-- One row per back-test of the rules on months ahead of the book, tried out on copies of it.
create table warning_back_test (
    back_test_id bigint primary key,
    business_on date not null,
    months integer not null,
    futures integer not null,
    run_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per back-test, economy and rule. fired: futures in which it fired while it was silent in usual
-- times; months_median: after the start of the shock, null where it never fired; alarms of judged: months of
-- a segment in which it fired, and in which it could have; whole_: the same for the whole book alone.
create table warning_back_test_result (
    back_test_id bigint not null,
    path varchar not null,
    rule varchar not null,
    futures integer not null,
    fired integer not null,
    months_median double,
    judged bigint not null,
    alarms bigint not null,
    whole_judged bigint not null,
    whole_alarms bigint not null,
    primary key (back_test_id, path, rule)
);
