-- One row: number and text of the newest record since the last block, the texts of that block, of the
-- newest head and of the newest change of the key.
select
    record.number,
    record.text,
    (select max_by(text, block_number) from ledger_block) as block,
    (select max_by(text, block_number) from ledger_head) as head,
    (select max_by(text, number) from ledger_key) as change
from (select max(number) as number from ledger_written) as newest
left join ledger_written as record on newest.number = record.number
limit 1
