-- Forecasts as they were issued. A row is never changed but once: when its window is over and what came is known.
create table forecast (
    forecast_id text             primary key,
    threat      text             not null,
    scope       text             not null check (scope in ('province', 'country')),
    country     text             not null,
    -- empty where it is of the whole country
    province    text             not null,
    -- how many months it sums
    months      bigint           not null,
    -- the last month that was counted, YYYY-MM
    origin      text             not null,
    -- the last month it speaks of, YYYY-MM
    last_month  text             not null,
    -- made after the fact, so that there is a record from the first day
    rehearsal   boolean          not null,
    -- chance of an escalation
    escalation  double precision not null,
    -- the whole forecast, without its outcome
    body        jsonb            not null,
    -- both distributions as equally likely counts, run by run
    atoms       jsonb            not null,
    issued_at   timestamptz      not null,
    -- null while its window is open
    outcome     jsonb
);
create index forecast_newest on forecast (rehearsal, origin desc, months, forecast_id);
create index forecast_province on forecast (province, threat, months, origin) where not rehearsal;
create index forecast_made on forecast (threat, scope, origin);
create index forecast_open on forecast (threat, last_month) where outcome is null;
