-- One row per fact recorded of a loan that holds on a day: from its own day until the one that lifts it.
select
    held.trigger_id,
    held.loan_id,
    held.kind,
    held.from_on,
    held.reason,
    held.recorded_by,
    held.recorded_at
from loan_trigger as held
left join loan_trigger as lifted
    on held.trigger_id = lifted.ends_trigger_id and lifted.from_on <= $month_end_on
where
    held.ends_trigger_id is null
    and lifted.trigger_id is null
    and held.from_on <= $month_end_on
