-- One row per funder and account: balance before $from_on, debits and credits up to $to_on, balance then.
-- Balances are debit positive; what a correction takes back stands on the other side of its account.
with turnover as (
    select
        funder_code,
        flow,
        sum(case when booked_on < $from_on then amount_fen else 0 end) as before_fen,
        sum(case when booked_on >= $from_on and amount_fen > 0 then amount_fen else 0 end)
            as booked_fen,
        sum(case when booked_on >= $from_on and amount_fen < 0 then -amount_fen else 0 end)
            as taken_back_fen
    from posting
    where
        booked_on <= $to_on
        and ($funder_codes is null or list_contains($funder_codes, funder_code))
    group by funder_code, flow
),

side as (
    select
        turnover.funder_code,
        flow.debit_account as account,
        turnover.before_fen as opening_fen,
        turnover.booked_fen as debit_fen,
        turnover.taken_back_fen as credit_fen
    from turnover
    inner join flow on turnover.flow = flow.flow
    union all
    select
        turnover.funder_code,
        flow.credit_account as account,
        -turnover.before_fen as opening_fen,
        turnover.taken_back_fen as debit_fen,
        turnover.booked_fen as credit_fen
    from turnover
    inner join flow on turnover.flow = flow.flow
)

select
    funder_code,
    account,
    cast(sum(opening_fen) as bigint) as opening_fen,
    cast(sum(debit_fen) as bigint) as debit_fen,
    cast(sum(credit_fen) as bigint) as credit_fen,
    cast(sum(opening_fen + debit_fen - credit_fen) as bigint) as closing_fen
from side
group by funder_code, account
order by funder_code, account
