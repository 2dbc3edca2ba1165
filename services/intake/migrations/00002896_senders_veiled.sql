-- Who sent a report stands here under a pseudonym alone, as who its source is: the name of an account beside the pseudonym of its own
-- reports would tell whose the pseudonym is. Where no source was named, the sender is the source. Of other reports the sender has the
-- pseudonym under which the same account reported on its own; where it never did, nobody here can tell any more. What sends by itself is no account.
create table sender_veiled (
    sent_by   text primary key,
    pseudonym text not null
);
insert into sender_veiled (sent_by, pseudonym)
    select sent_by, min(source) from report
     where not exists (select 1 from sealed_source where sealed_source.report_id = report.report_id)
     group by sent_by;
update report set sent_by = coalesce(
    (select pseudonym from sender_veiled where sender_veiled.sent_by = report.sent_by), 'unknown')
 where sent_by not like 'hook/%';
drop table sender_veiled;
