-- One row per loan that is open at a month end, was not at the one before, and was on the book earlier: it came back.
select loan_month.loan_id
from loan_month
left join loan_month as opening
    on loan_month.loan_id = opening.loan_id
    and opening.standing = 'open'
    and opening.month_end_on = $since_on
where
    loan_month.standing = 'open'
    and loan_month.month_end_on = $month_end_on
    and opening.loan_id is null
    and loan_month.loan_id in (select loan_id from loan_month where month_end_on <= $since_on)
order by loan_month.loan_id
