-- One row per open loan without a class of the house (AC-01).
select
    loan_id as subject_id,
    coalesce(asset_class, '—') as detail
from loan_month
where
    month_end_on = $month_end_on
    and standing = 'open'
    and not coalesce(list_contains($classes_known, asset_class), false)
order by subject_id
