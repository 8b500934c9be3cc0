-- One row per address that is told what happens, of one mini-program or of all, with how many of its
-- messages wait, arrived, or were given up.
with attempted as (
    select
        api_delivery.webhook_id,
        api_delivery.delivery_id,
        count(api_attempt.attempt) < $attempts_max and api_delivery.recorded_at >= $since as is_tried,
        max(api_attempt.attempted_at) as tried_at,
        coalesce(max(case when api_attempt.status between 200 and 299 then 1 else 0 end), 0) as arrived
    from api_delivery
    left join api_attempt on api_delivery.delivery_id = api_attempt.delivery_id
    group by api_delivery.webhook_id, api_delivery.delivery_id, api_delivery.recorded_at
),
counted as (
    select
        webhook_id,
        max(tried_at) as tried_at,
        sum(arrived) as delivered,
        sum(case when arrived = 0 and is_tried then 0 else 1 - arrived end) as given_up,
        sum(case when arrived = 0 and is_tried then 1 else 0 end) as waiting
    from attempted
    group by webhook_id
),
newest_pause as (
    select
        webhook_id,
        max(pause_id) as pause_id
    from api_webhook_pause
    group by webhook_id
)
select
    api_webhook.webhook_id,
    api_client.client_id,
    api_webhook.client_code,
    api_webhook.url,
    api_webhook.kinds,
    api_webhook.recorded_at,
    coalesce(api_webhook_pause.is_paused, false) as is_paused,
    counted.tried_at,
    cast(coalesce(counted.waiting, 0) as bigint) as waiting,
    cast(coalesce(counted.delivered, 0) as bigint) as delivered,
    cast(coalesce(counted.given_up, 0) as bigint) as given_up
from api_webhook
inner join api_client on api_webhook.client_code = api_client.client_code
left join api_webhook_end on api_webhook.webhook_id = api_webhook_end.webhook_id
left join counted on api_webhook.webhook_id = counted.webhook_id
left join newest_pause on api_webhook.webhook_id = newest_pause.webhook_id
left join api_webhook_pause on newest_pause.pause_id = api_webhook_pause.pause_id
where
    (cast($client_code as varchar) is null or api_webhook.client_code = $client_code)
    and api_webhook_end.webhook_id is null
order by api_webhook.webhook_id
