//! One grouped message: what goes into it, and its words. Pure: no clock, no database.

use std::collections::BTreeMap;

use kernel::coded::Coded as _;
use kernel::time::{DAY, french_date};
use kernel::{Timestamp, text};
use sha2::{Digest as _, Sha256};

use super::model::{LetterKind, Rhythm};
use super::store::{Choices, Waiting};

/// Something that is expected of a person, as the page *À faire* shows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Awaited {
    pub title: String,
    /// Why, or until when. The same words as long as nothing changes: other words are told again.
    pub detail: String,
    /// The governance it is for.
    pub place: String,
    /// Where it is done, on this site.
    pub path: String,
    /// When it must be done, where no other message reminds of it: this one then does not wait for its day.
    pub before: Option<Timestamp>,
}

/// What is due within so long is told again, even if it was told before.
const NEAR: i64 = 3 * DAY;
/// What is still expected is told again after so many days.
const AGAIN: i64 = 7;
/// Most news written out in one message, of all kinds.
const SHOWN: usize = 30;

impl Awaited {
    /// Recognises what was told already. A due date that comes near makes it another one.
    pub fn mark(&self, now: Timestamp) -> String {
        let near = self.before.is_some_and(|before| before <= now.plus(NEAR));
        let mut hash = Sha256::new();
        for part in [&self.title, &self.detail, &self.place, &self.path] {
            hash.update(part.len().to_be_bytes());
            hash.update(part);
        }
        hash.update([u8::from(near)]);
        text::hex(&hash.finalize()).chars().take(32).collect()
    }
}

/// What is known of a person on a morning.
#[derive(Clone, Debug)]
pub struct Known {
    pub choices: Choices,
    pub awaited: Vec<Awaited>,
    pub news: Vec<Waiting>,
    /// What was told already, and when.
    pub told: Vec<(String, Timestamp)>,
}

/// What goes into a message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    pub awaited: Vec<Awaited>,
    /// So much is expected besides, told already.
    pub still: usize,
    pub news: Vec<Waiting>,
    pub rhythm: Rhythm,
    /// It goes on the day of its rhythm; else it did not wait.
    pub regular: bool,
}

impl Known {
    /// Whether what is expected of the person is told at all; the invitation itself says so until it is taken up.
    pub fn wants_duties(choices: &Choices) -> bool {
        choices.open && choices.rhythm != Rhythm::Never && choices.wants(LetterKind::Duties)
    }

    /// The message of this morning; `None` when there is nothing to say.
    ///
    /// On the day of the rhythm: all news, and all that is expected if any of it is new or was told a week ago. On other
    /// mornings: what is new and must be done before that day, and answers.
    pub fn letter(&self, now: Timestamp) -> Option<Letter> {
        let Choices { rhythm, due_at, .. } = self.choices;
        let regular = due_at.is_some_and(|due| due <= now);
        let told: BTreeMap<&str, Timestamp> = self.told.iter().map(|(mark, at)| (mark.as_str(), *at)).collect();
        let told_at = |one: &Awaited| told.get(one.mark(now).as_str()).copied();
        let expected: &[Awaited] = if Self::wants_duties(&self.choices) { &self.awaited } else { &[] };
        let awaited: Vec<Awaited> = if regular {
            let again =
                |at: Timestamp| at.day().until(now.day()).is_ok_and(|since| i64::from(since.get_days()) >= AGAIN);
            let speaks = expected.iter().any(|one| told_at(one).is_none_or(again));
            if speaks { expected.to_vec() } else { Vec::new() }
        } else {
            let presses = |one: &&Awaited| {
                let next = due_at.or_else(|| rhythm.next_after(now));
                one.before.zip(next).is_some_and(|(before, next)| before < next) && told_at(one).is_none()
            };
            expected.iter().filter(presses).cloned().collect()
        };
        let news: Vec<Waiting> = self.news.iter().filter(|one| regular || one.kind.is_prompt()).cloned().collect();
        if awaited.is_empty() && news.is_empty() {
            return None;
        }
        let still = expected.len() - awaited.len();
        let mut letter = Letter { awaited, still, news, rhythm, regular };
        // What is soonest due first; a stable order keeps that of *À faire* for the rest.
        letter.awaited.sort_by_key(|one| (one.before.is_none(), one.before));
        Some(letter)
    }
}

