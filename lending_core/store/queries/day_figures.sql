-- One row: what the newest closed day left and accrued; none before the first close.
with newest as (
    select
        closed_on,
        closed_by,
        recorded_at
    from closed_day
    order by closed_on desc
    limit 1
),

standing as (
    select
        count(case when is_open then 1 end) as open_loans,
        count(case when is_open and days_past_due > 0 then 1 end) as late_loans,
        coalesce(sum(case when days_past_due > 0 then principal_fen end), 0) as late_principal_fen
    from loan_position
),

accrued as (
    select
        coalesce(sum(case when posting.flow = 'interest_accrued' then posting.amount_fen end), 0)
            as interest_fen,
        coalesce(sum(case when posting.flow = 'penalty_accrued' then posting.amount_fen end), 0)
            as penalty_fen
    from posting
    inner join newest on posting.booked_on = newest.closed_on
)

select
    newest.closed_on,
    newest.closed_by,
    newest.recorded_at,
    standing.open_loans,
    standing.late_loans,
    cast(standing.late_principal_fen as bigint) as late_principal_fen,
    cast(accrued.interest_fen as bigint) as interest_fen,
    cast(accrued.penalty_fen as bigint) as penalty_fen
from newest
cross join standing
cross join accrued
