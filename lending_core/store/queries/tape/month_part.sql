-- One row per month end that a tape tells of the loans between two numbers, by loan, month and row of the file.
select *
from tape_month
where loan_id between $first_loan_id and $last_loan_id
order by loan_id, month_end_on, position
