-- One row per source that the applicant of an application allowed by the time of it: when, to which
-- text, and since when that is withdrawn (null: it is not).
with applied as (
    select
        customer_id,
        recorded_at as applied_at
    from application
    where application_id = $application_id
),
answer as (
    select
        consent.source,
        max_by(consent.is_granted, consent.recorded_at) filter (
            where consent.recorded_at <= applied.applied_at
        ) as was_granted,
        max(consent.recorded_at) filter (
            where consent.recorded_at <= applied.applied_at
        ) as granted_at,
        max_by(consent.text_version, consent.recorded_at) filter (
            where consent.recorded_at <= applied.applied_at
        ) as text_version,
        max_by(consent.is_granted, consent.recorded_at) as is_granted,
        max(consent.recorded_at) as answered_at
    from consent
    inner join applied on consent.customer_id = applied.customer_id
    group by consent.source
)
select
    source,
    granted_at,
    text_version,
    case when not is_granted then answered_at end as withdrawn_at
from answer
where was_granted
order by source
