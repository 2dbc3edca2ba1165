-- Accepted reports that were verified without a note and count as verified because another source bore them out: while one does. Those that
-- were borne out once are looked at, and their histories tell whether they rest on that (jobs/bearing.rs).
-- And of which reports a rule of retention has removed who their source is.
alter table report add column rests_on_word boolean not null default false;
update report set rests_on_word = true where state = 'accepted' and cast(history as text) like '%borne_out_by%';
create index report_on_word on report (rests_on_word, report_id);

alter table report add column identity_removed_at timestamptz;
-- what was removed before this was noted: of whoever was named by another, and decided before the removal was confirmed
update report set identity_removed_at =
        (select max(finished_at) from retention_run where state = 'done' and cast(confirmed as text) like '%sealed_identities%')
 where state in ('accepted', 'rejected', 'duplicate') and sent_by <> source
   and received_at <
        (select max(asked_at) from retention_run where state = 'done' and cast(confirmed as text) like '%sealed_identities%')
   and not exists (select 1 from sealed_source where sealed_source.report_id = report.report_id);
