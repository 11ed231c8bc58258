-- Closed by the national team: its data are kept for the time that a complaint may take, then erased.
alter table account add column closed_at integer;
-- When its owner was told that an account that nobody uses is going to be erased…
alter table account add column warned_at integer;
-- … or, while it holds powers, those who can take them back.
alter table account add column managers_warned_at integer;
