-- One row: the highest number of a loan, and of a loan event known by a day; 0 where there is none.
select
    (select coalesce(max(loan_id), 0) from loan) as last_loan_id,
    (select coalesce(max(loan_event_id), 0) from loan_event where recorded_on <= $known_on)
        as last_event_id
