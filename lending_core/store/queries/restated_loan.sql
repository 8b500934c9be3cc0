-- One row per loan to which something was recorded after the month end for which it counts: its contract.
with changed as (
    select distinct loan_event.loan_id
    from loan_event
    left join loan_event as taken_back on loan_event.reverses_event_id = taken_back.loan_event_id
    where
        loan_event.recorded_on <= $known_on
        and loan_event.recorded_on > last_day(
            least(loan_event.effective_on, coalesce(taken_back.effective_on, loan_event.effective_on))
        )
)
select loan.*
from loan
inner join changed on loan.loan_id = changed.loan_id
order by loan.loan_id
