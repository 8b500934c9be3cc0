-- One row per loan event recorded after the day from which it counts, since a day.
select
    loan_event_id,
    loan_id,
    kind as event_kind,
    effective_on as event_on,
    recorded_on,
    amount_fen,
    recorded_by as actor
from loan_event
where
    recorded_on > effective_on
    and recorded_on >= $since_on