/// The addresses of one message.
#[derive(Clone, Debug)]
pub struct Addresses<'a> {
    /// Of this site, without a final slash.
    pub site: &'a str,
    /// Where choices are changed without a sign-in, and until when it holds.
    pub settings: &'a str,
    pub until: Timestamp,
}

impl Letter {
    /// The kinds of which it speaks and that one may do without.
    pub fn kinds(&self) -> Vec<LetterKind> {
        let duties = (!self.awaited.is_empty()).then_some(LetterKind::Duties);
        let mut kinds: Vec<_> = duties.into_iter().chain(self.news.iter().map(|one| one.kind)).collect();
        kinds.retain(|kind| kind.is_a_choice());
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    }

    /// « Maillage : 3 nouvelles, 2 choses attendues de vous ».
    pub fn subject(&self) -> String {
        let news = match self.news.len() {
            0 => None,
            1 => Some("1 nouvelle".to_owned()),
            several => Some(format!("{several} nouvelles")),
        };
        let awaited = match self.awaited.len() {
            0 => None,
            1 => Some("1 chose attendue de vous".to_owned()),
            several => Some(format!("{several} choses attendues de vous")),
        };
        let parts: Vec<String> = news.into_iter().chain(awaited).collect();
        format!("Maillage : {}", parts.join(", "))
    }

    /// The text, as the outbox takes it.
    pub fn text(&self, to: &Addresses<'_>) -> String {
        let mut parts = vec!["Bonjour,".to_owned()];
        if !self.awaited.is_empty() {
            parts.push(heading(LetterKind::Duties.label()));
            for one in self.awaited.iter().take(SHOWN) {
                parts.push(point(&one.title, [&one.place, &one.detail], to.site, &one.path));
            }
            parts.extend(more(self.awaited.len(), SHOWN));
        }
        parts.extend(self.reminder(to.site));
        let mut left = SHOWN;
        for kind in LetterKind::ALL.iter().copied() {
            // The latest first, so that the oldest are those that are not written out.
            let of_kind: Vec<&Waiting> = self.news.iter().rev().filter(|one| one.kind == kind).collect();
            if of_kind.is_empty() {
                continue;
            }
            parts.push(heading(kind.label()));
            for one in of_kind.iter().take(left) {
                parts.push(point(&one.news.title, [&one.news.text, ""], to.site, &one.news.path));
            }
            parts.extend(more(of_kind.len(), left));
            left = left.saturating_sub(of_kind.len());
        }
        parts.push(heading("Vos messages"));
        parts.push(self.why(to));
        format!("{}\n", parts.join("\n\n"))
    }

    fn reminder(&self, site: &str) -> Option<String> {
        let sentence = match (self.still, self.awaited.is_empty()) {
            (0, _) => return None,
            (1, true) => "Une chose que vous savez déjà est toujours attendue de vous :".to_owned(),
            (1, false) => "Une autre chose, que vous savez déjà, est toujours attendue de vous :".to_owned(),
            (still, true) => format!("{still} choses que vous savez déjà sont toujours attendues de vous :"),
            (still, false) => {
                format!("{still} autres choses, que vous savez déjà, sont toujours attendues de vous :")
            }
        };
        Some(format!("{sentence}\n{site}/a-faire"))
    }

