-- One row per account of a tape that is told month by month: its number, and what it first says of its loan.
with told as (
    select
        *,
        coalesce(last_day(month), last_day(date_add($as_of_on, to_months(months_from_as_of))))
            as month_end_on
    from tape_row
    where failed is null
)
select
    row_number() over (order by min(position)) as loan_id,
    reference,
    cast(
        coalesce(arg_min(disbursed_on, position), date_trunc('month', min(month_end_on))) as date
    ) as disbursed_on,
    arg_min(lent_fen, position) as lent_fen,
    arg_min(annual_rate, position) as annual_rate,
    arg_min(instalments, position) as instalments,
    arg_min(product_code, position) as product_code,
    arg_min(scenario, position) as scenario,
    arg_min(channel, position) as channel,
    arg_min(region_code, position) as region_code,
    arg_min(band, position) as band,
    arg_min(funder_code, position) as funder_code,
    arg_min(own_segments, position) as own_segments,
    cast(count(*) as bigint) as month_rows
from told
group by reference
