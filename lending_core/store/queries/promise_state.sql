-- One row per promise, oldest first: what came in for it, and whether it is open, kept, broken or replaced.
-- Money counts for the newest promise made by the day on which it came.
with term as (
    select
        *,
        lead(made_on) over (partition by customer_id order by promise_id) as next_made_on
    from promise
    where $customer_id is null or customer_id = $customer_id
),
kept as (
    select
        term.promise_id,
        sum(money_in.amount_fen) as paid_fen
    from term
    inner join money_in
        on term.customer_id = money_in.customer_id
        and money_in.paid_on between term.made_on and term.grace_to_on
        and (term.next_made_on is null or money_in.paid_on < term.next_made_on)
    group by term.promise_id
)
select
    term.promise_id,
    term.case_id,
    term.customer_id,
    term.amount_fen,
    term.made_on,
    term.due_on,
    term.grace_to_on,
    cast(coalesce(kept.paid_fen, 0) as bigint) as paid_fen,
    case
        when coalesce(kept.paid_fen, 0) >= term.least_fen then 'kept'
        when term.next_made_on <= term.grace_to_on then 'replaced'
        when term.grace_to_on >= $open_on then 'open'
        else 'broken'
    end as promise_state,
    term.recorded_by
from term
left join kept on term.promise_id = kept.promise_id
order by term.promise_id
