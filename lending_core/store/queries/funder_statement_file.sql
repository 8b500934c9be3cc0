-- One row: a file of a statement, where it is of the lender asked for, or none.
select
    funder_statement.number,
    funder_statement.funder_code,
    funder_statement_file.content,
    funder_statement_file.content_hash
from funder_statement_file
inner join funder_statement
    on funder_statement_file.statement_id = funder_statement.statement_id
where
    funder_statement_file.statement_id = $statement_id
    and funder_statement_file.language = $language
    and funder_statement_file.kind = $kind
    and ($funder_code is null or funder_statement.funder_code = $funder_code)
