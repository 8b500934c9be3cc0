-- One row per purpose and source that a customer was asked about: the newest answer, and to which text.
select
    purpose,
    source,
    case when max_by(is_granted, recorded_at) then 'granted' else 'withdrawn' end as consent_state,
    max_by(text_version, recorded_at) as text_version,
    max(recorded_at) as recorded_at
from consent
where customer_id = $customer_id
group by purpose, source
order by source
