-- Elections of a body: a call for candidates, professions of faith, one or more ballots, a term.
create table election (
    id blob not null primary key check (length(id) = 16),
    governance blob not null references governance (id),
    body blob not null references body (id),
    slug text not null,
    title text not null,
    description text not null default '',
    -- What those who are elected do: animate the body, which gives them the power, or something else that is named.
    office text not null check (office in ('animator', 'other')),
    office_name text not null default '',
    kind text not null check (kind in ('persons', 'pairs', 'lists')),
    -- Persons, or pairs, to elect.
    posts integer not null check (posts between 1 and 50),
    -- First and last day of the term.
    term_from text not null,
    term_until text not null,
    rounds integer not null check (rounds in (1, 2)),
    secret integer not null check (secret in (0, 1)),
    majority text not null check (majority in ('simple', 'absolute', 'two_thirds', 'three_quarters', 'unanimity')),
    base text not null check (base in ('valid', 'cast', 'present', 'entitled')),
    tie text not null check (tie in ('rejected', 'chair', 'second_round')),
    state text not null check (state in ('draft', 'call', 'vote', 'done', 'abandoned')),
    -- When the call ends.
    closes_at integer,
    opened_at integer,
    settled_at integer,
    filled integer not null default 0,
    -- Why it was abandoned.
    reason text not null default '',
    -- The names of those who were not elected are gone.
    names_erased integer not null default 0 check (names_erased in (0, 1)),
    version integer not null default 1,
    origin text not null,
    source text not null default '',
    created_at integer not null,
    unique (governance, slug)
) strict;

create index election_body on election (body, state);
create index election_governance on election (governance, state, id);
create index election_settled_at on election (settled_at) where names_erased = 0;

create table candidacy (
    id blob not null primary key check (length(id) = 16),
    election blob not null references election (id),
    -- The name of a list; empty otherwise.
    title text not null default '',
    -- The profession of faith.
    faith text not null default '',
    state text not null check (state in ('asked', 'standing', 'declined', 'withdrawn', 'elected')),
    -- The structure that proposed it, and which asked; nothing where the candidates present themselves.
    proposed_by text not null default '',
    -- Entered by those who animate, from what they received.
    entered integer not null check (entered in (0, 1)),
    version integer not null default 1,
    created_at integer not null
) strict;

create index candidacy_election on candidacy (election);

-- The persons of a candidacy, in its order.
create table candidate (
    candidacy blob not null references candidacy (id),
    rank integer not null,
    -- The member it stands from, as it stood then, which the merge of two organisations does not rewrite.
    member blob,
    structure text not null default '',
    person blob references person (id),
    name text not null default '',
    reply text not null check (reply in ('asked', 'accepted', 'declined')),
    primary key (candidacy, rank)
) strict, without rowid;

create index candidate_person on candidate (person);
create index candidate_member on candidate (member, reply);

-- The election of which a ballot is a round.
alter table ballot add column election blob references election (id);
create index ballot_election on ballot (election);
-- The candidacy for which an answer stands, and whether it was withdrawn while people voted.
alter table ballot_option add column candidacy blob references candidacy (id);
alter table ballot_option add column withdrawn integer not null default 0 check (withdrawn in (0, 1));
create index ballot_option_candidacy on ballot_option (candidacy);
