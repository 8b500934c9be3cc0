-- Care of addresses that are told what happens: secrets that followed the first, pauses, and messages
-- sent again by hand. Nothing is changed in place.

-- One row per secret of an address after its first, which stands with the address. The one before signs
-- beside it until older_until. Secrets are encrypted with the book's own key.
create table api_webhook_secret (
    webhook_id bigint not null,
    secret_number integer not null,
    secret varchar not null,
    older_until timestamp not null,
    made_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per time that an address was paused, or was told again; the newest counts.
create table api_webhook_pause (
    pause_id bigint primary key,
    webhook_id bigint not null,
    is_paused boolean not null,
    set_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per time that somebody had a message sent again, after so many attempts.
create table api_resend (
    resend_id bigint primary key,
    delivery_id bigint not null,
    after_attempts integer not null,
    asked_by varchar not null,
    recorded_at timestamp not null,
);
