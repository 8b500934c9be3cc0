-- One row where provisions are too little of loans (PV-01), or of those of some classes only (PV-02).
with booked as (
    select
        sum(allowance_fen) as allowance_fen,
        sum(case when $classes is null or list_contains($classes, asset_class)
            then principal_fen else 0 end) as loans_fen
    from loan_month
    where
        month_end_on = $month_end_on
        and standing = 'open'
)
select
    1 as subject_id,
    cast(allowance_fen as double) / cast(loans_fen as double) as measured,
    cast($ratio_min as double) as limit_value
from booked
where
    loans_fen > 0
    and cast(allowance_fen as double) < cast($ratio_min as double) * cast(loans_fen as double)
