-- How good each model was on each window that is over: scorecards are added up here. `told`: the model whose forecast was issued;
-- the others are benchmarks on the same window.
create table forecast_score (
    forecast_id    text             not null,
    model          text             not null,
    told           boolean          not null,
    threat         text             not null,
    scope          text             not null,
    country        text             not null,
    months         bigint           not null,
    -- the last month that was counted, YYYY-MM
    origin         text             not null,
    rehearsal      boolean          not null,
    observed       bigint           not null,
    -- whether what came was an escalation, and the chance that was told of it
    escalated      boolean          not null,
    escalation     double precision not null,
    crps           double precision not null,
    crps_of_logs   double precision not null,
    interval_score double precision not null,
    is_within      boolean          not null,
    -- in which tenth of the distribution it lay, 0 to 9
    place_tenth    bigint           not null,
    -- the chance of 1, 25 and 100 or more, in which tenth it is, and its log score
    chance_1       double precision not null,
    chance_25      double precision not null,
    chance_100     double precision not null,
    tenth_1        bigint           not null,
    tenth_25       bigint           not null,
    tenth_100      bigint           not null,
    log_1          double precision not null,
    log_25         double precision not null,
    log_100        double precision not null,
    primary key (forecast_id, model)
);
create index forecast_score_kind on forecast_score (rehearsal, threat, scope, months, told);
create index forecast_score_newest on forecast_score (threat, scope, months, origin);

-- What other models expected of a window that is still open; its scores take its place.
create table forecast_rival (
    forecast_id text  not null,
    model       text  not null,
    -- what it expected, and its distribution as equally likely counts, run by run
    body        jsonb not null,
    primary key (forecast_id, model)
);

-- Whether what came of it stands in forecast_score; what was resolved before that is put there by and by.
alter table forecast add column is_scored boolean not null default false;
create index forecast_unscored on forecast (forecast_id) where outcome is not null and not is_scored;
