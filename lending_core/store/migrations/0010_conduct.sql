-- Conduct of others than the house, and complaints of who has no case.

-- A complaint of a customer without a case begins a hold as well: a case that opens meanwhile is not worked.
alter table collection_hold alter column case_id drop not null;

-- One row per rule of conduct that an agency's attempt broke: it has happened, so it is found, not refused. bar: what
-- stood against the attempt (`conduct.BARS`), or not_placed where the agency did not have the case.
create table conduct_finding (
    finding_id bigint primary key,
    contact_id bigint not null,
    agency_code varchar not null,
    bar varchar not null,
    rule varchar,
    found_on date not null,
    recorded_at timestamp not null,
);
