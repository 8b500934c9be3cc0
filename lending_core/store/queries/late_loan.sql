-- One row per loan at a month end, in the given stages and standings; where previous stages are given, only what stood
-- in one of them a month end before. What is written off is in no stage.
select
    loan_id,
    product_code,
    region_code,
    funder_code,
    band,
    scenario,
    channel,
    standing,
    bucket,
    days_past_due,
    principal_fen,
    overdue_fen,
    lent_fen,
    disbursed_on
from loan_month
where
    month_end_on = $month_end_on
    and list_contains($standings, standing)
    and ($buckets is null or standing = 'written_off' or list_contains($buckets, bucket))
    and ($previous_buckets is null or list_contains($previous_buckets, previous_bucket))
    and ($product_codes is null or list_contains($product_codes, product_code))
    and ($region_codes is null or list_contains($region_codes, region_code))
    and ($funder_codes is null or list_contains($funder_codes, funder_code))
    and ($bands is null or list_contains($bands, band))
    and ($scenarios is null or list_contains($scenarios, scenario))
    and ($channels is null or list_contains($channels, channel))
