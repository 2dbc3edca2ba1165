-- Who sent a report stands here under a pseudonym alone, as who its source is: the name of an account beside the pseudonym of its own
-- reports would tell whose the pseudonym is. Where no source was named, the sender is the source, and other reports of the same account
-- get that pseudonym. No sealed source tells that none was named only where none was ever removed: once retention removed some, and
-- where an account would have several pseudonyms or one that was sealed elsewhere, it could be a third person's, and nobody here can
-- tell any more who sent. What sends by itself is no account.
create table sender_veiled (
    sent_by   text primary key,
    pseudonym text not null
);
insert into sender_veiled (sent_by, pseudonym)
    select sent_by, min(source) from report
     where sent_by not like 'hook/%'
       and not exists (select 1 from sealed_source where sealed_source.report_id = report.report_id)
       and not exists (select 1 from retention_run where state <> 'asked' and cast(confirmed as text) like '%sealed_identities%')
     group by sent_by
    having count(distinct source) = 1;
delete from sender_veiled where pseudonym in (
    select source from report
     where exists (select 1 from sealed_source where sealed_source.report_id = report.report_id));
update report set sent_by = coalesce(
    (select pseudonym from sender_veiled where sender_veiled.sent_by = report.sent_by), 'unknown')
 where sent_by not like 'hook/%';
drop table sender_veiled;
