-- Who sends reports stands here under a pseudonym alone. It was drawn by lot, so that nothing but this row tells whose it is, and the
-- row holds a keyed digest of the account and not its name; erasing the reporter takes the digest.
create table own_pseudonym (
    pseudonym text        primary key,
    -- null once the reporter was erased
    account   text        unique,
    made_at   timestamptz not null,
    erased_at timestamptz
);

-- Accounts that were there before: the next start gives each the pseudonym that its reports and duties bear already, puts it in the
-- place of the name wherever that stands beside a report, and takes the account from this list.
create table account_in_clear (
    subject text primary key
);
insert into account_in_clear (subject) select distinct subject from token;
