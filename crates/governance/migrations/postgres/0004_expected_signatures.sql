-- Since when a signature is expected: who follows an agreement asks those who wait the longest first.
alter table signatory add column expected_since text;
