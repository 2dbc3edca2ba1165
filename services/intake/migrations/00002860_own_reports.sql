-- A sender asks for the own reports, newest first.
create index report_sent on report (sent_by, received_at desc);
