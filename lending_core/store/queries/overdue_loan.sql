-- One row per loan with principal left at a month end, most principal at risk first.
select
    loan_id,
    customer.name,
    customer.phone,
    loan_month_detail.customer_id,
    product_code,
    loan_month_detail.region_code,
    funder_code,
    band,
    bucket,
    days_past_due,
    principal_fen,
    overdue_fen,
    lent_fen,
    disbursed_on
from loan_month_detail
left join customer on loan_month_detail.customer_id = customer.customer_id
where
    standing = 'open'
    and month_end_on = $month_end_on
    and ($buckets is null or list_contains($buckets, bucket))
    and ($product_codes is null or list_contains($product_codes, product_code))
    and ($region_codes is null or list_contains($region_codes, loan_month_detail.region_code))
    and ($funder_codes is null or list_contains($funder_codes, funder_code))
    and ($bands is null or list_contains($bands, band))
    and ($scenarios is null or list_contains($scenarios, scenario))
    and ($channels is null or list_contains($channels, channel))
order by principal_fen desc, loan_id
limit $loans_max
