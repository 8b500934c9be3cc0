-- One row per open loan in a better stage than its days allow (EC-02, EC-03).
select
    loan_id as subject_id,
    days_past_due as measured,
    $days_from as limit_value,
    cast(stage as varchar) as detail
from loan_month
where
    month_end_on = $month_end_on
    and standing = 'open'
    and days_past_due >= $days_from
    and stage < $stage
order by subject_id