    /// Why it comes, and how one gets fewer.
    fn why(&self, to: &Addresses<'_>) -> String {
        let why = match (self.rhythm, self.regular) {
            (Rhythm::Never, _) => {
                "Vous avez choisi de ne pas recevoir de message groupé ; une réponse que vous attendiez vous est \
                 dite quand même."
                    .to_owned()
            }
            (rhythm, true) => format!("Vous recevez ce message {}, s'il y a de quoi l'écrire.", rhythm.told()),
            (rhythm, false) => format!(
                "Vous recevez nos messages {} ; celui-ci n'a pas attendu, parce qu'une échéance tombe avant ou \
                 qu'une réponse vous est donnée.",
                rhythm.told()
            ),
        };
        format!(
            "{why}\n\nPour en changer le rythme, ou ne plus recevoir une sorte de nouvelles, sans vous connecter, \
             jusqu'au {} :\n{}",
            french_date(to.until.day()),
            to.settings
        )
    }
}

fn heading(title: &str) -> String {
    format!("{title}\n{}", "-".repeat(title.chars().count().clamp(3, 60)))
}

/// What is not written out.
fn more(all: usize, shown: usize) -> Option<String> {
    let more = all.checked_sub(shown).filter(|more| *more > 0)?;
    Some(format!("… et {more} de plus, à lire sur le site."))
}

/// A point of the list: its title, what there is to know, and its address on the last line.
fn point(title: &str, about: [&str; 2], site: &str, path: &str) -> String {
    let mut point = format!("• {}\n", one_line(title));
    for line in about.map(one_line) {
        // An address that somebody typed is read, not followed: the one of this site is the last line.
        match line.contains("://") && !line.contains(' ') {
            _ if line.is_empty() => {}
            true => point.push_str(&format!("« {line} »\n")),
            false => point.push_str(&format!("{line}\n")),
        }
    }
    format!("{point}{site}{path}")
}

/// Without breaks: a line that somebody typed cannot begin another point or a heading.
fn one_line(text: &str) -> String {
    text.split(char::is_control)
        .flat_map(|part| part.split(' '))
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join(" ")
}

#[cfg(test)]
mod tests {
    use kernel::Id;
    use kernel::time::HOUR;
    use kernel::zone::Zone;
    use proptest::prelude::*;
    use uuid::Uuid;

    use super::*;
    use crate::correspondence::model::News;

    /// Monday 23 November 2026 at 7 h in Paris.
    fn monday() -> Timestamp {
        let day = "2026-11-23".parse().unwrap();
        Zone::PARIS.instant(day, jiff::civil::Time::new(7, 0, 0, 0).unwrap()).unwrap()
    }

    fn choices(rhythm: Rhythm) -> Choices {
        let due_at = rhythm.next_after(monday().plus(-HOUR));
        Choices { rhythm, refused: Vec::new(), email: "a@b.fr".to_owned(), open: true, due_at }
    }

    fn news(kind: LetterKind, title: &str) -> Waiting {
        let news = News::new(title, "/gouvernances/x").text("Ce qu'il faut savoir.");
        Waiting { id: Id::from_uuid(Uuid::from_u128(1)), kind, news, told_at: monday() }
    }

    fn duty(title: &str, before: Option<Timestamp>) -> Awaited {
        let (place, path) = ("Réseau exemple".to_owned(), "/gouvernances/x/y".to_owned());
        Awaited { title: title.to_owned(), detail: "Avant jeudi.".to_owned(), place, path, before }
    }

    fn known(rhythm: Rhythm) -> Known {
        Known { choices: choices(rhythm), awaited: Vec::new(), news: Vec::new(), told: Vec::new() }
    }

    /// As if the letter had been sent.
    fn after(mut known: Known, letter: &Letter, at: Timestamp) -> Known {
        known.news.clear();
        known.told.retain(|(mark, _)| letter.awaited.iter().all(|one| one.mark(at) != *mark));
        known.told.extend(letter.awaited.iter().map(|one| (one.mark(at), at)));
        known.choices.due_at = known.choices.rhythm.next_after(at);
        known
    }

    #[test]
    fn nothing_to_say_is_no_message() {
        for rhythm in Rhythm::ALL {
            assert_eq!(known(*rhythm).letter(monday()), None);
        }
    }

