-- Sources that send by themselves, as intake says they are: what the door must know to take what they send.
create table hook (
    source_key text    primary key,
    enabled    boolean not null,
    exercise   boolean not null,
    -- what the body is, where it is a file; null where it is field reports
    format     text,
    -- what is joined to the handling of each report, and the grade of those that state none
    handling   jsonb,
    grade      jsonb,
    version    bigint  not null
);

-- Keys by which what they send is believed: ours, which they sign with, or theirs.
create table hook_key (
    source_key text        not null,
    -- whsec_… or whpk_…
    secret     text        not null,
    made_by    text        not null,
    made_at    timestamptz not null,
    -- null for the newest; a key that was replaced counts until then
    ends_at    timestamptz,
    primary key (source_key, secret)
);
