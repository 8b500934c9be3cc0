-- One row per loan of a tape with a row for each, by the row of the file.
select
    tape_row.position as loan_id,
    tape_row.reference,
    tape_row.disbursed_on,
    tape_row.lent_fen,
    cast(tape_row.annual_rate as decimal(9, 6)) as annual_rate,
    tape_row.instalments,
    tape_row.product_code,
    tape_row.scenario,
    tape_row.channel,
    tape_row.region_code,
    tape_row.band,
    tape_row.funder_code,
    tape_row.outcome,
    tape_row.last_paid_on,
    tape_row.paid_fen,
    tape_row.recovered_fen,
    tape_row.own_segments
from tape_row
left join tape_late on tape_row.position = tape_late.position
where tape_row.failed is null and tape_late.position is null
