-- Waited in a backup that was restored: a person says whether it still goes. Only what waits is held.
alter table outbox add column held boolean not null default false;
