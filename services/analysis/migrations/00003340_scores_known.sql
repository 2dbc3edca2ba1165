-- When what came of a forecast was written down: a record as of a past moment holds nothing that was resolved later. What was scored
-- before this was kept is scored once more by and by, which changes nothing else.
alter table forecast_score add column resolved_at timestamptz;
update forecast set is_scored = false where outcome is not null;
