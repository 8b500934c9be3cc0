-- Who lends jointly with whom, with history: a contract between head offices (ZD-03) has versions that two people
-- stand behind, like the terms of a lender.

-- One row per version of an agreement; never changed. partner_share: least and most part of a joint loan that
-- may be the partner's.
create table agreement_version (
    version_id bigint primary key,
    lead_code varchar not null,
    partner_code varchar not null,
    partner_share_min decimal(9, 6) not null,
    partner_share_max decimal(9, 6) not null,
    listed_on date not null,
    delisted_on date,
    effective_on date not null,
    reason varchar not null,
    changed_by varchar not null,
    recorded_at timestamp not null,
);

-- One row per answer of a second person to a version.
create table agreement_version_step (
    version_id bigint primary key,
    step varchar not null check (step in ('approved', 'refused')),
    reason varchar,
    stepped_on date not null,
    stepped_by varchar not null,
    recorded_at timestamp not null,
);

-- What every book was matched by so far, for its lenders.
insert into agreement_version by name
select
    row_number() over (order by known.lead_code, known.partner_code) as version_id,
    known.lead_code,
    known.partner_code,
    0.3 as partner_share_min,
    0.7 as partner_share_max,
    cast(known.listed_on as date) as listed_on,
    book.first_business_on as effective_on,
    'opened_with' as reason,
    'system' as changed_by,
    cast(book.first_business_on as timestamp) as recorded_at
from (
    values
    ('binhai_bank', 'minghu_microloan', '2025-10-01'),
    ('lanting_bank', 'binhai_bank', '2024-06-01'),
    ('qinghe_finance', 'yuntai_finance', '2025-10-01'),
    ('qinghe_finance', 'hengshan_trust', '2025-10-01')
) as known (lead_code, partner_code, listed_on)
inner join funder as lead on known.lead_code = lead.funder_code
inner join funder as partner on known.partner_code = partner.funder_code
cross join book;

insert into agreement_version_step by name
select
    version_id,
    'approved' as step,
    effective_on as stepped_on,
    'system' as stepped_by,
    recorded_at
from agreement_version;

-- One row per lead and partner: their agreement as it is in force on the open day.
create view joint_agreement as
with approved as (
    select
        agreement_version.*,
        row_number() over (
            partition by agreement_version.lead_code, agreement_version.partner_code
            order by agreement_version.effective_on desc, agreement_version.version_id desc
        ) as age
    from agreement_version
    inner join agreement_version_step
        on agreement_version.version_id = agreement_version_step.version_id
        and agreement_version_step.step = 'approved'
    cross join (select max(business_on) as business_on from book) as closed
    where agreement_version.effective_on <= date_add(closed.business_on, interval 1 day)
)
select * exclude (age)
from approved
where age = 1;

-- The agreements that a matching was asked under, as JSON; null from before they had versions.
alter table funding_run add column agreements varchar;
