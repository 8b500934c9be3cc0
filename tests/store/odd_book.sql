-- Rows that the simulated book never has: what the house does by hand, and what its checks look for.
-- They are written past every rule on purpose: reports find something where they found nothing.

-- Somebody else's loans.
insert into tape_import by name select 1 as import_id, 'loans.csv' as file_name, 'a1' as
    file_hash, '{}' as mapping, 'outcomes' as shape, date '2026-09-30' as as_of_on, 2 as rows_in,
    2 as rows_loaded, 0 as rows_rejected, '{}' as sums, 'lin' as imported_by, timestamp
    '2026-10-01 08:00' as recorded_at;
insert into tape_loan by name select 1 as loan_id, 'none' as reference, date '2025-12-05' as
    disbursed_on, 500000 as lent_fen, 0.18 as annual_rate, 12 as instalments, 'tape' as
    product_code, 'tape' as scenario, 'app' as channel, '310000' as region_code, 'A' as band,
    'own' as funder_code, 'written_off' as outcome, date '2026-03-05' as last_paid_on, 120000 as
    paid_fen, 0 as recovered_fen, map {'branch': 'north'} as own_segments;

-- Loans restructured, written off, repaid twice, and payments taken back: recorded after the newest closed day.
create temp table newest as select max(loan_event_id) as event_id from loan_event;
create temp table some_loan as select loan_id, row_number() over (order by loan_id) as place from
    loan_month where month_end_on = '2026-10-31' and standing = 'open' and days_past_due > 5;
create temp table good_loan as select loan_id, row_number() over (order by loan_id) as place from
    loan_month where month_end_on = '2026-10-31' and standing = 'open' and days_past_due = 0 and
    months_on_book > 7;
insert into loan_event by name select event_id + 1 as loan_event_id, (select loan_id from
    good_loan where place = 1) as loan_id, 'restructure' as kind, date '2026-08-10' as
    effective_on, 12 as instalments, date '2026-10-31' as recorded_on, timestamp '2026-10-31
    13:00' as recorded_at, 'lin' as recorded_by from newest;
insert into loan_event by name select event_id + 2 as loan_event_id, (select loan_id from
    some_loan where place = 1) as loan_id, 'charge_off' as kind, date '2026-09-15' as
    effective_on, date '2026-10-31' as recorded_on, timestamp '2026-10-31 13:00' as recorded_at,
    'lin' as recorded_by from newest;
insert into loan_event by name select event_id + 3 as loan_event_id, payment.loan_id, 'reversal'
    as kind, payment.effective_on, payment.loan_event_id as reverses_event_id, date '2026-10-31'
    as recorded_on, timestamp '2026-10-31 13:00' as recorded_at, 'lin' as recorded_by from newest
    cross join (select * from loan_event where kind = 'payment' and effective_on > '2026-05-01'
    order by loan_event_id limit 1) as payment;
insert into loan_event by name select event_id + 4 as loan_event_id, (select loan_id from
    some_loan where place = 1) as loan_id, 'recovery' as kind, date '2026-10-20' as effective_on,
    10000 as amount_fen, date '2026-10-31' as recorded_on, timestamp '2026-10-31 13:00' as
    recorded_at, 'lin' as recorded_by from newest;
update loan_position set is_charged_off = true, claim_fen = 90000 where loan_id = (select loan_id
    from some_loan where place = 1);
update loan_position set flow_totals_fen = list_transform(flow_totals_fen, lambda fen: fen + 1)
    where loan_id = (select loan_id from good_loan where place = 2);
update loan_event set strategy = 'payoff' where loan_event_id = (select min(loan_event_id) from
    loan_event where kind = 'payment' and loan_id = (select loan_id from good_loan where place =
    3));

-- Months that say other than the days past due.
update loan_month set asset_class = 'normal' where month_end_on = '2026-10-31' and loan_id =
    (select loan_id from some_loan where place = 2);
update loan_month set stage = 9 where month_end_on = '2026-10-31' and loan_id = (select loan_id
    from some_loan where place = 3);
update loan_month set standing = 'written_off' where month_end_on = '2026-04-30' and loan_id =
    (select loan_id from good_loan where place = 1);

-- Money that changed hands between funders, was guaranteed and not booked, or was posted wrongly.
insert into funding_change by name select 1 as change_id, 1 as transfer_id, loan_id, funder_code
    as from_code, 'hengshan_trust' as to_code, share_fen, date '2026-09-10' as effective_on from
    funding where funder_code <> 'hengshan_trust' and loan_id in (select loan_id from good_loan
    where place <= 3) order by loan_id limit 1;
insert into guarantee_call by name select 900 as call_id, loan_id, funder_code, date '2026-02-01'
    as called_on, 100000 as amount_fen, 'days_past_due' as reason, 'system' as called_by,
    timestamp '2026-02-01 12:00' as recorded_at from funding where loan_id = (select loan_id from
    good_loan where place = 4) limit 1;
update posting set amount_fen = amount_fen + 1 where flow = 'principal_lent' and loan_id = (select
    loan_id from good_loan where place = 5);
update funding set funder_code = 'nobody' where loan_id = (select loan_id from good_loan where
    place = 6);
delete from instalment where loan_id = (select loan_id from good_loan where place = 7);

