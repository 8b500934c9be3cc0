-- One row per closed day of a period, with the lines that its close froze and opened again.
with turned as (
    select
        changed_on,
        count(case when status = 'frozen' then 1 end) as lines_frozen,
        count(case when status = 'active' then 1 end) as lines_opened
    from line_change
    where reason in ('days_past_due', 'nothing_past_due')
    group by changed_on
)

select
    closed_day.closed_on,
    closed_day.loans,
    closed_day.moves,
    closed_day.postings,
    coalesce(turned.lines_frozen, 0) as lines_frozen,
    coalesce(turned.lines_opened, 0) as lines_opened,
    closed_day.closed_by,
    closed_day.recorded_at
from closed_day
left join turned on closed_day.closed_on = turned.changed_on
where
    ($from_on is null or closed_day.closed_on >= $from_on)
    and ($to_on is null or closed_day.closed_on <= $to_on)
