-- One row per open loan of an asset class at the newest close, save those let go since then.
select loan_id
from loan_position
where
    is_open
    and asset_class = $asset_class
    and loan_id not in (
        select loan_event.loan_id
        from loan_event
        inner join loan_position as seen on loan_event.loan_id = seen.loan_id
        where loan_event.kind = 'charge_off' and loan_event.effective_on > seen.closed_on
    )
order by loan_id
