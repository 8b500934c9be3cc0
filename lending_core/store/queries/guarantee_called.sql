-- One row per lender that was paid out of its guarantee in a period: how much.
select
    funder_code,
    cast(sum(amount_fen) as bigint) as amount_fen
from guarantee_call
where called_on between $from_on and $to_on
group by funder_code
order by funder_code
