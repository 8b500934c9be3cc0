-- One row per address of a mini-program that is told what happens, with how many of its messages wait,
-- arrived, or were given up.
with attempted as (
    select
        api_delivery.webhook_id,
        api_delivery.delivery_id,
        count(api_attempt.attempt) as attempts,
        coalesce(max(case when api_attempt.status between 200 and 299 then 1 else 0 end), 0) as arrived
    from api_delivery
    left join api_attempt on api_delivery.delivery_id = api_attempt.delivery_id
    group by api_delivery.webhook_id, api_delivery.delivery_id
),
counted as (
    select
        webhook_id,
        sum(arrived) as delivered,
        sum(case when arrived = 0 and attempts >= $attempts_max then 1 else 0 end) as given_up,
        sum(case when arrived = 0 and attempts < $attempts_max then 1 else 0 end) as waiting
    from attempted
    group by webhook_id
)
select
    api_webhook.webhook_id,
    api_client.client_id,
    api_webhook.url,
    api_webhook.kinds,
    api_webhook.recorded_at,
    cast(coalesce(counted.waiting, 0) as bigint) as waiting,
    cast(coalesce(counted.delivered, 0) as bigint) as delivered,
    cast(coalesce(counted.given_up, 0) as bigint) as given_up
from api_webhook
inner join api_client on api_webhook.client_code = api_client.client_code
left join api_webhook_end on api_webhook.webhook_id = api_webhook_end.webhook_id
left join counted on api_webhook.webhook_id = counted.webhook_id
where api_webhook.client_code = $client_code and api_webhook_end.webhook_id is null
order by api_webhook.webhook_id
