-- One row per open loan classed better than its days allow (AC-02 to AC-05).
select
    loan_id as subject_id,
    days_past_due as measured,
    $days_from as limit_value,
    asset_class as detail
from loan_month
where
    month_end_on = $month_end_on
    and standing = 'open'
    and days_past_due >= $days_from
    and list_contains($better, asset_class)
order by subject_id
