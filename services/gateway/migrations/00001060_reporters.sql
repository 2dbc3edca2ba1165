-- The key to which all identities of one reporter are sealed. Opening them takes intake's private key and the wrapped half
-- of this row, which is kept here and nowhere else: without it no copy of a sealed identity can be opened again.
create table reporter_key (
    pseudonym  text        primary key,
    public_key text        not null,
    -- sealed to intake's key; null once the reporter was erased
    wrapped    text,
    made_at    timestamptz not null,
    erased_at  timestamptz
);
