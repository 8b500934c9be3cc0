-- One row per loan outside the terms of its product (PM-03, PM-04).
select
    loan_id as subject_id,
    case
        when principal_fen < $draw_min_fen or principal_fen > $draw_max_fen then 'amount'
        when not list_contains($methods, method) then 'method'
        when not list_contains($choices, instalments) then 'term'
        when grace_days <> $grace_days then 'grace_days'
        else 'rate'
    end as detail
from loan
where
    product_code = $product
    and (
        principal_fen < $draw_min_fen
        or principal_fen > $draw_max_fen
        or not list_contains($methods, method)
        or not list_contains($choices, instalments)
        or grace_days <> $grace_days
        or annual_rate < $rate_min
        or annual_rate > $rate_max
    )
order by subject_id
