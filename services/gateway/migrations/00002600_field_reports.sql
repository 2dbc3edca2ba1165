-- What the door keeps of field reports: whose they are as far as files go, what was begun and not sent, files.

-- Reports that came in here: who sent them may add files, and files go when their source is erased.
create table sent_report (
    report_id text        primary key,
    -- the principal that sent it
    sent_by   text        not null,
    -- pseudonym of the source
    source    text        not null,
    sent_at   timestamptz not null
);

-- Reports that were begun and not sent: their reporter's own, seen by nobody else, never with a source's name in them.
create table report_draft (
    subject    text        not null,
    -- what the reporter calls it
    key        text        not null,
    form       text        not null,
    updated_at timestamptz not null,
    version    bigint      not null,
    primary key (subject, key)
);
create index report_draft_age on report_draft (updated_at);

create table attachment (
    attachment_id text        primary key,
    report_id     text        not null,
    -- pseudonym of the report's source
    source        text        not null,
    -- its name in the object store
    object        text        not null,
    -- the key it is sealed to; null once it is removed: then no copy of it opens any more
    seed          text,
    media_type    text        not null,
    bytes         bigint      not null,
    sha256        text        not null,
    received_at   timestamptz not null,
    -- set when it is to be removed; the object goes, then the row says so
    removed_at    timestamptz,
    -- null while the object store may still hold it
    forgotten_at  timestamptz
);
create index attachment_of_report on attachment (report_id);
create index attachment_of_source on attachment (source);
create index attachment_kept on attachment (received_at) where removed_at is null;
create index attachment_to_forget on attachment (attachment_id) where removed_at is not null and forgotten_at is null;

-- in which bucket a file on its way goes
alter table upload add column bucket text not null default 'imports';
