//! Minutes and their summary, on paper.

use documents::paper::{Block, Paper, Table};

use crate::agenda::More;
use crate::ballots::{self, BallotState};
use crate::minutes::Told;
use crate::model::{Item, ItemKind, Outcome, OutcomeKind, Participant, Presence, Reply};
use crate::planning::Known;

fn facts(told: &Told) -> Vec<(String, String)> {
    let meeting = &told.known.meeting;
    let mut facts = vec![
        ("Instance".to_owned(), told.bodies()),
        ("Date".to_owned(), meeting.when()),
        ("Séance".to_owned(), told.hours()),
        ("Lieu".to_owned(), meeting.place.clone()),
    ];
    for (name, quorum) in &told.quorums {
        let label = if told.quorums.len() > 1 { format!("Quorum, {name}") } else { "Quorum".to_owned() };
        facts.push((label, quorum.sentence.clone()));
    }
    facts.push(("Approbation".to_owned(), told.approval()));
    facts.retain(|(_, value)| !value.is_empty());
    facts
}

/// « Gouvernance de la Vendée · Comité technique », and whether the meeting is an invented one.
pub(super) fn overline(known: &Known) -> String {
    let bodies: Vec<&str> = known.bodies.iter().map(|body| body.name.as_str()).collect();
    let fictitious = if known.meeting.provenance.is_fictitious() { " · Exemple fictif" } else { "" };
    format!("{} · {}{fictitious}", known.head.name, bodies.join(", "))
}

/// « Compte rendu, comité stratégique du 12 mars 2026 », at the foot of each page.
fn footer(told: &Told, what: &str) -> String {
    let state = if told.minutes.is_public() { String::new() } else { format!(" ({})", told.minutes.state) };
    format!("{what}{state} · {} · {}", told.known.meeting.title, told.known.meeting.when())
}

fn presence(told: &Told) -> Vec<Block> {
    let attendance = told.attendance();
    let mut blocks = Vec::new();
    let mut list = |title: &str, lines: Vec<String>| {
        if !lines.is_empty() {
            blocks.push(Block::Subsection(title.to_owned()));
            blocks.push(Block::Items(lines));
        }
    };
    let there = |one: &&Participant| match one.presence {
        Presence::Deputy => format!("{} (suppléance)", one.name),
        _ => one.name.clone(),
    };
    let absent = |one: &&Participant| match one.reply {
        Reply::Excused => format!("{} (excusé)", one.name),
        _ => one.name.clone(),
    };
    list("Présents", attendance.there.iter().map(there).collect());
    let represented = attendance.represented.iter();
    list("Représentés", represented.map(|(one, holder)| format!("{}, par {holder}", one.name)).collect());
    let left = attendance.left.iter();
    list("Partis en cours de séance", left.map(|(one, at)| format!("{}, à {}", one.name, told.hour(at))).collect());
    list("Invités", told.guests.iter().map(|guest| guest.name.clone()).collect());
    list("Absents ou excusés", attendance.absent.iter().map(absent).collect());
    blocks
}

fn outcome(one: &Outcome) -> Block {
    let due = one.due_on.map(|due| format!(", pour le {}", due.french())).unwrap_or_default();
    let who = if one.responsible.is_empty() { String::new() } else { format!(" ({}{due})", one.responsible) };
    Block::Marked { label: one.kind.to_string(), text: format!("{}{who}", one.text) }
}

/// What was voted on an item: what came of it, how it was counted, who voted what.
fn vote(told: &ballots::Told) -> Vec<Block> {
    let ballot = &told.ballot;
    if ballot.state != BallotState::Published {
        return Vec::new();
    }
    let secret = if ballot.secret { "Vote secret. " } else { "" };
    let row = |line: &ballots::Line| {
        let voted = match (line.voted, line.present, line.by) {
            (true, _, "") => line.voice.clone(),
            (true, _, by) => format!("{} ({by})", line.voice),
            (false, false, _) => "Absente".to_owned(),
            (false, true, _) => "N'a pas voté".to_owned(),
        };
        vec![line.name.clone(), line.weight.to_string(), voted]
    };
    vec![
        Block::Marked { label: "Vote".to_owned(), text: format!("{} {}", ballot.question, ballot.sentence) },
        Block::Note(format!("{secret}{}. {}. {}", ballot.rule_words(), told.turnout(), ballot.quorum)),
        Block::Table(Table {
            caption: "Qui a voté".to_owned(),
            head: ["Structure ou fonction", "Voix", "Vote"].map(ToOwned::to_owned).into(),
            rows: told.lines.iter().map(row).collect(),
            widths: vec![6, 1, 4],
            tall: false,
        }),
    ]
}

