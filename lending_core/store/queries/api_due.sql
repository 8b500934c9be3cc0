-- One row per message that did not arrive yet and was not given up, oldest first, with its attempts.
with attempted as (
    select
        api_delivery.delivery_id,
        count(api_attempt.attempt) as attempts,
        max(api_attempt.attempted_at) as tried_at,
        coalesce(max(case when api_attempt.status between 200 and 299 then 1 else 0 end), 0) as arrived
    from api_delivery
    left join api_attempt on api_delivery.delivery_id = api_attempt.delivery_id
    where api_delivery.recorded_at >= $since
    group by api_delivery.delivery_id
)
select
    api_delivery.delivery_id,
    api_delivery.webhook_id,
    api_delivery.event_id,
    api_delivery.body,
    api_webhook.url,
    api_webhook.secret,
    attempted.attempts,
    attempted.tried_at
from attempted
inner join api_delivery on attempted.delivery_id = api_delivery.delivery_id
inner join api_webhook on api_delivery.webhook_id = api_webhook.webhook_id
left join api_webhook_end on api_webhook.webhook_id = api_webhook_end.webhook_id
where
    attempted.arrived = 0
    and attempted.attempts < $attempts_max
    and api_webhook_end.webhook_id is null
order by api_delivery.delivery_id
