-- One row per first loan on a line drawn long after the bureau was asked (IL-10).
with first_draw as (
    select
        line_id,
        min(loan_id) as loan_id
    from loan
    group by line_id
)
select
    loan.loan_id as subject_id,
    date_diff('day', application.applied_on, loan.disbursed_on) as measured,
    $days_max as limit_value
from first_draw
inner join loan on first_draw.loan_id = loan.loan_id
inner join application on loan.application_id = application.application_id
where
    loan.disbursed_on >= $effective_on
    and date_diff('day', application.applied_on, loan.disbursed_on) > $days_max
order by subject_id
