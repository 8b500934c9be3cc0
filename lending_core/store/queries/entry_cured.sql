-- One row per number of days until loans that became late between two days were late no more; null: not yet, or
-- written off. A write-off is no cure.
with entered as (
    select
        loan_id,
        moved_on as entered_on,
        principal_fen
    from bucket_move
    where from_bucket = 'C' and moved_on between $from_on and $to_on
),
gone as (
    select
        entered.loan_id,
        entered.entered_on,
        entered.principal_fen,
        min(bucket_move.moved_on) as left_on
    from entered
    left join bucket_move
        on entered.loan_id = bucket_move.loan_id
        and bucket_move.moved_on > entered.entered_on
        and bucket_move.to_bucket = 'C'
    group by entered.loan_id, entered.entered_on, entered.principal_fen
),
let_go as (
    select
        event.loan_id,
        event.effective_on
    from loan_event as event
    left join loan_event as reversal
        on reversal.reverses_event_id = event.loan_event_id and reversal.kind = 'reversal'
    where event.kind = 'charge_off' and reversal.loan_event_id is null
)
select
    case when let_go.loan_id is null then date_diff('day', gone.entered_on, gone.left_on) end as days,
    count(*) as loans,
    cast(sum(gone.principal_fen) as bigint) as principal_fen
from gone
left join let_go on gone.loan_id = let_go.loan_id and gone.left_on = let_go.effective_on
group by case when let_go.loan_id is null then date_diff('day', gone.entered_on, gone.left_on) end
order by days nulls last
