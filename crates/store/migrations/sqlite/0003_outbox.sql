-- Mail to send: written by acts in their own transaction, sent by one node at a time.
create table outbox (
    id blob primary key,
    queued_at integer not null,
    recipient text not null,
    subject text not null,
    -- Erased once sent or abandoned: it holds secret links.
    text text,
    urgent integer not null check (urgent in (0, 1)),
    person blob,
    state text not null check (state in ('waiting', 'sent', 'given_up', 'abandoned')),
    attempts integer not null,
    due_at integer not null,
    -- Until this instant the message belongs to the node that took it.
    lease_until integer not null,
    node text,
    last_error text,
    closed_at integer,
    check (text is not null or state in ('sent', 'abandoned')),
    check ((closed_at is null) = (state = 'waiting'))
) strict;

create index outbox_waiting on outbox (due_at) where state = 'waiting';
create index outbox_closed on outbox (closed_at) where state <> 'waiting';
create index outbox_person on outbox (person) where person is not null;
