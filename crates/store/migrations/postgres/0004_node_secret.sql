-- Recognises the secret of the nodes, kept outside the database; tells nothing of it.
alter table instance add column secret_fingerprint text;
