-- One row per person and thing shared with others, at most two steps of sharing away from one application.
-- Step 0 is its own person; application_id is that application there, and the newest of everybody else.
with thing as (
    select person_fingerprint as person, 'device' as kind, device_fingerprint as fingerprint
    from application_trace
    union all
    select person_fingerprint as person, 'phone' as kind, phone_fingerprint as fingerprint
    from application_trace
    union all
    select person_fingerprint as person, 'bank_card' as kind, bank_card_fingerprint as fingerprint
    from application_trace
    union all
    select person_fingerprint as person, 'address' as kind, address_fingerprint as fingerprint
    from application_trace
),
own as (
    select person_fingerprint as person
    from application_trace
    where application_id = $application_id
),
near as (
    select distinct person
    from thing
    where fingerprint in (select thing.fingerprint from thing inner join own on thing.person = own.person)
),
far as (
    select distinct person
    from thing
    where fingerprint in (select thing.fingerprint from thing inner join near on thing.person = near.person)
),
link as (
    select distinct thing.person, thing.kind, thing.fingerprint
    from thing
    inner join far on thing.person = far.person
    where thing.fingerprint is not null
),
shared as (
    select fingerprint
    from link
    group by fingerprint
    having count(*) > 1
),
placed as (
    select
        far.person,
        case when own.person is not null then 0 when near.person is not null then 1 else 2 end as step,
        case when own.person is not null then $application_id else max(application_trace.application_id) end
            as application_id
    from far
    left join own on far.person = own.person
    left join near on far.person = near.person
    inner join application_trace on far.person = application_trace.person_fingerprint
    group by far.person, own.person, near.person
)
select
    link.person,
    placed.step,
    link.kind,
    link.fingerprint,
    placed.application_id,
    customer.name,
    application.applied_on,
    coalesce(reviewed_outcome.outcome, decision.outcome) as outcome
from placed
inner join link on placed.person = link.person
inner join shared on link.fingerprint = shared.fingerprint
inner join application on placed.application_id = application.application_id
inner join customer on application.customer_id = customer.customer_id
inner join decision on application.application_id = decision.application_id
left join reviewed_outcome on application.application_id = reviewed_outcome.application_id
order by placed.step, placed.application_id desc, link.kind, link.fingerprint
limit $links_max
