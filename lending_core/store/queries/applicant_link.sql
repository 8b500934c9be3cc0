-- One row per application from a number on: people who ever came with the same things up to it, and
-- applications by the same person or from the same device in the seven days up to it.
-- Null where nothing was known of the thing. A fingerprint holds its kind, so that equal ones are of one kind.
with thing as (
    select application_id, person_fingerprint, 'person' as kind, person_fingerprint as fingerprint
    from application_trace
    union all
    select application_id, person_fingerprint, 'device' as kind, device_fingerprint as fingerprint
    from application_trace
    union all
    select application_id, person_fingerprint, 'phone' as kind, phone_fingerprint as fingerprint
    from application_trace
    union all
    select application_id, person_fingerprint, 'bank_card' as kind, bank_card_fingerprint as fingerprint
    from application_trace
    union all
    select application_id, person_fingerprint, 'address' as kind, address_fingerprint as fingerprint
    from application_trace
),
link as (
    select
        newer.application_id,
        newer.kind,
        earlier.person_fingerprint as person,
        case
            when
                newer.kind in ('person', 'device')
                and date_add(earlier_application.applied_on, interval 7 day) > newer_application.applied_on
                then earlier.application_id
        end as recent_id
    from thing as newer
    inner join thing as earlier
        on newer.fingerprint = earlier.fingerprint and newer.application_id >= earlier.application_id
    inner join application as newer_application
        on newer.application_id = newer_application.application_id
    inner join application as earlier_application
        on earlier.application_id = earlier_application.application_id
    where newer.application_id >= $first_application_id
)
select
    application_id,
    cast(nullif(count(distinct case when kind = 'device' then person end), 0) as integer)
        as people_on_device,
    cast(nullif(count(distinct case when kind = 'phone' then person end), 0) as integer)
        as people_on_phone,
    cast(nullif(count(distinct case when kind = 'bank_card' then person end), 0) as integer)
        as people_on_bank_card,
    cast(nullif(count(distinct case when kind = 'address' then person end), 0) as integer)
        as people_on_address,
    cast(count(distinct recent_id) as integer) as applications_7d
from link
group by application_id
