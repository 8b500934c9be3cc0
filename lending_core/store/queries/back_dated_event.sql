-- One row per loan event recorded after the day from which it counts, since a day, the newest first.
select
    loan_event_id,
    loan_id,
    kind as event_kind,
    effective_on as event_on,
    recorded_on,
    amount_fen,
    recorded_by as actor,
    count(*) over () as found
from loan_event
where
    recorded_on > effective_on
    and recorded_on >= $since_on
order by loan_event_id desc
limit $rows_max
