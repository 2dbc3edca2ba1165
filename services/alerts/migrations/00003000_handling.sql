-- Under which handling what is known came: what may not be known by everybody of the centre is told to those alone whose work
-- needs it. Null where nothing was said, or before it was kept.
alter table alarm_cell add column handling jsonb;
alter table rule_evaluation add column handling jsonb;
