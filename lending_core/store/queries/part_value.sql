-- One row per combination of what the book is filtered by, among the loans of a month end.
select distinct
    product_code,
    region_code,
    funder_code,
    band,
    scenario,
    channel
from loan_month
where month_end_on = $month_end_on
order by product_code, region_code, funder_code, band, scenario, channel
