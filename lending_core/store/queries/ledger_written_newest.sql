-- One row: number and text of the newest record since the last block, the text of that block, and of the
-- newest head.
select
    record.number,
    record.text,
    (select max_by(text, block_number) from ledger_block) as block,
    (select max_by(text, block_number) from ledger_head) as head
from (select max(number) as number from ledger_written) as newest
left join ledger_written as record on newest.number = record.number
limit 1
