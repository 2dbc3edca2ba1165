-- What was sent is noted beside the outbox and not in it: a row holds a body of up to half a megabyte, and noting something
-- in the row would write all of it once more.

-- What no stream has acknowledged yet.
create table outbox_waiting (
    event_id text   primary key,
    position bigint not null
);
create index outbox_waiting_in_order on outbox_waiting (position);
insert into outbox_waiting (event_id, position) select event_id, position from outbox where sent_at is null;

-- What a stream has acknowledged, and as which of its messages.
create table outbox_sent_as (
    event_id   text        primary key,
    stream     text        not null,
    stream_seq bigint      not null,
    sent_at    timestamptz not null
);
create index outbox_sent_as_message on outbox_sent_as (stream, stream_seq);
insert into outbox_sent_as (event_id, stream, stream_seq, sent_at)
    select event_id, stream, stream_seq, sent_at from outbox
     where sent_at is not null and stream is not null and stream_seq is not null;

drop index outbox_sent;
