-- A question that a body answers by voting.
create table ballot (
    id uuid not null primary key,
    governance uuid not null references governance (id),
    body uuid not null references body (id),
    slug text not null,
    -- Where it is voted on or told: an item of an agenda; none for a written consultation on its own.
    item uuid references agenda_item (id),
    question text not null,
    description text not null default '',
    form text not null check (form in ('proposal', 'one', 'several')),
    -- Most options that one vote may name.
    most bigint not null check (most between 1 and 50),
    secret boolean not null,
    way text not null check (way in ('live', 'written')),
    majority text not null check (majority in ('simple', 'absolute', 'two_thirds', 'three_quarters', 'unanimity')),
    base text not null check (base in ('valid', 'cast', 'present', 'entitled')),
    tie text not null check (tie in ('rejected', 'chair', 'second_round')),
    places bigint not null check (places between 1 and 50),
    -- The result is published by the close itself.
    publishes boolean not null,
    state text not null check (state in ('draft', 'open', 'closed', 'published', 'abandoned')),
    -- A written consultation ends by itself then.
    closes_at timestamptz,
    opened_at timestamptz,
    closed_at timestamptz,
    published_at timestamptz,
    reminded_at timestamptz,
    -- The quorum when it opened, or when a written consultation closed, in a sentence.
    quorum text not null default '',
    -- Counted up by each vote that is taken: whoever votes waits here for whoever closes.
    received bigint not null default 0,
    verdict text check (verdict in ('adopted', 'rejected', 'retained', 'tied', 'no_quorum')),
    sentence text not null default '',
    -- Of a secret ballot with fewer than three votes nothing is kept but its sentence.
    voters bigint,
    cast_votes bigint,
    abstained bigint,
    present bigint,
    entitled bigint,
    -- Blank votes found in the box of a secret ballot on paper.
    boxed_blank bigint not null default 0,
    -- Why it was abandoned.
    reason text not null default '',
    -- The first round of which this is the second.
    follows uuid references ballot (id),
    version bigint not null default 1,
    origin text not null,
    source text not null default '',
    created_at timestamptz not null,
    unique (governance, slug)
);

create index ballot_governance on ballot (governance, state, id);
create index ballot_body on ballot (body, state);
create index ballot_item on ballot (item);
create index ballot_closes_at on ballot (closes_at) where state = 'open';
create index ballot_follows on ballot (follows);

create table ballot_option (
    ballot uuid not null references ballot (id),
    rank bigint not null,
    label text not null,
    description text not null default '',
    votes bigint,
    -- Those found in the box of a secret ballot on paper.
    boxed bigint not null default 0,
    retained boolean not null default false,
    tied boolean not null default false,
    primary key (ballot, rank)
);

-- The roll, frozen at the opening: as they stood then, which the merge of two organisations does not rewrite.
create table ballot_seat (
    id uuid not null primary key,
    ballot uuid not null references ballot (id),
    rank bigint not null,
    member uuid,
    organisation uuid,
    name text not null,
    college uuid,
    college_name text not null default '',
    weight bigint not null check (weight between 1 and 1000),
    -- There, or represented, when it opened; everybody of a written consultation.
    present boolean not null,
    -- The member that holds its proxy, and its name.
    holder uuid,
    holder_name text not null default '',
    -- The participant of the meeting.
    participant uuid,
    unique (ballot, rank)
);

create index ballot_seat_member on ballot_seat (member, ballot);
create index ballot_seat_holder on ballot_seat (holder, ballot);

-- Who voted, and, as long as it is needed, what. No hour, no order: rows are in that of the seats.
create table ballot_voice (
    seat uuid not null primary key references ballot_seat (id),
    ballot uuid not null references ballot (id),
    by_whom text not null check (by_whom in ('principal', 'deputy', 'proxy', 'entered')),
    -- Who voted, until the close: the same person may change it.
    person uuid,
    -- Ranks of options, « 0,2 »; nothing: an abstention. Null where it is secret.
    choice text,
    -- Of a secret ballot, until the close; neither: its paper is in the box.
    seal bytea,
    reason text not null default ''
);

create index ballot_voice_ballot on ballot_voice (ballot);
