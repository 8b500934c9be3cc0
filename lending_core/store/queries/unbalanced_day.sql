-- One row per day and funder whose journal lines do not sum to zero, or are not two for each posting.
with posted as (
    select
        booked_on,
        funder_code,
        count(*) as postings
    from posting
    group by booked_on, funder_code
),

line as (
    select
        booked_on,
        funder_code,
        count(*) as lines,
        sum(amount_fen) as difference_fen
    from journal
    group by booked_on, funder_code
)

select
    posted.booked_on,
    posted.funder_code,
    posted.postings,
    coalesce(line.lines, 0) as lines,
    cast(coalesce(line.difference_fen, 0) as bigint) as difference_fen
from posted
left join line on posted.booked_on = line.booked_on and posted.funder_code = line.funder_code
where coalesce(line.lines, 0) <> 2 * posted.postings or line.difference_fen <> 0
