-- One row per wait that a matching left, by its negative number.
select
    -wait_id as loan_id,
    principal_fen,
    reason,
    funder_code,
    missing_fen
from funding_left
where run_id = $run_id
order by loan_id
