-- One row per loan disbursed by a day: full calendar months since its disbursement.
select
    loan_id,
    cast(date_diff('month', disbursed_on, cast($month_end_on as date)) as integer)
        as months_on_book
from loan
where disbursed_on <= $month_end_on