fn item(rank: usize, item: &Item, more: Option<&More>) -> Vec<Block> {
    let mut blocks = vec![Block::Subsection(format!("{rank}. {} ({})", item.title, item.kind))];
    if !item.quorum.is_empty() && item.kind != ItemKind::Information {
        blocks.push(Block::Note(format!("Au début du point : {}", item.quorum)));
    }
    if !item.notes.is_empty() {
        blocks.push(Block::Paragraph(item.notes.clone()));
    }
    blocks.extend(item.outcomes.iter().map(outcome));
    blocks.extend(more.into_iter().flat_map(|more| &more.ballots).flat_map(vote));
    if item.notes.is_empty() && item.outcomes.is_empty() {
        blocks.push(Block::Note("Point sans notes.".to_owned()));
    }
    blocks
}

fn tasks(told: &Told) -> Option<Table> {
    let tasks = told.tasks();
    let row = |task: &&Outcome| {
        let due = task.due_on.map(|due| due.french()).unwrap_or_default();
        vec![task.text.clone(), task.responsible.clone(), due]
    };
    (!tasks.is_empty()).then(|| Table {
        caption: String::new(),
        head: ["Tâche", "Qui s'en charge", "Pour le"].map(ToOwned::to_owned).into(),
        rows: tasks.iter().map(row).collect(),
        widths: vec![5, 3, 2],
        tall: false,
    })
}

fn paper(told: &Told, what: &str, blocks: Vec<Block>) -> Paper {
    Paper {
        overline: overline(&told.known),
        title: format!("{what} : {}", told.known.meeting.title),
        description: format!("{what} de la réunion « {} », {}.", told.known.meeting.title, told.known.meeting.when()),
        written_on: told.known.meeting.zone.civil(told.known.meeting.starts_at).0,
        footer: footer(told, what),
        blocks,
    }
}

/// The minutes, as `told` shows them: whole, or as everybody reads them.
pub(super) fn minutes(told: &Told) -> Paper {
    let mut blocks = vec![Block::Facts(facts(told)), Block::Section("Présence".to_owned())];
    blocks.extend(presence(told));
    blocks.push(Block::Section("Points".to_owned()));
    for (rank, one) in (1..).zip(&told.items) {
        blocks.extend(item(rank, one, told.more(one)));
    }
    if let Some(table) = tasks(told) {
        blocks.push(Block::Section("Tâches".to_owned()));
        blocks.push(Block::Table(table));
    }
    blocks.push(Block::Section("Signatures".to_owned()));
    blocks.push(Block::Signatures(told.known.bodies.iter().map(|body| format!("Pour {}", body.name)).collect()));
    paper(told, "Compte rendu", blocks)
}

/// Most lines of one kind in a summary: it is read in a minute.
const LINES: usize = 8;

/// One page: who came, what was decided, who does what.
pub(super) fn summary(told: &Told) -> Paper {
    let attendance = told.attendance();
    let came = attendance.there.len() + attendance.represented.len() + attendance.left.len();
    let plural = if came > 1 { "s" } else { "" };
    let mut facts = facts(told);
    facts.retain(|(label, _)| label != "Séance" && label != "Lieu");
    facts.insert(
        2.min(facts.len()),
        (
            "Présence".to_owned(),
            format!("{came} structure{plural} présente{plural} ou représentée{plural} sur {}", told.everyone.len()),
        ),
    );
    let mut blocks = vec![Block::Facts(facts)];
    let mut list = |title: &str, lines: Vec<String>| {
        if lines.is_empty() {
            return;
        }
        let more = lines.len().saturating_sub(LINES);
        blocks.push(Block::Section(title.to_owned()));
        blocks.push(Block::Items(lines.into_iter().take(LINES).map(|line| short(&line, 200)).collect()));
        if more > 0 {
            blocks.push(Block::Note(format!("Et {more} autres, dans le compte rendu.")));
        }
    };
    let texts = |kind| told.outcomes(kind).into_iter().map(|one| one.text.clone()).collect::<Vec<_>>();
    list("Ce qui est décidé", texts(OutcomeKind::Decision));
    let task = |one: &Outcome| {
        let due = one.due_on.map(|due| format!(", pour le {}", due.french())).unwrap_or_default();
        format!("{} ({}{due})", one.text, one.responsible)
    };
    list("Qui fait quoi", told.tasks().into_iter().map(task).collect());
    list("À savoir", texts(OutcomeKind::Information));
    list("De quoi on a parlé", told.items.iter().map(|item| item.title.clone()).collect());
    paper(told, "Synthèse", blocks)
}

/// A line of at most so many characters, cut at a word.
pub(super) fn short(text: &str, most: usize) -> String {
    if text.chars().count() <= most {
        return text.to_owned();
    }
    let cut: String = text.chars().take(most).collect();
    let cut = cut.rsplit_once(' ').map_or(cut.as_str(), |(before, _)| before);
    format!("{cut}…")
}
