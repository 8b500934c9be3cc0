-- What guarantees pay and get back stands in the journal. These ways of money are not kept in the state of a loan,
-- whose stored totals stay as they are.

-- is_in_state: whether the state of a loan keeps a total of the flow, at its position.
alter table flow add column is_in_state boolean;
update flow set is_in_state = true;

-- A book has the chart that it was started with; a file without a book gets it with its book.
insert into flow by name
select added.*
from (
    values
    ('guarantee_called', 1000, 'funder_payable', 'guarantee_payable', false),
    ('guarantee_returned', 1001, 'guarantee_payable', 'funder_payable', false),
    ('guarantee_borne', 1002, 'guarantee_loss', 'guarantee_cover', false),
    ('guarantee_carried', 1003, 'funder_payable', 'guarantee_payable', false)
) as added (flow, position, debit_account, credit_account, is_in_state)
where exists (select 1 from flow);

-- One row per loan and lender of whose guarantee something is booked: since when, how often it was called in the
-- journal itself, and what was paid and has not come back.
create view guarantee_booked as
select
    loan_id,
    funder_code,
    min(booked_on) as first_on,
    count(case when flow = 'guarantee_called' then 1 end) as calls,
    sum(case when flow = 'guarantee_returned' then -amount_fen else amount_fen end)
        as outstanding_fen
from posting
where flow in ('guarantee_called', 'guarantee_carried', 'guarantee_returned')
group by loan_id, funder_code;

-- One row per loan of whose lenders one was paid out of a guarantee, day and flow of principal or recovery: what moved,
-- and the balance (principal owed, or recovered so far) after it.
create view called_loan_moved as
with signed as (
    select
        posting.loan_id,
        posting.booked_on,
        posting.flow,
        flow.position,
        posting.flow = 'recovered' as is_recovered,
        case when posting.flow in ('principal_repaid', 'principal_written_off') then -1 else 1 end
        * posting.amount_fen as change_fen
    from posting
    inner join flow on posting.flow = flow.flow
    where posting.loan_id in (select loan_id from guarantee_call)
        and posting.flow
        in ('principal_lent', 'principal_repaid', 'principal_written_off', 'recovered')
)
select
    *,
    sum(change_fen) over (
        partition by loan_id, is_recovered order by booked_on, position
    ) as after_fen
from signed;
