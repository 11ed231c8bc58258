//! How long accounts and what hangs on them are kept: the purge counts with these constants, and the record of processing
//! tells them.

use jiff::civil::Date;
use kernel::Timestamp;
use kernel::processing::{Kept, Processing};
use kernel::time::DAY;

use super::model::AccountState;
use super::{openid, sessions, throttle};
use crate::correspondence::links;

/// An invitation that nobody took up: a little longer than its link is sent again by those who care.
pub const INVITATION: i64 = 180 * DAY;
/// An account without a sign-in (CNIL: three years after the last contact).
pub const UNUSED: i64 = 3 * 365 * DAY;
/// Its owner is told so long before.
pub const NOTICE: i64 = 60 * DAY;
/// An account that the national team closed.
pub const CLOSED: i64 = 365 * DAY;
/// Those who can take its powers back are told again after so long.
pub const REMINDER: i64 = 180 * DAY;
/// A link sent by mail, after its end.
pub const LINK: i64 = 30 * DAY;
/// A line of an account's journal.
pub const JOURNAL: i64 = 365 * DAY;
/// News that wait for a grouped message, and what tells which reminders were sent: the longest rhythm is a month.
pub const NEWS: i64 = 45 * DAY;
/// A sign-in by a provider that was not finished.
pub const PROVIDER: i64 = DAY;

/// What an account looks like to the purge.
#[derive(Clone, Copy, Debug)]
pub struct Use {
    pub state: AccountState,
    pub created_at: Timestamp,
    /// The day of the last sign-in, or of the opening.
    pub last_used_on: Option<Date>,
    pub closed_at: Option<Timestamp>,
    pub warned_at: Option<Timestamp>,
    pub managers_warned_at: Option<Timestamp>,
    /// It holds a power that has not ended.
    pub holds_power: bool,
}

/// What the purge does of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Keep,
    /// Its owner is told that it is going to be erased.
    Warn,
    /// Those who can take its powers back are told that nobody uses it.
    TellManagers,
    Erase,
}

/// What becomes of an account now. One that holds a power is never erased by itself: a governance would lose somebody whom
/// it counts on, without having decided it.
pub fn fate(account: &Use, now: Timestamp) -> Fate {
    let past = |at: Timestamp, period: i64| at.plus(period) <= now;
    let managers = || match account.managers_warned_at {
        Some(at) if !past(at, REMINDER) => Fate::Keep,
        _ => Fate::TellManagers,
    };
    match account.state {
        AccountState::Closed => match account.closed_at {
            Some(at) if past(at, CLOSED) => Fate::Erase,
            _ => Fate::Keep,
        },
        AccountState::Invited if !past(account.created_at, INVITATION) => Fate::Keep,
        AccountState::Invited if account.holds_power => managers(),
        AccountState::Invited => Fate::Erase,
        AccountState::Active => {
            let since = account.last_used_on.map_or(account.created_at, beginning);
            // A warning before the last sign-in was heard.
            let warned = account.warned_at.filter(|at| *at > since);
            if !past(since, UNUSED - NOTICE) {
                Fate::Keep
            } else if account.holds_power {
                managers()
            } else {
                match warned {
                    None => Fate::Warn,
                    Some(at) if past(at, NOTICE) && past(since, UNUSED) => Fate::Erase,
                    Some(_) => Fate::Keep,
                }
            }
        }
    }
}

/// The instant at which a day begins in Paris.
fn beginning(day: Date) -> Timestamp {
    let paris = jiff::tz::TimeZone::get("Europe/Paris").unwrap_or(jiff::tz::TimeZone::UTC);
    let begins = day.to_zoned(paris).map(|zoned| zoned.timestamp().as_microsecond());
    begins.map_or(Timestamp::from_micros(i64::MAX), Timestamp::from_micros)
}

