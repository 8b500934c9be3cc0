-- One row per loan written off in the months after one month end and up to another, or whose write-off was taken
-- back in them: written off at the first or before, without a row of the first that is open, and open at the other.
select loan_id
from loan_month
where standing = 'written_off' and month_end_on > $since_on and month_end_on <= $month_end_on
union
select loan_month.loan_id
from loan_month
inner join loan_month as was
    on loan_month.loan_id = was.loan_id and was.standing = 'written_off' and was.month_end_on <= $since_on
left join loan_month as opening
    on loan_month.loan_id = opening.loan_id
    and opening.standing = 'open'
    and opening.month_end_on = $since_on
where
    loan_month.standing = 'open'
    and loan_month.month_end_on = $month_end_on
    and opening.loan_id is null
