-- One row where provisions are too little of bad loans (PV-02).
with booked as (
    select
        sum(allowance_fen) as allowance_fen,
        sum(case when list_contains($bad, asset_class) then principal_fen else 0 end) as bad_fen
    from loan_month
    where
        month_end_on = $month_end_on
        and standing = 'open'
)
select
    1 as subject_id,
    cast(allowance_fen as double) / cast(bad_fen as double) as measured,
    cast($ratio_min as double) as limit_value
from booked
where
    bad_fen > 0
    and cast(allowance_fen as double) < cast($ratio_min as double) * cast(bad_fen as double)
