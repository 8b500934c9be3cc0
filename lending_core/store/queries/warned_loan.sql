-- One row per loan behind a reading of early warning: of a measure, a segment and a day.
-- A loan of a vintage stands as it was when it first was more than 30 days late.
select
    loan_month.loan_id,
    customer.name,
    lent_loan.customer_id,
    loan_month.product_code,
    loan_month.region_code,
    loan_month.funder_code,
    loan_month.band,
    loan_month.bucket,
    loan_month.days_past_due,
    loan_month.principal_fen,
    loan_month.overdue_fen,
    loan_month.disbursed_on
from loan_month
inner join lent_loan on loan_month.loan_id = lent_loan.loan_id
left join loan on loan_month.loan_id = loan.loan_id
left join customer on lent_loan.customer_id = customer.customer_id
where
    case $segment_kind
        when 'all' then true
        when 'product_code' then loan_month.product_code = $segment
        when 'region_code' then loan_month.region_code = $segment
        -- What a lender is owed counts all its shares; anything else, the loans that it leads.
        when 'funder_code' then
            loan_month.funder_code = $segment
            or ($measure = 'funder_used' and loan_month.loan_id in (
                select loan_id
                from funding_span
                where funder_code = $segment and from_on <= $measured_on
                    and (until_on is null or until_on > $measured_on)
            ))
        when 'band' then loan_month.band = $segment
        when 'scenario' then loan_month.scenario = $segment
        when 'channel' then loan_month.channel = $segment
    end
    and (
        (
            $measure = 'vintage'
            and loan_month.entered_30
            and loan_month.months_on_book <= $months_on_book
            and last_day(date_add(loan_month.disbursed_on, interval ($months_on_book) month))
                = $measured_on
        )
        or (
            loan_month.month_end_on = $measured_on
            and loan_month.standing = 'written_off'
            and case $measure
                when 'roll_c' then loan_month.previous_bucket = 'C'
                when 'roll_m1' then loan_month.previous_bucket = 'M1'
                when 'roll_m2' then loan_month.previous_bucket = 'M2'
                else false
            end
        )
        or (
            loan_month.month_end_on = $measured_on
            and loan_month.standing = 'open'
            and case $measure
                when 'rate_30' then loan_month.days_past_due between 31 and 180
                when 'entered_90' then loan_month.entered_90
                when 'roll_c' then loan_month.previous_bucket = 'C' and loan_month.bucket <> 'C'
                when 'roll_m1'
                    then loan_month.previous_bucket = 'M1' and loan_month.days_past_due > 30
                when 'roll_m2'
                    then loan_month.previous_bucket = 'M2' and loan_month.days_past_due > 60
                when 'funder_used' then true
                when 'complaints' then loan_month.days_past_due > 0
                when 'first_payment'
                    then loan_month.days_past_due > $days_past_due
                    and last_day(
                        date_add(loan.first_due_on, interval ($days_past_due + 1) day)
                    ) = last_day(loan_month.month_end_on)
                    and loan_month.days_past_due
                    >= date_diff('day', loan.first_due_on, loan_month.month_end_on)
                else false
            end
        )
    )
