-- The key that wraps the keys of people is changed now and then: which file gave way to which.

-- One row per change of the key of personal data. people: keys that were wrapped anew, the book's own among
-- them. The file of before is put aside and opens nothing here any more.
create table privacy_key_change (
    change_id bigint primary key,
    old_key_id varchar not null,
    new_key_id varchar not null,
    people bigint not null,
    changed_by varchar not null,
    recorded_at timestamp not null,
);
