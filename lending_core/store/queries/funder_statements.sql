-- One row per statement of settlement, of one lender or all, the newest first.
select *
from funder_statement
where ($funder_code is null or funder_code = $funder_code)
order by statement_id desc
