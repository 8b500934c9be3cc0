-- One row per open loan with eased terms that is classed as if nothing was (AC-08).
select distinct
    loan_month.loan_id as subject_id,
    loan_month.asset_class as detail
from loan_month
inner join loan_event on loan_month.loan_id = loan_event.loan_id
left join loan_event as reversal
    on loan_event.loan_event_id = reversal.reverses_event_id and reversal.kind = 'reversal'
where
    month_end_on = $month_end_on
    and standing = 'open'
    and loan_event.kind = 'restructure'
    and loan_event.effective_on <= $month_end_on
    and reversal.loan_event_id is null
    and list_contains($better, loan_month.asset_class)
order by subject_id
