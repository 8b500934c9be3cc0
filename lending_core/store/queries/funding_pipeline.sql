-- One row per product, region, band, price and term: what is to be lent in the next $days days when they are like the
-- last $past_days: approved and not drawn, by the share of offers that was taken; draws, as many as lately.
with offered as (
    select
        application.application_id,
        credit_line.product_code,
        customer.region_code,
        decision.band,
        credit_line.annual_rate,
        application.instalments_asked as instalments,
        least(application.amount_asked_fen, decision.limit_fen) as amount_fen,
        application.applied_on,
        acceptance.application_id is not null as is_taken
    from credit_line
    inner join application on credit_line.application_id = application.application_id
    inner join decision on application.application_id = decision.application_id
    inner join customer on credit_line.customer_id = customer.customer_id
    left join acceptance on application.application_id = acceptance.application_id
    where application.applied_on >= $from_on
),
taken as (
    select
        product_code,
        sum(case when is_taken then amount_fen else 0 end) as taken_fen,
        sum(amount_fen) as offered_fen
    from offered
    group by product_code
),
expected as (
    select
        offered.product_code,
        offered.region_code,
        offered.band,
        offered.annual_rate,
        offered.instalments,
        cast(offered.amount_fen as double) * taken.taken_fen / taken.offered_fen as volume_fen
    from offered
    inner join taken on offered.product_code = taken.product_code
    where not offered.is_taken and offered.applied_on >= $open_from_on
    union all
    select
        product_code,
        region_code,
        band,
        annual_rate,
        instalments,
        cast(principal_fen as double) * $days / $past_days as volume_fen
    from loan
    where disbursed_on >= $from_on
)
select
    product_code,
    region_code,
    band,
    annual_rate,
    instalments,
    cast(round(sum(volume_fen)) as bigint) as volume_fen
from expected
group by product_code, region_code, band, annual_rate, instalments
having round(sum(volume_fen)) > 0
order by product_code, region_code, band, annual_rate, instalments
