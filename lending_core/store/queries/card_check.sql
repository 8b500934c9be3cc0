-- One row per field that was read from an application's card, front first, with the card's validity.
select
    card_field.side,
    card_field.field,
    card_field.confidence,
    card_field.agrees,
    card_field.is_confirmed,
    card_validity.valid_from,
    card_validity.valid_to
from card_field
inner join card_validity on card_field.application_id = card_validity.application_id
where card_field.application_id = $application_id
order by card_field.side desc, card_field.field
