-- One row per answer of a customer to a consent, newest first.
select
    recorded_at,
    source,
    purpose,
    case when is_granted then 'granted' else 'withdrawn' end as consent_state,
    text_version
from consent
where customer_id = $customer_id
order by recorded_at desc, source
