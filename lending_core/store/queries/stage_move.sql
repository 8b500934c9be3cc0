-- One row per day or month (its last day), stage left and stage reached: moves of loans since a day.
select
    case when $is_by_month then last_day(moved_on) else moved_on end as period_on,
    from_bucket,
    to_bucket,
    count(*) as moves,
    cast(sum(principal_fen) as bigint) as principal_fen
from bucket_move
where moved_on >= $from_on
group by period_on, from_bucket, to_bucket
order by period_on, from_bucket, to_bucket
