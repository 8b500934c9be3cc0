-- One row per loan whose terms were eased in a span of days: how often, and last when.
select
    event.loan_id,
    cast(count(*) as integer) as restructures,
    max(event.effective_on) as restructured_on
from loan_event as event
left join loan_event as reversal
    on event.loan_event_id = reversal.reverses_event_id and reversal.kind = 'reversal'
where
    event.kind = 'restructure'
    and reversal.loan_event_id is null
    and event.effective_on > $since_on
    and event.effective_on <= $month_end_on
group by event.loan_id
