-- One row where provisions are too little of loans (PV-01).
with booked as (
    select
        sum(allowance_fen) as allowance_fen,
        sum(principal_fen) as principal_fen
    from loan_month
    where
        month_end_on = $month_end_on
        and standing = 'open'
)
select
    1 as subject_id,
    cast(allowance_fen as double) / cast(principal_fen as double) as measured,
    cast($ratio_min as double) as limit_value
from booked
where
    principal_fen > 0
    and cast(allowance_fen as double) < cast($ratio_min as double) * cast(principal_fen as double)
