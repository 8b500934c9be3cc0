-- One row per month and account, of the days from $from_on to $to_on: what was booked, debits positive.
select
    last_day(booked_on) as month_end_on,
    account,
    cast(sum(amount_fen) as bigint) as amount_fen
from journal
where booked_on between $from_on and $to_on
group by last_day(booked_on), account
order by month_end_on, account
