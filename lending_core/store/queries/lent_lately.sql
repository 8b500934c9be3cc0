-- One row per loan paid out in a period, as a matching asks for it.
select
    loan_id,
    product_code,
    region_code,
    band,
    annual_rate,
    instalments,
    principal_fen,
    disbursed_on as waiting_since
from loan
where disbursed_on between $from_on and $to_on
order by loan_id
