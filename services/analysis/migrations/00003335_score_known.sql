-- Since when it is known what came of a window: what a record was at a past moment is added up by it. What was scored before is taken up
-- at the start, from what is kept of the forecast.
alter table forecast_score add column resolved_at timestamptz;
create index forecast_score_undated on forecast_score (forecast_id) where resolved_at is null;

-- what moved since a moment is found by it
create index anomaly_standing_since on anomaly_standing (since);
create index forecast_score_resolved on forecast_score (resolved_at) where told and not rehearsal;
create index retraction_heard on retraction (heard_at);
create index reading_heard on reading (heard_at);
-- whether a chance moved is told without reading the forecasts, which are large
create index forecast_outlook on forecast (months, origin, scope, rehearsal, province, threat, escalation, issued_at, forecast_id)
    where scope = 'province' and not rehearsal;
