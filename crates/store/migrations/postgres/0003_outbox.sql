-- Mail to send: written by acts in their own transaction, sent by one node at a time.
create table outbox (
    id uuid primary key,
    queued_at timestamptz not null,
    recipient text not null,
    subject text not null,
    -- Erased once sent or abandoned: it holds secret links.
    text text,
    urgent boolean not null,
    person uuid,
    state text not null check (state in ('waiting', 'sent', 'given_up', 'abandoned')),
    attempts bigint not null,
    due_at timestamptz not null,
    -- Until this instant the message belongs to the node that took it.
    lease_until timestamptz not null,
    node text,
    last_error text,
    closed_at timestamptz,
    check (text is not null or state in ('sent', 'abandoned')),
    check ((closed_at is null) = (state = 'waiting'))
);

create index outbox_waiting on outbox (due_at) where state = 'waiting';
create index outbox_closed on outbox (closed_at) where state <> 'waiting';
create index outbox_person on outbox (person) where person is not null;