/// What accounts do with data of persons, for the record of processing.
pub const PROCESSING: [Processing; 3] = [
    Processing {
        name: "Comptes des personnes qui agissent sur la plateforme",
        purpose: "Reconnaître les personnes qui agissent pour une structure ou une gouvernance, et leur écrire à ce sujet.",
        legal_basis: "Mission d'intérêt public (RGPD, article 6, 1, e)",
        persons: "Personnes invitées, personnes qui ont un compte",
        recipients: "La personne elle-même ; les gestionnaires de sa gouvernance (nom, fonction, pouvoirs) ; l'équipe nationale et \
                     l'exploitation (nom, adresse, état du compte, jour de la dernière connexion, pouvoirs)",
        retention: &[
            Kept::until("Nom, fonction, structure, adresse électronique", "Tant que le compte existe"),
            Kept::lasting("Invitation que personne n'a acceptée, sans pouvoir en cours", INVITATION, "après son envoi"),
            Kept::lasting("Compte sans connexion, sans pouvoir en cours", UNUSED, "après la dernière connexion"),
            Kept::lasting("Délai laissé après l'avertissement par courriel", NOTICE, "après l'avertissement"),
            Kept::lasting("Compte fermé par l'équipe nationale", CLOSED, "après la fermeture"),
            Kept::lasting("Journal du compte", JOURNAL, "après l'événement"),
        ],
        security: "Accès par pouvoirs contrôlés à chaque requête ; adresses jamais publiques ; effacement par la personne elle-même \
                   depuis « Mes données » ; purge quotidienne inscrite au registre public",
    },
    Processing {
        name: "Connexion et sécurité des comptes",
        purpose: "Vérifier qui se connecte, protéger les comptes contre les essais répétés.",
        legal_basis: "Obligation de sécurité (RGPD, articles 6, 1, c et 32)",
        persons: "Personnes qui ont un compte, personnes qui tentent de se connecter",
        recipients: "La personne elle-même (sessions, journal) ; personne d'autre",
        retention: &[
            Kept::until("Empreinte du mot de passe, double authentification scellée", "Tant que le compte existe"),
            Kept::lasting("Session sans visite", sessions::IDLE, "après la dernière visite"),
            Kept::lasting("Session, en tout cas", sessions::LONGEST, "après la connexion"),
            Kept::lasting(
                "Essais de connexion, sous une empreinte illisible",
                throttle::KEPT,
                "après le dernier essai",
            ),
            Kept::lasting("Lien reçu par courriel", LINK, "après la fin de sa validité"),
            Kept::lasting(
                "Connexion par un fournisseur d'identité, commencée",
                openid::WAITS,
                "après le départ, puis inutilisable",
            ),
            Kept::lasting("La même, supprimée", PROVIDER, "après le départ, au plus"),
        ],
        security: "argon2id selon la recommandation CNIL 2022-100 ; jetons connus par leur seule empreinte ; limitation des essais par \
                   compte et par adresse ; secret de l'instance tenu hors de la base",
    },
    Processing {
        name: "Courriels envoyés par la plateforme",
        purpose: "Inviter, prévenir de ce qui est attendu, confirmer un changement de compte.",
        legal_basis: "Mission d'intérêt public (RGPD, article 6, 1, e)",
        persons: "Personnes invitées, personnes qui ont un compte",
        recipients: "La personne elle-même ; l'équipe nationale et l'exploitation voient l'objet et une adresse masquée",
        retention: &[
            Kept::until("Texte du message", "Effacé dès l'envoi ou l'abandon"),
            Kept::lasting(
                "Trace du message (destinataire, objet, date)",
                store::outbox::KEPT,
                "après l'envoi, l'abandon ou l'échec",
            ),
            Kept::until("Rythme et sortes de nouvelles choisis", "Tant que le compte existe"),
            Kept::lasting(
                "Nouvelle qui attend le prochain message, effacée à l'envoi",
                NEWS,
                "au plus après l'événement",
            ),
            Kept::lasting("Empreinte de ce qui vous a été rappelé", NEWS, "après le rappel, au plus"),
            Kept::lasting("Lien de réglage au pied d'un message ; rien n'en est gardé", links::HOLDS, "après l'envoi"),
        ],
        security: "Liens secrets à usage unique, ou signés pour un seul réglage et limités dans le temps ; textes jamais affichés ; adresses masquées dans la file",
    },
];

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const NOW: Timestamp = Timestamp::from_micros(1_795_258_800_000_000);

    fn active(days_unused: i64, warned_days_ago: Option<i64>, holds_power: bool) -> Use {
        Use {
            state: AccountState::Active,
            created_at: NOW.plus(-5_000 * DAY),
            last_used_on: Some(NOW.plus(-days_unused * DAY).day()),
            closed_at: None,
            warned_at: warned_days_ago.map(|days| NOW.plus(-days * DAY)),
            managers_warned_at: None,
            holds_power,
        }
    }

    #[test]
    fn an_unused_account_is_warned_then_erased_and_never_at_once() {
        let fate = |days: i64, warned: Option<i64>, holds: bool| fate(&active(days, warned, holds), NOW);
        assert_eq!(fate(1_034, None, false), Fate::Keep);
        assert_eq!(fate(1_036, None, false), Fate::Warn);
        assert_eq!(fate(1_050, Some(10), false), Fate::Keep);
        assert_eq!(fate(1_096, Some(60), false), Fate::Erase);
        // Found late: the warning first, and its time.
        assert_eq!(fate(3_000, None, false), Fate::Warn);
        assert_eq!(fate(3_000, Some(59), false), Fate::Keep);
        assert_eq!(fate(3_000, Some(60), false), Fate::Erase);
        // Whoever signed in after a warning has its three years again.
        assert_eq!(fate(1_036, Some(1_100), false), Fate::Warn);
        assert_eq!(fate(3_000, Some(60), true), Fate::TellManagers);
    }

    #[test]
    fn an_invitation_and_a_closed_account_have_their_time() {
        let invited = |days: i64, holds_power: bool| Use {
            state: AccountState::Invited,
            created_at: NOW.plus(-days * DAY),
            last_used_on: None,
            holds_power,
            ..active(0, None, false)
        };
        assert_eq!(fate(&invited(179, false), NOW), Fate::Keep);
        assert_eq!(fate(&invited(180, false), NOW), Fate::Erase);
        assert_eq!(fate(&invited(180, true), NOW), Fate::TellManagers);
        let told = Use { managers_warned_at: Some(NOW.plus(-DAY)), ..invited(400, true) };
        assert_eq!(fate(&told, NOW), Fate::Keep);
        let closed = |days: i64| Use {
            state: AccountState::Closed,
            closed_at: Some(NOW.plus(-days * DAY)),
            ..active(0, None, false)
        };
        assert_eq!(fate(&closed(364), NOW), Fate::Keep);
        assert_eq!(fate(&closed(365), NOW), Fate::Erase);
    }

    proptest! {
        #[test]
        fn whoever_holds_a_power_or_was_not_warned_in_time_is_not_erased(
            days in 0i64..6_000, warned in proptest::option::of(0i64..4_000), holds: bool,
        ) {
            let fate = fate(&active(days, warned, holds), NOW);
            if fate == Fate::Erase {
                prop_assert!(!holds && days >= 3 * 365 && warned.is_some_and(|warned| warned >= 60 && warned <= days + 1));
            }
        }
    }
}
