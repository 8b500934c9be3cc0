-- One row per message to an address, or the one asked for, the newest first, as far as it got.
with chosen as (
    select
        delivery_id,
        webhook_id,
        event_id,
        recorded_at
    from api_delivery
    where
        webhook_id = $webhook_id
        and (cast($delivery_id as bigint) is null or delivery_id = $delivery_id)
    order by delivery_id desc
    limit $rows_max
),
attempted as (
    select
        chosen.delivery_id,
        count(api_attempt.attempt) as attempts,
        max(api_attempt.attempt) as newest_attempt,
        coalesce(max(case when api_attempt.status between 200 and 299 then 1 else 0 end), 0) as arrived
    from chosen
    left join api_attempt on chosen.delivery_id = api_attempt.delivery_id
    group by chosen.delivery_id
),
asked_again as (
    select
        delivery_id,
        max(after_attempts) as after_attempts
    from api_resend
    group by delivery_id
)
select
    chosen.delivery_id,
    chosen.webhook_id,
    chosen.recorded_at,
    event.action,
    event.subject_kind,
    event.subject_id,
    attempted.attempts,
    newest.attempted_at as tried_at,
    newest.status,
    attempted.arrived = 1 as is_delivered,
    coalesce(asked_again.after_attempts >= attempted.attempts, false) as is_asked_again
from chosen
inner join attempted on chosen.delivery_id = attempted.delivery_id
inner join event on chosen.event_id = event.event_id
left join api_attempt as newest
    on attempted.delivery_id = newest.delivery_id
    and attempted.newest_attempt = newest.attempt
left join asked_again on chosen.delivery_id = asked_again.delivery_id
order by chosen.delivery_id desc
