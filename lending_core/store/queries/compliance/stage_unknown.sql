-- One row per open loan without a stage (EC-01).
select loan_id as subject_id
from loan_month
where
    month_end_on = $month_end_on
    and standing = 'open'
    and (stage is null or stage not between 1 and 3)
order by subject_id