    #[test]
    fn what_is_expected_and_unchanged_is_told_again_after_a_week() {
        let now = monday();
        let start = Known { awaited: vec![duty("Convoquer", None)], ..known(Rhythm::Day) };
        let letter = start.letter(now).unwrap();
        assert_eq!((letter.awaited.len(), letter.still, letter.regular), (1, 0, true));
        let mut told = after(start, &letter, now);
        for day in 1..7 {
            told.choices.due_at = Some(now.plus(day * DAY));
            assert_eq!(told.letter(now.plus(day * DAY)), None, "day {day}");
        }
        assert_eq!(told.letter(now.plus(7 * DAY)).unwrap().awaited.len(), 1);
        // Something else comes: both are told.
        told.choices.due_at = Some(now.plus(2 * DAY));
        told.awaited.push(duty("Publier", None));
        let both = told.letter(now.plus(2 * DAY)).unwrap();
        assert_eq!(both.awaited.len(), 2);
        // News alone: what is known already is counted, not told.
        told.awaited.pop();
        told.news.push(news(LetterKind::Meetings, "Compte rendu publié"));
        let letter = told.letter(now.plus(2 * DAY)).unwrap();
        assert_eq!((letter.awaited.len(), letter.still, letter.news.len()), (0, 1, 1));
        assert_eq!(letter.subject(), "Maillage : 1 nouvelle");
    }

    #[test]
    fn a_due_date_before_the_next_message_does_not_wait() {
        let tuesday = monday().plus(DAY);
        let mut start = known(Rhythm::Month);
        start.news.push(news(LetterKind::Meetings, "Compte rendu publié"));
        start.awaited = vec![duty("Sans date", None), duty("Loin", Some(tuesday.plus(60 * DAY)))];
        assert_eq!(start.letter(tuesday), None);
        // The next message is on 1 December.
        let due = tuesday.plus(6 * DAY);
        start.awaited.push(duty("Pressé", Some(due)));
        let letter = start.letter(tuesday).unwrap();
        assert_eq!((letter.regular, letter.awaited.len(), letter.still, letter.news.len()), (false, 1, 2, 0));
        assert_eq!(letter.awaited[0].title, "Pressé");
        let news_stay = start.news.clone();
        let mut told = Known { news: news_stay, ..after(start, &letter, tuesday) };
        told.choices.due_at = choices(Rhythm::Month).due_at;
        assert_eq!(told.letter(tuesday.plus(DAY)), None, "told once");
        // It comes near: told again, once.
        let near = due.plus(-3 * DAY);
        let again = told.letter(near).unwrap();
        assert_eq!((again.awaited.len(), again.news.len()), (1, 0));
        told.told.push((again.awaited[0].mark(near), near));
        assert_eq!(told.letter(near.plus(DAY)), None);
        let regular = told.letter(monday().plus(8 * DAY)).unwrap();
        assert_eq!((regular.regular, regular.awaited.len(), regular.news.len()), (true, 3, 1));
    }

    #[test]
    fn answers_wait_for_the_morning_only_and_are_told_to_whoever_wants_nothing() {
        let mut all = known(Rhythm::Never);
        all.awaited = vec![duty("Pressé", Some(monday()))];
        all.news = vec![news(LetterKind::Answers, "Votre structure est admise")];
        let letter = all.letter(monday()).unwrap();
        assert_eq!((letter.awaited.len(), letter.still, letter.news.len(), letter.kinds()), (0, 0, 1, vec![]));
        let mut monthly = Known { choices: choices(Rhythm::Month), ..all };
        monthly.choices.refused.push(LetterKind::Duties);
        monthly.news.push(news(LetterKind::Meetings, "Compte rendu publié"));
        let letter = monthly.letter(monday()).unwrap();
        assert_eq!((letter.awaited.len(), letter.still, letter.news.len(), letter.regular), (0, 0, 1, false));
    }

