-- One row per overlay proposed, newest first, with what became of it.
with answer as (
    select
        overlay_id,
        max(case when step in ('approved', 'refused') then step end) as answer,
        max(case when step in ('approved', 'refused') then stepped_by end) as answered_by,
        max(case when step in ('approved', 'refused') then reason end) as answer_reason,
        max(case when step = 'ended' then stepped_on end) as ended_on
    from provision_overlay_step
    group by overlay_id
)
select
    provision_overlay.overlay_id,
    provision_overlay.scope,
    provision_overlay.percent,
    provision_overlay.amount_fen,
    provision_overlay.cap_fen,
    provision_overlay.from_on,
    provision_overlay.until_on,
    provision_overlay.reason,
    provision_overlay.proposed_by,
    provision_overlay.recorded_at,
    coalesce(answer.answer, 'proposed') as answer,
    answer.answered_by,
    answer.answer_reason,
    answer.ended_on
from provision_overlay
left join answer on provision_overlay.overlay_id = answer.overlay_id
order by provision_overlay.overlay_id desc
