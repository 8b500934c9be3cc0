-- Mini-programs at the HTTP interface: who they are, their tokens, which applications came through whom,
-- and what they are told. Nothing is changed in place: an end is a row of its own.

-- One row per mini-program that may ask. key_seed: what its operation keys and quotes are made with; never
-- shown. callback_origin: where its webhooks may go (null: nowhere).
create table api_client (
    client_id bigint primary key,
    client_code varchar not null unique,
    key_seed varchar not null,
    callback_origin varchar,
    opened_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per token, as its SHA-256: the token itself is shown once and kept nowhere.
create table api_token (
    token_id bigint primary key,
    client_code varchar not null,
    token_hash varchar not null unique,
    scopes varchar[] not null,
    expires_at timestamp not null,
    made_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per token that was revoked.
create table api_token_end (
    token_id bigint primary key,
    ended_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per application that a mini-program sent.
create table api_application (
    application_id bigint primary key,
    client_code varchar not null,
);

-- One row per address of a mini-program that is told what happens, from the event after_event_id on.
create table api_webhook (
    webhook_id bigint primary key,
    client_code varchar not null,
    url varchar not null,
    secret varchar not null,
    kinds varchar[] not null,
    after_event_id bigint not null,
    made_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per address that is told no more.
create table api_webhook_end (
    webhook_id bigint primary key,
    ended_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per message to an address: one event of the ledger, in the very bytes that are signed.
create table api_delivery (
    delivery_id bigint primary key,
    webhook_id bigint not null,
    event_id bigint not null,
    body varchar not null,
    recorded_at timestamp not null,
);

-- One row per attempt to deliver a message. status: what the receiver answered (null: nothing).
create table api_attempt (
    delivery_id bigint not null,
    attempt integer not null,
    status integer,
    attempted_at timestamp not null,
);
