-- One row per secret that signs messages to an address at an instant, the newest first: the one in force,
-- and the one before it for as long as it signs beside it.
with every_secret as (
    select
        webhook_id,
        1 as secret_number,
        secret
    from api_webhook
    union all
    select
        webhook_id,
        secret_number,
        secret
    from api_webhook_secret
)
select
    every_secret.webhook_id,
    every_secret.secret_number,
    every_secret.secret
from every_secret
left join api_webhook_secret as follower
    on every_secret.webhook_id = follower.webhook_id
    and every_secret.secret_number + 1 = follower.secret_number
where follower.webhook_id is null or follower.older_until > $now
order by every_secret.webhook_id, every_secret.secret_number desc
