-- The signed address that a reader's mail program uses to unsubscribe (RFC 8058); erased with the text.
alter table outbox add column unsubscribe text;
