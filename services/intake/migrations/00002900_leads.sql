-- What news, bulletins and notes say, in all versions: proposed by their words, confirmed or dismissed by people.
create table lead (
    lead_id      text        not null,
    version      bigint      not null,
    state        text        not null check (state in ('new', 'confirmed', 'dismissed')),
    source       text        not null,
    exercise     boolean     not null,
    -- words between commas, as observations have them
    threats      text        not null,
    provinces    text        not null,
    published_on text        not null,
    known_from   timestamptz not null,
    -- null while this is how it stands
    known_to     timestamptz,
    -- the whole lead
    body         jsonb       not null,
    primary key (lead_id, version)
);
create unique index lead_standing on lead (lead_id) where known_to is null;
create index lead_newest on lead (exercise, state, published_on desc, lead_id) where known_to is null;
create index lead_newest_any on lead (exercise, published_on desc, lead_id) where known_to is null;
