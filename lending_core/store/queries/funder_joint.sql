-- One row per lender and partner: the lender's own part of what is owed of loans that both have a share in.
select
    own.funder_code,
    other.funder_code as partner_code,
    cast(sum(own.owed_fen) as bigint) as owed_fen
from funding_share as own
inner join funding_share as other
    on own.loan_id = other.loan_id and own.funder_code <> other.funder_code
where own.is_joint and other.is_joint
group by own.funder_code, other.funder_code
order by own.funder_code, other.funder_code
