-- A search from a day on is bounded below by the first of January before it, but for what lasted over a turn of the year:
-- that is little, and has indexes of its own, in the same orders as all.
create index observation_across_years on observation (occurred_from desc, observation_id)
    where substr(occurred_from, 1, 4) <> substr(occurred_to, 1, 4);
create index observation_across_years_in_country on observation (country, occurred_from desc, observation_id)
    where substr(occurred_from, 1, 4) <> substr(occurred_to, 1, 4);
create index observation_across_years_in_province on observation (province, occurred_from desc, observation_id)
    where substr(occurred_from, 1, 4) <> substr(occurred_to, 1, 4);
