-- One row per open loan that is bad by class and not by stage, or the other way round (EC-04).
select
    loan_id as subject_id,
    asset_class || ' / ' || cast(stage as varchar) as detail
from loan_month
where
    month_end_on = $month_end_on
    and standing = 'open'
    and list_contains($bad, asset_class) <> (stage = 3)
order by subject_id
