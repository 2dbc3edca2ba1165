-- Files of reports that come in parts, over a line that breaks: how far each came, and its parts until it is whole.

create table part_upload (
    -- a digest over the report and the file's own digest; who has the store has neither the file nor its digest
    upload_id     text        primary key,
    report_id     text        not null,
    -- pseudonym of the report's source
    source        text        not null,
    -- the principal that sends it
    sent_by       text        not null,
    bytes         bigint      not null,
    received      bigint      not null,
    -- the file that it became; null while parts are missing
    attachment_id text,
    begun_at      timestamptz not null
);
create index part_upload_of_source on part_upload (source);
create index part_upload_begun on part_upload (begun_at);

create table upload_part (
    upload_id text   not null,
    -- where it begins in the file
    starts_at bigint not null,
    -- sealed under a key made of the file's digest, which lies nowhere; base64
    sealed    text   not null,
    primary key (upload_id, starts_at)
);
