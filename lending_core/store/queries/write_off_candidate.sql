-- One row per open loan more days past due than the house waits before it lets a loan go.
select
    loan_position.loan_id,
    loan.customer_id,
    loan.product_code,
    loan_position.days_past_due,
    loan_position.asset_class,
    loan_position.principal_fen,
    loan_position.allowance_fen
from loan_position
inner join loan on loan_position.loan_id = loan.loan_id
where
    loan_position.is_open
    and not loan_position.is_charged_off
    and loan_position.days_past_due > $charge_off_days_past_due
