//! Meetings: what a governance does all year. Planned, prepared, convened, run, and told in minutes that nobody retypes.
//!
//! `planning` is what happens before (meeting, convocation, answers), `schedule` finds the dates (series, polls, the year of a
//! body) and who comes besides the members, `conduct` what happens in session (presence, quorum, clock, notes, outcomes),
//! `minutes` what is read again, approved and published, `decisions` what the bodies decide and what comes of it, `tasks` what
//! has to be done, `papers` what is printed. One meeting may serve several bodies, with one convocation and one set of
//! minutes, and a quorum for each.

pub mod agenda;
pub mod ballots;
pub mod barometer;
pub mod conduct;
pub mod decisions;
pub mod elections;
pub mod measure;
pub mod minutes;
pub mod model;
mod news;
mod papers;
pub mod planning;
pub mod practice;
pub mod quorum;
pub mod schedule;
pub mod store;
pub mod tasks;
pub mod todo;

use ::store::{Migration, Migrations};
use kernel::processing::{Kept, Processing};
use web::Routes;

pub use model::Meeting;

pub const MIGRATIONS: Migrations = Migrations {
    krate: "meetings",
    steps: &[
        Migration {
            number: 1,
            name: "meetings",
            sqlite: include_str!("../migrations/sqlite/0001_meetings.sql"),
            postgres: include_str!("../migrations/postgres/0001_meetings.sql"),
        },
        Migration {
            number: 2,
            name: "conduct",
            sqlite: include_str!("../migrations/sqlite/0002_conduct.sql"),
            postgres: include_str!("../migrations/postgres/0002_conduct.sql"),
        },
        Migration {
            number: 3,
            name: "schedule",
            sqlite: include_str!("../migrations/sqlite/0003_schedule.sql"),
            postgres: include_str!("../migrations/postgres/0003_schedule.sql"),
        },
        Migration {
            number: 4,
            name: "agenda",
            sqlite: include_str!("../migrations/sqlite/0004_agenda.sql"),
            postgres: include_str!("../migrations/postgres/0004_agenda.sql"),
        },
        Migration {
            number: 5,
            name: "ballots",
            sqlite: include_str!("../migrations/sqlite/0005_ballots.sql"),
            postgres: include_str!("../migrations/postgres/0005_ballots.sql"),
        },
        Migration {
            number: 6,
            name: "decisions",
            sqlite: include_str!("../migrations/sqlite/0006_decisions.sql"),
            postgres: include_str!("../migrations/postgres/0006_decisions.sql"),
        },
        Migration {
            number: 7,
            name: "elections",
            sqlite: include_str!("../migrations/sqlite/0007_elections.sql"),
            postgres: include_str!("../migrations/postgres/0007_elections.sql"),
        },
        Migration {
            number: 8,
            name: "weight_reason",
            sqlite: include_str!("../migrations/sqlite/0008_weight_reason.sql"),
            postgres: include_str!("../migrations/postgres/0008_weight_reason.sql"),
        },
    ],
};

/// What meetings do with data of persons.
pub const PROCESSING: Processing = Processing {
    name: "Convocations et comptes rendus",
    purpose: "Convoquer les personnes qui représentent une structure, recueillir leur réponse, tenir la séance et en rendre compte.",
    legal_basis: "Mission d'intérêt public (RGPD, article 6, 1, e)",
    persons: "Titulaires et suppléants des structures membres ; candidates et candidats à une élection ; invités à une réunion",
    recipients: "Les personnes qui animent l'instance pour les réponses ; tout le monde pour le compte rendu publié, qui nomme des structures",
    retention: &[
        Kept::until("Courriel de convocation", "Comme tout courriel envoyé par la plateforme"),
        Kept::until(
            "Réponse et présence, par structure",
            "Sans limite, avec la réunion : aucune personne n'y est nommée",
        ),
        Kept::until(
            "Personne chargée d'une tâche",
            "Avec la tâche ; le compte rendu ne nomme que sa structure, et la référence s'efface avec la personne",
        ),
        Kept::until(
            "Décision",
            "Sans limite : c'est la mémoire de la gouvernance ; elle nomme des structures et des fonctions",
        ),
        Kept::until("Personne qui a voté pour une structure", "Jusqu'à la clôture du vote ; seule la structure reste"),
        Kept::until("Vote secret", "Scellé jusqu'à la clôture du vote, puis effacé : seul le décompte reste"),
        Kept::until("Nom d'une personne élue", "Sans limite, avec l'élection et son compte rendu"),
        Kept::lasting(
            "Nom et profession de foi d'une personne qui n'est pas élue",
            elections::NAMES_KEPT,
            "après le résultat",
        ),
        Kept::until("Lien de réponse", "Jusqu'à la fin de la réunion ; rien n'en est gardé"),
        Kept::until(
            "Adresse d'un invité sans compte",
            "Jusqu'à la clôture ou l'annulation de la réunion, et au plus 60 jours après sa date",
        ),
        Kept::until("Adresse d'abonnement à son propre agenda", "Jusqu'à son changement ou la suppression du compte"),
    ],
    security: "Liens signés par la clé du serveur, sans compte ouvert par le lien ; notes relues avant publication",
};