-- Provisions of a month, on which a second borrower's loans differ.
insert into provision_run by name select 1 as run_id, date '2026-10-31' as month_end_on, 'roll' as
    model, '{}' as figures, 'a1' as loans_hash, 'month end' as reason, 'lin' as prepared_by,
    timestamp '2026-10-31 13:00' as recorded_at;
insert into provision_loan by name select 1 as run_id, loan_id, product_code, bucket,
    days_past_due, case when loan_id % 2 = 0 then 'normal' else 'loss' end as asset_class,
    'days_past_due' as class_reason, stage, 'days_past_due' as stage_reason, 0.1 as
    probability_12m, loan_month.principal_fen as exposure_fen, loan_month.principal_fen, 100 as
    ecl_fen, 100 as allowance_fen, loan.line_id from loan_month inner join loan using (loan_id,
    product_code) where month_end_on = '2026-10-31' and standing = 'open';

-- Cases given to an agency, bars that were crossed, and borrowers who complained.
create temp table some_case as select case_id, customer_id, row_number() over (order by case_id)
    as place from open_case;
insert into agency_placement by name select 1 as placement_id, case_id, customer_id, 'gentle_hand'
    as agency_code, date '2026-08-01' as placed_on, date '2026-12-01' as due_back_on, 300000 as
    overdue_fen, 'lin' as placed_by, timestamp '2026-08-01 08:00' as recorded_at from some_case
    where place = 1;
insert into agency_recall by name select 1 as placement_id, date '2026-10-20' as recalled_on,
    'complaint' as reason, 'lin' as recalled_by, timestamp '2026-10-20 08:00' as recorded_at;
insert into conduct_finding by name select 1 as finding_id, max(contact_id) as contact_id,
    'gentle_hand' as agency_code, 'hours' as bar, 'COL-1' as rule, date '2026-10-20' as found_on,
    timestamp '2026-10-20 08:00' as recorded_at from contact_attempt;
update contact_attempt set party = 'related', agency_code = 'gentle_hand' where contact_id =
    (select max(contact_id) from contact_attempt);
insert into complaint by name select 900 as complaint_id, customer_id, 'gentle_hand' as
    agency_code, 'conduct' as kind, date '2026-10-02' as received_on, 'lin' as recorded_by,
    timestamp '2026-10-02 08:00' as recorded_at from customer order by customer_id limit 1;
insert into collection_hold by name select 900 as hold_id, case_id, customer_id, 'dispute' as
    kind, date '2025-11-02' as from_on, 'lin' as placed_by, timestamp '2025-11-02 08:00' as
    recorded_at from contact_attempt order by contact_id limit 1;
insert into collection_case_end by name select case_id, date '2026-10-30' as closed_on, timestamp
    '2026-10-30 12:00' as recorded_at from some_case where place = 2;
insert into simulated_stop by name select customer_id, date '2026-08-01' as stopped_on from
    some_case where place = 3;

-- Lines that should stand otherwise, and decisions that nobody should have taken.
insert into line_change by name select 900000 as line_change_id, line_id, date '2026-10-31' as
    changed_on, 'active' as status, 'days_past_due' as reason, 'lin' as changed_by, timestamp
    '2026-10-31 13:00' as recorded_at from loan where loan_id = (select loan_id from some_loan
    where place = 4);
update limit_change set limit_fen = 1 where line_id = (select line_id from loan where loan_id =
    (select loan_id from good_loan where place = 8));
insert into loan_trigger by name select 1 as trigger_id, (select loan_id from good_loan where
    place = 9) as loan_id, 'purpose_misuse' as kind, date '2026-09-01' as from_on, 'told' as
    reason, 'lin' as recorded_by, timestamp '2026-09-01 08:00' as recorded_at;
update decision set outcome = 'decline' where application_id = (select application_id from loan
    where loan_id = (select loan_id from good_loan where place = 10));
update decision set annual_rate = annual_rate + 0.01 where application_id = (select
    min(application_id) from decision where outcome = 'approve');
delete from review where application_id = (select min(application_id) from review);
insert into review_request by name select application_id, date '2026-10-01' as requested_on, 'lin'
    as recorded_by, timestamp '2026-10-01 08:00' as recorded_at from decision where outcome =
    'decline' order by application_id limit 1;
insert into model_status by name select 1 as model_version, 'retired' as status, 'replaced' as
    reason, 'lin' as changed_by, date '2025-11-30' as effective_on, timestamp '2025-11-30 12:00'
    as recorded_at, 3 as position;
update application_feature set is_student = true where application_id = (select application_id
    from loan where loan_id = (select loan_id from good_loan where place = 11));
update consent set is_granted = false where customer_id = (select customer_id from application
    order by application_id limit 1);
update loan set method = 'interest_only' where loan_id in (select min(loan_id) from loan inner
    join customer using (customer_id) where kind = 'person' and instalments > 1);

-- A contact that is told and not there, and money that nobody knows how to book.
insert into event by name select max(event_id) + 1 as event_id, 'contact_logged' as action,
    'lin' as actor, 'collection_case' as subject_kind, 1 as subject_id,
    date '2026-10-31' as business_on, timestamp '2026-10-31 13:00' as recorded_at,
    '{"contact_id": 900}' as payload, 'a1' as previous_hash, 'b2' as hash from event;
insert into posting by name select max(entry_id) + 1 as entry_id, min(loan_id) as loan_id,
    date '2026-10-30' as booked_on, 'binhai_bank' as funder_code, 'unknown' as flow,
    100 as amount_fen from posting;
