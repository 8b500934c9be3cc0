-- One row per application whose first loan's observation window is over: whether that loan went bad.
select
    loan.application_id,
    max(
        case
            when loan_month.months_on_book <= $window_months
                and loan_month.days_past_due >= $bad_days_past_due then 1
            else 0
        end
    ) = 1 as is_bad
from loan
inner join loan_month on loan.loan_id = loan_month.loan_id
where
    loan.disbursed_on <= $disbursed_until
    and loan.loan_id in (select min(loan_id) from loan group by application_id)
group by loan.application_id
