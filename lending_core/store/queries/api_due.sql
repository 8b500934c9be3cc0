-- One row per message that did not arrive yet and was not given up, or that somebody wants sent again,
-- to an address that is not paused, oldest first, with its attempts.
with asked_again as (
    select
        delivery_id,
        max(after_attempts) as after_attempts
    from api_resend
    where recorded_at >= $since
    group by delivery_id
),
attempted as (
    select
        api_delivery.delivery_id,
        count(api_attempt.attempt) as attempts,
        max(api_attempt.attempted_at) as tried_at,
        coalesce(max(case when api_attempt.status between 200 and 299 then 1 else 0 end), 0) as arrived
    from api_delivery
    left join api_attempt on api_delivery.delivery_id = api_attempt.delivery_id
    left join asked_again on api_delivery.delivery_id = asked_again.delivery_id
    where api_delivery.recorded_at >= $since or asked_again.delivery_id is not null
    group by api_delivery.delivery_id
),
newest_pause as (
    select
        webhook_id,
        max(pause_id) as pause_id
    from api_webhook_pause
    group by webhook_id
)
select
    api_delivery.delivery_id,
    api_delivery.webhook_id,
    api_delivery.event_id,
    api_delivery.body,
    api_webhook.url,
    attempted.attempts,
    attempted.tried_at,
    coalesce(asked_again.after_attempts >= attempted.attempts, false) as is_asked_again
from attempted
inner join api_delivery on attempted.delivery_id = api_delivery.delivery_id
inner join api_webhook on api_delivery.webhook_id = api_webhook.webhook_id
left join asked_again on attempted.delivery_id = asked_again.delivery_id
left join api_webhook_end on api_webhook.webhook_id = api_webhook_end.webhook_id
left join newest_pause on api_webhook.webhook_id = newest_pause.webhook_id
left join api_webhook_pause on newest_pause.pause_id = api_webhook_pause.pause_id
where
    (
        (attempted.arrived = 0 and attempted.attempts < $attempts_max and api_delivery.recorded_at >= $since)
        or coalesce(asked_again.after_attempts >= attempted.attempts, false)
    )
    and api_webhook_end.webhook_id is null
    and not coalesce(api_webhook_pause.is_paused, false)
order by api_delivery.delivery_id
