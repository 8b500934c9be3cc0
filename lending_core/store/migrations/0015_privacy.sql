-- Personal data is encrypted with a key for each person, which a key outside this file wraps. Who saw
-- it in plain, what people asked for about their own, and what was erased are facts.

-- One row: which key file opens the keys of this database.
create table privacy_key (
    key_id varchar not null,
);

-- One row per customer whose data can still be read, and number 0 for the book itself. Taking a row
-- out erases what it opened.
create table customer_key (
    customer_id bigint primary key,
    wrapped_key varchar not null,
);

-- What finds a person by the ID number, keyed like the fingerprints of an application.
alter table customer add column person_fingerprint varchar;

-- A date of birth is encrypted, so it is text.
alter table customer alter column birth_on type varchar;

-- One row per time that somebody saw one customer's data in plain: until when, why, and which case or
-- request it was for.
create table personal_access (
    access_id bigint primary key,
    customer_id bigint not null,
    user_name varchar not null,
    role varchar not null,
    reason varchar not null,
    reference varchar,
    shown_at timestamp not null,
    shown_until timestamp not null,
);

-- One row per request of a person about their own data, handled in one step.
create table data_request (
    request_id bigint primary key,
    customer_id bigint not null,
    kind varchar not null check (kind in ('export', 'erasure')),
    reason varchar not null,
    handled_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per customer and kind of data that a request or a retention run erased, or kept and why.
create table erased_item (
    customer_id bigint not null,
    item varchar not null,
    is_erased boolean not null,
    reason varchar not null,
    kept_until_on date,
    recorded_at timestamp not null,
);

-- One row per retention run.
create table retention_run (
    run_id bigint primary key,
    run_on date not null,
    counts varchar not null,
    run_by varchar not null,
    recorded_at timestamp not null,
);