pub fn routes() -> Routes {
    planning::routes()
        .and(agenda::routes())
        .and(schedule::routes())
        .and(conduct::routes())
        .and(minutes::routes())
        .and(papers::routes())
        .and(tasks::routes())
        .and(decisions::routes())
        .and(practice::routes())
        .and(ballots::routes())
        .and(elections::routes())
}

/// Addresses of pages.
pub mod url {
    use governance::url::governance;

    pub const CALENDAR: &str = "/reunions";

    pub use governance::url::meetings;

    pub fn meeting(slug: &str, meeting: &str) -> String {
        format!("{}/reunions/{meeting}", governance(slug))
    }

    pub fn tasks(slug: &str) -> String {
        format!("{}/taches", governance(slug))
    }

    /// The decisions of all governances.
    pub const DECISIONS: &str = "/decisions";

    pub use governance::url::decisions;

    /// An adopted decision, by its number.
    pub fn decision(slug: &str, number: impl std::fmt::Display) -> String {
        format!("{}/{number}", decisions(slug))
    }

    /// The drafts of a body, for those who animate it.
    pub fn drafts(slug: &str, body: &str) -> String {
        format!("{}/decisions", governance::url::body(slug, body))
    }

    pub fn ballots(slug: &str) -> String {
        format!("{}/scrutins", governance(slug))
    }

    pub fn ballot(slug: &str, ballot: &str) -> String {
        format!("{}/{ballot}", ballots(slug))
    }

    /// Where a vote is prepared on an item.
    pub fn new_ballot(slug: &str, body: &str, item: kernel::Id<crate::model::Item>) -> String {
        format!("{}/scrutins/nouveau?point={item}", governance::url::body(slug, body))
    }

    pub fn elections(slug: &str) -> String {
        format!("{}/elections", governance(slug))
    }

    pub fn election(slug: &str, election: &str) -> String {
        format!("{}/{election}", elections(slug))
    }

    pub fn candidacy(slug: &str, election: &str, candidacy: impl std::fmt::Display) -> String {
        format!("{}/candidatures/{candidacy}", self::election(slug, election))
    }

    /// The end of an address after a title, with a number when that is taken: « faut-il-ouvrir-le-samedi », « …-2 »; `other`
    /// for a title without letters.
    ///
    /// # Errors
    /// None in practice: there is always a next number.
    pub fn free_slug(title: &str, other: &str, taken: &[String]) -> kernel::Result<String> {
        let short: String = kernel::text::slug(title).chars().take(60).collect();
        let base = match short.trim_matches('-') {
            "" => other.to_owned(),
            short => short.to_owned(),
        };
        let numbered = (2..).map(|number| format!("{base}-{number}"));
        let free = std::iter::once(base.clone()).chain(numbered).find(|slug| !taken.contains(slug));
        free.ok_or(kernel::Error::NotFound)
    }

    /// What waits for an agenda of a body.
    pub fn points(slug: &str, body: &str) -> String {
        format!("{}/points", governance::url::body(slug, body))
    }
}