    #[test]
    fn the_text_says_what_where_and_how_to_have_less() {
        let mut all = known(Rhythm::Week);
        all.awaited = vec![duty("Sans date", None), duty("Convoquer", Some(monday().plus(DAY)))];
        all.news = vec![
            news(LetterKind::Meetings, "Premier"),
            news(LetterKind::Answers, "Admise"),
            news(LetterKind::Meetings, "Second"),
        ];
        let letter = all.letter(monday()).unwrap();
        assert_eq!(letter.subject(), "Maillage : 3 nouvelles, 2 choses attendues de vous");
        assert_eq!(letter.kinds(), [LetterKind::Duties, LetterKind::Meetings]);
        let settings = "https://m.fr/courriels/reglages?cle=0";
        let text = letter.text(&Addresses { site: "https://m.fr", settings, until: monday().plus(90 * DAY) });
        let order = [
            "Bonjour,",
            "Ce qui est attendu de vous\n---",
            "• Convoquer\nRéseau exemple\nAvant jeudi.\nhttps://m.fr/gouvernances/x/y",
            "• Sans date",
            "Réponses à vos demandes\n---",
            "• Admise",
            "Réunions annoncées, comptes rendus publiés\n---",
            "• Second",
            "• Premier",
            "Vous recevez ce message chaque lundi",
            "jusqu'au 21 février 2027",
            settings,
        ];
        let mut rest = text.as_str();
        for part in order {
            rest = rest.split_once(part).unwrap_or_else(|| panic!("« {part} » is missing or misplaced in {text}")).1;
        }
    }

    #[test]
    fn what_somebody_typed_neither_leads_away_nor_begins_another_point() {
        let typed =
            point("Titre\n\nhttps://mal.example", ["https://mal.example", "un\n---\n• deux"], "https://m.fr", "/x");
        assert_eq!(typed, "• Titre https://mal.example\n« https://mal.example »\nun --- • deux\nhttps://m.fr/x");
    }

    #[test]
    fn a_message_is_bounded() {
        let mut all = known(Rhythm::Week);
        all.news = (0..50)
            .map(|n| news([LetterKind::Meetings, LetterKind::Membership][n % 2], &format!("Nouvelle {n}")))
            .collect();
        let letter = all.letter(monday()).unwrap();
        let text = letter.text(&Addresses { site: "https://m.fr", settings: "https://m.fr/s", until: monday() });
        assert_eq!(text.matches("• ").count(), SHOWN);
        assert!(text.contains("… et 20 de plus"), "{text}");
        assert!(letter.subject().contains("50 nouvelles"));
    }

    proptest! {
        #[test]
        fn a_sent_letter_is_not_sent_again_the_same_day(
            rhythm in 0usize..4, day in 0i64..40, dues in proptest::collection::vec(proptest::option::of(-5i64..60), 0..5), kinds in proptest::collection::vec(0usize..5, 0..5),
        ) {
            let now = monday().plus(day * DAY);
            let mut start = known(Rhythm::ALL[rhythm]);
            start.awaited = dues.iter().enumerate().map(|(n, due)| duty(&n.to_string(), due.map(|days| now.plus(days * DAY)))).collect();
            start.news = kinds.iter().map(|kind| news(LetterKind::ALL[*kind], "Nouvelle")).collect();
            let Some(letter) = start.letter(now) else { return Ok(()) };
            prop_assert!(!letter.awaited.is_empty() || !letter.news.is_empty());
            prop_assert!(letter.regular || letter.news.iter().all(|one| one.kind.is_prompt()));
            prop_assert_eq!(letter.awaited.len() + letter.still, if rhythm == 3 { 0 } else { start.awaited.len() });
            let mut then = after(start, &letter, now);
            then.news.retain(|one| !letter.news.contains(one));
            prop_assert_eq!(then.letter(now.plus(DAY / 2)), None);
        }
    }
}
