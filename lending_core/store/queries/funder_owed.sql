-- One row per lender with a share in a loan: its part of what is owed, at the newest close and lent since.
select
    funder_code,
    cast(sum(owed_fen) as bigint) as outstanding_fen
from funding_share
group by funder_code
order by funder_code
