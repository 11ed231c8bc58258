//! Grouped messages: what waits for a person, when it goes, and what each chooses.

use directory::Person;
use directory::correspondence::{LetterKind, News, Rhythm, acts, store as waiting, tell};
use kernel::{Id, Who};

use crate::town::Town;

async fn person(town: &Town, persona: &str) -> Id<Person> {
    let key = format!("{persona}@exemple.fictif");
    town.read(move |tx| {
        tx.get("select person from account where email_key = $1", store::params![key], |row| row.get(0))
    })
    .await
}

async fn told(town: &Town, to: Id<Person>, kind: LetterKind, title: &'static str, path: &'static str) {
    let news = News::new(title, path).text("Ce qui s'est passé.");
    town.act(&Who::operator(), move |ctx, tx| tell(ctx, tx, to, kind, &news)).await.unwrap();
}

/// What waits, as « kind: title ».
async fn waits(town: &Town, to: Id<Person>) -> Vec<String> {
    let all = town.read(move |tx| waiting::waiting(tx, to)).await;
    all.into_iter().map(|one| format!("{:?}: {}", one.kind, one.news.title)).collect()
}

async fn choose(town: &Town, to: Id<Person>, rhythm: Rhythm, wanted: &'static [LetterKind]) {
    let who = Who::person(to.uuid(), None, Vec::new());
    town.act(&who, move |ctx, tx| acts::choose(ctx, tx, rhythm, wanted)).await.unwrap();
}

stories! {
    async fn news_wait_once_for_whoever_wants_to_hear_of_them(town: Town) {
        use LetterKind::{Answers, Duties, Meetings, Membership};
        let to = person(&town, "hub").await;
        told(&town, to, Meetings, "Compte rendu publié", "/reunions/a").await;
        told(&town, to, Meetings, "Compte rendu publié", "/reunions/a").await;
        told(&town, to, Meetings, "Compte rendu publié", "/reunions/b").await;
        told(&town, to, Membership, "Une structure entre", "/gouvernances/x").await;
        assert_eq!(waits(&town, to).await, ["Meetings: Compte rendu publié", "Meetings: Compte rendu publié", "Membership: Une structure entre"]);

        // A kind that is refused: what waited of it goes, and nothing comes.
        choose(&town, to, Rhythm::Week, &[Duties, Membership]).await;
        told(&town, to, Meetings, "Encore un", "/reunions/c").await;
        assert_eq!(waits(&town, to).await, ["Membership: Une structure entre"]);

        // Never: but an answer to what was asked.
        choose(&town, to, Rhythm::Never, &[Duties, Membership]).await;
        told(&town, to, Membership, "Une autre entre", "/gouvernances/y").await;
        told(&town, to, Answers, "Votre structure est admise", "/gouvernances/y").await;
        assert_eq!(waits(&town, to).await, ["Answers: Votre structure est admise"]);

        // Nobody is told before the account is open, nor once it is erased.
        town.tamper("update account set state = 'invited' where email_key = 'voisin@exemple.fictif'").await;
        let invited = person(&town, "voisin").await;
        told(&town, invited, Answers, "Rien", "/x").await;
        assert_eq!(waits(&town, invited).await, Vec::<String>::new());
        told(&town, Id::from_uuid(uuid::Uuid::from_u128(1)), Answers, "Rien", "/x").await;
    }
}
