//! Votes: prepared, opened, given, closed, published; in session and in writing, public and secret.

use kernel::{Clock as _, Timestamp, Who, time};

use crate::meetings::{BODY, VALLEE, everybody_there, planned, value};
use crate::town::{Browser, Town};

const NEW: &str = "/gouvernances/reseau-exemple-vallee/instances/assemblee-du-reseau/scrutins/nouveau";

/// What the form of a proposal sends, with what differs.
fn proposal<'a>(question: &'a str, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    let mut fields = vec![
        ("question", question),
        ("way", "live"),
        ("form", "proposal"),
        ("majority", "simple"),
        ("base", "valid"),
        ("tie", "rejected"),
    ];
    for (name, value) in more {
        fields.retain(|(known, _)| known != name);
        fields.push((name, value));
    }
    fields
}

/// A session of the assembly that is open, with everybody there; its page and its item.
async fn session<'t>(town: &'t Town) -> (Browser<'t>, String, String) {
    // 15 January 2027, some minutes after the planned hour.
    town.clock.set(Timestamp::from_micros(1_800_020_000 * 1_000_000));
    let mut alix = town.as_("animation").await;
    let place = planned(&mut alix, "Réunion d’essai", "15/01/2027").await;
    alix.submit(&format!("{place}/ouvrir"), &[]).await.ok();
    everybody_there(&mut alix, &place).await.ok();
    let session = alix.get(&format!("{place}/seance")).await.ok().text();
    let item = session.split("id=\"point-").nth(1).unwrap().split('"').next().unwrap().to_owned();
    (alix, place, item)
}

/// Prepares a ballot on an item and opens it; gives its page.
async fn opened(alix: &mut Browser<'_>, item: &str, fields: &[(&str, &str)]) -> String {
    let mut all = fields.to_vec();
    all.push(("point", item));
    let page = alix.submit(NEW, &all).await.ok().says("Le vote est préparé.").path;
    alix.submit(&format!("{page}/ouvrir"), &[]).await.ok().says("Le vote est ouvert.");
    page
}

/// A written consultation of the assembly that is open until 22 January 2027; its page.
async fn consultation<'t>(town: &'t Town, more: &[(&str, &str)]) -> (Browser<'t>, String) {
    let mut fields = vec![("way", "written"), ("closes_day", "22/01/2027"), ("closes_hour", "18:00")];
    fields.extend_from_slice(more);
    // 15 January 2027, in the morning.
    town.clock.set(Timestamp::from_micros(1_800_000_000 * 1_000_000));
    let mut alix = town.as_("animation").await;
    let page = alix.submit(NEW, &proposal("Adopter la charte", &fields)).await.ok().path;
    alix.submit(&format!("{page}/ouvrir"), &[]).await.ok().says("Le vote est ouvert.");
    (alix, page)
}

/// The links by which persons vote, with the address each was sent to.
async fn links(town: &Town, subject: &str) -> Vec<(String, String)> {
    let subject = format!("{subject}%");
    let sql = "select recipient, text from outbox where subject like $1 order by id";
    let all: Vec<(String, String)> =
        town.read(move |tx| tx.query(sql, store::params![subject], |row| Ok((row.get(0)?, row.get(1)?)))).await;
    let link = |text: &str| {
        let line = text.lines().find(|line| line.contains("/scrutins/voter?cle=")).unwrap().to_owned();
        line.split_once("//").unwrap().1.split_once('/').map(|(_, path)| format!("/{path}")).unwrap()
    };
    all.iter().map(|(to, text)| (to.clone(), link(text))).collect()
}

fn key(link: &str) -> String {
    link.split_once("cle=").unwrap().1.to_owned()
}

/// Votes for the first seat that the page offers.
async fn vote(browser: &mut Browser<'_>, page: &str, choice: &str) -> crate::reply::Reply {
    let form = browser.get(&format!("{page}/voter")).await.ok().text();
    let seat = value(&form, "siege");
    browser.submit(&format!("{page}/voter"), &[("siege", &seat), ("choice", choice)]).await
}

/// The fields of the form that enters what the room votes: every seat, with `choice`.
async fn room(alix: &mut Browser<'_>, page: &str, choice: &str) -> Vec<(String, String)> {
    let form = alix.get(&format!("{page}/voix")).await.ok().text();
    let mut names: Vec<String> =
        form.split("name=\"v-").skip(1).map(|rest| format!("v-{}", rest.split('"').next().unwrap())).collect();
    names.dedup();
    names.into_iter().map(|name| (name, choice.to_owned())).collect()
}

fn fields(all: &[(String, String)]) -> Vec<(&str, &str)> {
    all.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect()
}

stories! {
    async fn a_vote_in_session_from_its_item_to_the_minutes(town: Town) {
        let (mut alix, place, item) = session(&town).await;
        alix.get(&format!("{place}/ordre-du-jour")).await.ok().says("Préparer un vote");
        alix.get(&format!("{NEW}?point={item}")).await.ok().keeps("Les horaires");
        // All that is wrong is said at once, and what was typed stays.
        alix.post(NEW, &[("question", ""), ("point", &item), ("description", "Parce que")]).await.is(422).says("Remplissez ce champ.").says("Choisissez une réponse dans la liste.").says("Parce que");
        let with_item = proposal("Ouvrir le samedi", &[("point", &item), ("publishes", "")]);
        let page = alix.submit(NEW, &with_item).await.ok().says("Qui voterait aujourd'hui").path;
        // In preparation: those who sit see whether they will vote, nobody else that there is something.
        town.as_("suppleance").await.get(&page).await.ok().says("siège dans cette instance").says("suppléance");
        town.get(&page).await.is(404);
        town.as_("voisin").await.get(&page).await.is(404);
        let mut sacha = town.as_("suppleance").await;
        sacha.post(&format!("{page}/ouvrir"), &[]).await.is(403);
        sacha.get(&format!("{page}/voter")).await.is(409);

        alix.submit(&format!("{page}/ouvrir"), &[]).await.ok();
        alix.post(&format!("{page}/ouvrir"), &[]).await.is(409).says("déjà ouvert");
        alix.get(&format!("{page}/modifier")).await.ok();
        alix.post(&format!("{page}/modifier"), &proposal("Autre", &[("version", "9")])).await.is(409).says("il ne change plus");
        alix.get("/a-faire").await.ok().says("Voter : Ouvrir le samedi").says("Clore le vote : Ouvrir le samedi");
        // A deputy votes; the principal replaces it; the deputy comes too late.
        vote(&mut sacha, &page, "1").await.ok().says("Votre vote est enregistré.");
        vote(&mut alix, &page, "0").await.ok().says("Votre vote est enregistré.");
        let again = sacha.get(&format!("{page}/voter")).await.ok().text();
        let seat = value(&again, "siege");
        sacha.post(&format!("{page}/voter"), &[("siege", &seat), ("choice", "1")]).await.is(409).says("a déjà voté");
        let mut camille = town.as_("co-porteuse").await;
        camille.post(&format!("{page}/voter"), &[("siege", &seat), ("choice", "1")]).await.is(409).says("n'est pas le vôtre");
        camille.get(&format!("{page}/voter?siege={seat}")).await.is(404);
        let own = value(&camille.get(&format!("{page}/voter")).await.ok().text(), "siege");
        camille.post(&format!("{page}/voter"), &[("siege", &own)]).await.is(422).says("Choisissez une réponse.");
        camille.post(&format!("{page}/voter"), &[("siege", &own), ("choice", "7")]).await.is(422).says("de la liste");
        camille.post(&format!("{page}/voter"), &[("siege", &own), ("choice", "0"), ("choice", "blanc")]).await.is(422);
        camille.submit(&format!("{page}/voter"), &[("siege", &own), ("choice", "blanc"), ("reason", "Nous n'avons pas délibéré")]).await.ok();
        // Nobody learns what is voted before the close, the animator neither.
        alix.get(&page).await.ok().says("2 votants sur").never_says("délibéré").never_says("Abstention");
        town.get(&page).await.ok().says("Ouvert").never_says("votants sur");
        town.as_("voisin").await.post(&format!("{page}/voter"), &[("siege", &own), ("choice", "0")]).await.is(403);

        // The rest of the room, by show of hands.
        let hands = room(&mut alix, &page, "0").await;
        assert!(!hands.iter().any(|(name, _)| name.contains(&own)), "who has voted is not entered");
        let many = hands.len();
        alix.submit(&format!("{page}/voix"), &fields(&hands)).await.ok().says("Les votes de la salle sont enregistrés.");
        alix.post(&format!("{page}/voix"), &[(&format!("v-{own}"), "1")]).await.is(409).says("a voté elle-même");
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says("Le vote est clos.").says("adopté").says("Pas encore publié");
        alix.post(&format!("{page}/clore"), &[]).await.is(409);
        camille.post(&format!("{page}/voter"), &[("siege", &own), ("choice", "0")]).await.is(409).says("Le vote est clos");
        town.get(&page).await.ok().says("Le vote est clos").never_says("adopté");
        town.as_("suppleance").await.get(&page).await.ok().never_says("adopté");
        alix.submit(&format!("{page}/publier"), &[]).await.ok().says("Le résultat est publié.");
        alix.post(&format!("{page}/publier"), &[]).await.is(409);
        let yes = many + 1;
        let sentence = format!("{yes} pour sur {yes} exprimés, majorité simple = {} : adopté", yes / 2 + 1);
        town.get(&page).await.ok().says(&sentence).says("Abstention").says("Nous n'avons pas délibéré");
        town.get(&format!("{VALLEE}/scrutins")).await.ok().says("Ouvrir le samedi").says(&sentence);

        // It stands in the minutes by itself.
        alix.submit(&format!("{place}/clore"), &[]).await.ok().says(&sentence);
        alix.submit(&format!("{place}/compte-rendu/approuver"), &[("approved_on", "15/01/2027"), ("approval", "en séance")]).await.ok();
        alix.submit(&format!("{place}/compte-rendu/publier"), &[]).await.ok();
        town.get(&format!("{place}/compte-rendu")).await.ok().says(&sentence).says("Qui a voté").says("Nous n'avons pas délibéré");
        alix.post(NEW, &with_item).await.is(409).says("on n'y prépare plus de vote");
        town.get("/registre").await.ok().says(&format!("Résultat de « Ouvrir le samedi » : {sentence}"));
    }

    async fn a_written_consultation_is_voted_by_link_and_ends_by_its_hour(town: Town) {
        let (mut alix, page) = consultation(&town, &[("publishes", "oui")]).await;
        let sent = links(&town, "Votre vote est demandé").await;
        assert!(sent.len() >= 3, "{sent:?}");
        let of = |who: &str| sent.iter().find(|(to, _)| to.starts_with(who)).map(|(_, link)| link.clone()).unwrap();
        let (camille, sacha) = (of("co-porteuse"), of("suppleance"));
        // Whoever scans mail opens links and votes nothing.
        town.get(&camille).await.ok().says("Adopter la charte").says("siège dans cette instance");
        let given: i64 = town.read(|tx| tx.get("select count(*) from ballot_voice v join ballot b on b.id = v.ballot where b.state = 'open'", &[], |row| row.get(0))).await;
        assert_eq!(given, 0);
        town.get(&format!("{camille}0")).await.is(409);
        let form = town.get(&camille).await.ok().text();
        let (seat, key) = (value(&form, "siege"), key(&camille));
        town.browser().post("/scrutins/voter", &[("cle", &key), ("siege", &seat)]).await.is(422).says("Choisissez une réponse.");
        town.browser().post("/scrutins/voter", &[("cle", &key), ("siege", &seat), ("choice", "1")]).await.ok().says("Votre vote est enregistré");
        // One changes one's mind as often as one likes.
        town.browser().post("/scrutins/voter", &[("cle", &key), ("siege", &seat), ("choice", "0")]).await.ok().says("A voté");
        // The link of one is not that of another.
        town.browser().post("/scrutins/voter", &[("cle", &crate::ballots::key(&sacha)), ("siege", &seat), ("choice", "1")]).await.is(409);
        alix.get(&format!("{page}/voix")).await.is(409);

        // A day before the end, those who have not voted are reminded, once.
        let remind = async || {
            let now = town.clock.now();
            let mut told = 0;
            for id in town.read(move |tx| meetings::ballots::store::to_remind(tx, now.plus(meetings::ballots::tell::NOTICE), 50)).await {
                let secret = kernel::Secret::new([0; 32]);
                told += town.act(&Who::clockwork(), move |ctx, tx| meetings::ballots::tell::remind(ctx, tx, &meetings::planning::convocation::Site { address: "http://x", secret: &secret }, id)).await.unwrap();
            }
            told
        };
        assert_eq!(remind().await, 0);
        town.clock.set(town.clock.now().plus(7 * time::DAY));
        let reminded = remind().await;
        assert!(reminded > 0, "{reminded}");
        assert_eq!(remind().await, 0);
        let told = links(&town, "Dernier jour pour voter").await;
        assert!(told.iter().any(|(to, _)| to.starts_with("suppleance")) && !told.iter().any(|(to, _)| to.starts_with("co-porteuse")), "{told:?}");

        // The closing second: what comes then is too late, and the clock closes.
        let closes: Timestamp = town.read(|tx| tx.get("select closes_at from ballot where question = 'Adopter la charte'", &[], |row| row.get(0))).await;
        town.clock.set(closes.plus(-1));
        let form = town.get(&sacha).await.ok().text();
        let own = value(&form, "siege");
        let sacha_key = crate::ballots::key(&sacha);
        town.browser().post("/scrutins/voter", &[("cle", &sacha_key), ("siege", &own), ("choice", "blanc")]).await.ok();
        town.clock.set(closes);
        town.browser().post("/scrutins/voter", &[("cle", &sacha_key), ("siege", &own), ("choice", "0")]).await.is(409);
        let mut camille = town.as_("co-porteuse").await;
        camille.post(&format!("{page}/voter"), &[("siege", &seat), ("choice", "1")]).await.is(409).says("Le vote est clos");
        town.get(&page).await.ok().says("il va être compté");
        let close = async || {
            let now = town.clock.now();
            let due = town.read(move |tx| meetings::ballots::store::due(tx, now, 50)).await;
            for id in &due {
                let (id, secret) = (*id, town.app.secret().clone());
                town.act(&Who::clockwork(), move |ctx, tx| meetings::ballots::count::close_by_clock(ctx, tx, &secret, id)).await.unwrap();
            }
            due.len()
        };
        // That of the demonstration is over too.
        assert_eq!((close().await, close().await), (2, 0));
        town.get(&page).await.ok().says("1 pour sur 1 exprimés, majorité simple = 1 : adopté").says("2 votants sur");
        // A clock that goes back opens nothing again.
        town.clock.set(closes.plus(-time::DAY));
        town.browser().post("/scrutins/voter", &[("cle", &sacha_key), ("siege", &own), ("choice", "0")]).await.is(409);
        let persons: i64 = town.read(|tx| tx.get("select count(*) from ballot_voice where person is not null", &[], |row| row.get(0))).await;
        assert_eq!(persons, 0, "which person voted is forgotten at the close");
    }

    async fn a_mandate_that_ended_votes_no_more_and_who_comes_after_the_roll_neither(town: Town) {
        let (_alix, page) = consultation(&town, &[]).await;
        let sent = links(&town, "Votre vote est demandé").await;
        let sacha = sent.iter().find(|(to, _)| to.starts_with("suppleance")).map(|(_, link)| link.clone()).unwrap();
        let form = town.get(&sacha).await.ok().text();
        let seat = value(&form, "siege");
        town.act(&Who::operator(), |_, tx| tx.execute("update power set until = '2027-01-14' where role = 'deputy'", &[])).await.unwrap();
        town.browser().post("/scrutins/voter", &[("cle", &key(&sacha)), ("siege", &seat), ("choice", "0")]).await.is(403);
        // Taken off the roll of nobody else: the frozen list stays.
        town.act(&Who::operator(), |_, tx| tx.execute("delete from ballot_seat where name like 'CCAS%'", &[])).await.unwrap();
        let mut camille = town.as_("co-porteuse").await;
        camille.get(&page).await.ok().says("n'est pas sur la liste de ce vote, arrêtée à son ouverture");
        camille.post(&format!("{page}/voter"), &[("siege", &seat), ("choice", "0")]).await.is(403).says("pas sur la liste de ce vote");
    }

    async fn nobody_votes_no_vote_without_quorum_and_what_is_given_up_is_erased(town: Town) {
        let (mut alix, place, item) = session(&town).await;
        let page = opened(&mut alix, &item, &proposal("Rien", &[("publishes", "oui")])).await;
        // A session does not end over a vote that is open, and its item stays.
        alix.post(&format!("{place}/clore"), &[]).await.is(409).says("Le vote « Rien » est ouvert : clôturez-le d'abord.");
        alix.post(&format!("{place}/ordre-du-jour/{item}/place"), &[("acte", "retirer")]).await.is(409).says("Un vote a été ouvert sur ce point");
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says("Personne n'a voté : rejeté");
        // All abstain.
        let page = opened(&mut alix, &item, &proposal("Rien", &[("publishes", "oui")])).await;
        assert!(page.ends_with("/rien-2"), "{page}");
        let all = room(&mut alix, &page, "blanc").await;
        alix.submit(&format!("{page}/voix"), &fields(&all)).await.ok();
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says(&format!("{} abstentions, aucun vote exprimé : rejeté", all.len()));
        // Given up: the votes are gone.
        let page = opened(&mut alix, &item, &proposal("Rien", &[])).await;
        let all = room(&mut alix, &page, "0").await;
        alix.submit(&format!("{page}/voix"), &fields(&all)).await.ok();
        alix.post(&format!("{page}/abandonner"), &[("reason", "")]).await.is(422);
        alix.submit(&format!("{page}/abandonner"), &[("reason", "La question était mal posée")]).await.ok().says("La question était mal posée");
        alix.post(&format!("{page}/ouvrir"), &[]).await.is(409).says("il ne se rouvre pas");
        town.get(&page).await.is(404);
        let left: i64 = town.read(|tx| tx.get("select count(*) from ballot_voice v join ballot b on b.id = v.ballot where b.state = 'abandoned'", &[], |row| row.get(0))).await;
        assert_eq!(left, 0);
        // Without quorum nobody votes.
        alix.submit(&format!("{BODY}/reunions/regles"), &[("version", "0"), ("notice_days", "0"), ("quorum", "number"), ("number", "100"), ("proxies", "1"), ("approval", "next_meeting"), ("silence_days", "15")]).await.ok();
        let with_item = proposal("Sans quorum", &[("point", &item)]);
        let page = alix.submit(NEW, &with_item).await.ok().path;
        alix.post(&format!("{page}/ouvrir"), &[]).await.is(409).says("Le quorum n'est pas atteint").says("quorum de 100 non atteint");
        // A vote in session asks for an item; one in writing for a day to come.
        alix.post(NEW, &proposal("Sans point", &[])).await.is(422).says("se prépare sur un point de l'ordre du jour");
        alix.post(NEW, &proposal("Trop tard", &[("way", "written"), ("closes_day", "01/01/2020"), ("closes_hour", "10:00")])).await.is(422).says("La clôture doit être à venir");
        alix.post(NEW, &proposal("Nuit", &[("way", "written"), ("closes_day", "28/03/2027"), ("closes_hour", "2:30")])).await.is(422).says("Cette heure n'existe pas ce jour-là");
        // On the agenda of a draft: nobody is asked before the meeting is announced; the item goes once its vote is given up.
        let draft = planned(&mut alix, "Réunion en préparation", "15/03/2027").await;
        let agenda = alix.get(&format!("{draft}/ordre-du-jour")).await.ok().text();
        let point = agenda.split("id=\"point-").nth(1).unwrap().split('"').next().unwrap().to_owned();
        let page = alix.submit(NEW, &proposal("Avant l'heure", &[("way", "written"), ("closes_day", "01/03/2027"), ("closes_hour", "18:00"), ("point", &point)])).await.ok().path;
        alix.post(&format!("{page}/ouvrir"), &[]).await.is(409).says("Convoquez d'abord la réunion");
        let take = format!("{draft}/ordre-du-jour/{point}/place");
        alix.post(&take, &[("acte", "retirer")]).await.is(409).says("Un vote se prépare sur ce point");
        alix.submit(&format!("{page}/abandonner"), &[("reason", "Plus tard")]).await.ok();
        alix.submit(&take, &[("acte", "retirer")]).await.ok().says("Le point est retiré.");
        town.get("/registre").await.ok().never_says("Avant l'heure");
    }

    async fn what_is_voted_in_secret_is_nowhere(town: Town) {
        let (mut alix, place, item) = session(&town).await;
        let page = opened(&mut alix, &item, &proposal("Élire la présidence", &[("secret", "oui"), ("publishes", "oui")])).await;
        let mut camille = town.as_("co-porteuse").await;
        let form = camille.get(&format!("{page}/voter")).await.ok().says("jamais ce qu'elle a voté").text();
        let seat = value(&form, "siege");
        camille.post(&format!("{page}/voter"), &[("siege", &seat), ("choice", "1"), ("reason", "Je préfère")]).await.is(422);
        camille.submit(&format!("{page}/voter"), &[("siege", &seat), ("choice", "1")]).await.ok();
        // One's own page does not tell either.
        let again = camille.get(&format!("{page}/voter")).await.ok().text();
        assert!(!again.contains("checked"), "what was ticked is not shown again");
        vote(&mut alix, &page, "0").await.ok();
        // On paper: who put one in, never what it says.
        let papers = room(&mut alix, &page, "urne").await;
        alix.post(&format!("{page}/voix"), &[(papers[0].0.as_str(), "0")]).await.is(409).says("Ce vote est secret");
        alix.submit(&format!("{page}/voix"), &fields(&papers)).await.ok();
        let sealed: Vec<Vec<u8>> = town.read(|tx| tx.query("select seal from ballot_voice where seal is not null", &[], |row| row.get(0))).await;
        assert!(sealed.len() == 2 && sealed[0].len() == sealed[1].len(), "each seal is as long as the others");
        let clear: i64 = town.read(|tx| tx.get("select count(*) from ballot_voice v join ballot b on b.id = v.ballot where b.secret and v.choice is not null", &[], |row| row.get(0))).await;
        assert_eq!(clear, 0);
        let many = papers.len().to_string();
        alix.get(&format!("{page}/clore")).await.ok().says(&format!("{many} bulletins dans l'urne"));
        alix.post(&format!("{page}/clore"), &[("b-0", "1"), ("b-1", ""), ("box", "0")]).await.is(422).says("Donnez un nombre de bulletins");
        alix.post(&format!("{page}/clore"), &[("b-0", "99"), ("b-1", "0"), ("box", "0")]).await.is(422).says("ne font pas ce compte").keeps("99");
        alix.submit(&format!("{page}/clore"), &[("b-0", &many), ("b-1", "0"), ("box", "0")]).await.ok()
            .says(&format!("{} pour sur {} exprimés", papers.len() + 1, papers.len() + 2));
        let left: i64 = town.read(|tx| tx.get("select count(*) from ballot_voice v join ballot b on b.id = v.ballot where b.secret and (v.seal is not null or v.choice is not null or v.person is not null)", &[], |row| row.get(0))).await;
        assert_eq!(left, 0, "nothing is left that could be opened");
        town.get(&page).await.ok().says("Vote secret").says("A voté").never_says("CCAS exemple de Valfictif Contre");
        // Fewer than three: only what came of it.
        let page = opened(&mut alix, &item, &proposal("À deux", &[("secret", "oui"), ("publishes", "oui")])).await;
        vote(&mut alix, &page, "0").await.ok();
        vote(&mut camille, &page, "0").await.ok();
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says("seul le résultat est donné : adopté").never_says("pour sur");
        let counted: i64 = town.read(|tx| tx.get("select count(*) from ballot_option o join ballot b on b.id = o.ballot where b.question = 'À deux' and o.votes is not null", &[], |row| row.get(0))).await;
        assert_eq!(counted, 0);
        let _ = place;
    }

    async fn several_choices_places_ties_and_a_second_round(town: Town) {
        let (mut alix, _place, item) = session(&town).await;
        let answers = "Un café\nUn bus\nUn vélo";
        let choice = [("form", "several"), ("answers", answers), ("most", "2"), ("places", "1"), ("tie", "second_round"), ("publishes", "oui")];
        alix.post(NEW, &proposal("Que financer", &[("form", "one"), ("answers", "Un seul"), ("point", &item)])).await.is(422).says("au moins deux réponses").says("Un seul");
        let page = opened(&mut alix, &item, &proposal("Que financer", &choice)).await;
        let mut camille = town.as_("co-porteuse").await;
        let seat = value(&camille.get(&format!("{page}/voter")).await.ok().says("2 réponses au plus").text(), "siege");
        camille.post(&format!("{page}/voter"), &[("siege", &seat), ("choice", "0"), ("choice", "1"), ("choice", "2")]).await.is(422).says("vous en avez coché 3");
        camille.submit(&format!("{page}/voter"), &[("siege", &seat), ("choice", "0"), ("choice", "1")]).await.ok();
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says("égalité entre Un café, Un bus, un second tour départage");
        let next = alix.submit(&format!("{page}/second-tour"), &[]).await.ok().says("Le second tour est préparé").says("(second tour)").path;
        alix.post(&format!("{page}/second-tour"), &[]).await.is(409).says("déjà préparé");
        alix.get(&next).await.ok().never_says("Un vélo");
        // The chair.
        let tied = [("form", "one"), ("answers", answers), ("places", "1"), ("tie", "chair"), ("publishes", "oui")];
        let page = opened(&mut alix, &item, &proposal("Que choisir", &tied)).await;
        vote(&mut alix, &page, "0").await.ok();
        vote(&mut camille, &page, "2").await.ok();
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says("la présidence départage");
        town.get(&page).await.ok().never_says("égalité entre");
        alix.post(&format!("{page}/publier"), &[]).await.is(409).says("La présidence doit d'abord départager");
        alix.post(&format!("{page}/departager"), &[("choice", "1")]).await.is(422).says("parmi celles à égalité");
        alix.submit(&format!("{page}/departager"), &[("choice", "2")]).await.ok().says("retenu : Un vélo");
        town.get(&page).await.ok().says("La présidence a départagé (Un vélo)");
        alix.post(&format!("{page}/departager"), &[("choice", "0")]).await.is(409);
    }

    async fn a_proxy_votes_as_long_as_it_stands(town: Town) {
        let (mut alix, place, item) = session(&town).await;
        // The third place gives its proxy to the CCAS.
        let (giver, holder): (uuid::Uuid, uuid::Uuid) = town.read(|tx| tx.get(
            "select a.id, b.id from participant a join participant b on b.meeting = a.meeting join meeting m on m.id = a.meeting
             where a.name like 'Tiers-lieu%' and b.name like 'CCAS%' and m.state = 'open' and m.title like 'Réunion d%'", &[], |row| Ok((row.get(0)?, row.get(1)?)))).await;
        let (field, proxy) = (format!("p-{giver}"), format!("proxy:{holder}"));
        alix.submit(&format!("{place}/presence"), &[(&field, &proxy)]).await.ok();
        let page = opened(&mut alix, &item, &proposal("Par pouvoir", &[("publishes", "oui")])).await;
        let mut camille = town.as_("co-porteuse").await;
        let own = camille.get(&page).await.ok().says("vous a donné pouvoir").text();
        let seats: Vec<String> = own.split("siege=").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
        assert_eq!(seats.len(), 2, "its own seat and the proxy");
        for seat in &seats {
            camille.submit(&format!("{page}/voter"), &[("siege", seat), ("choice", "0")]).await.ok();
        }
        // The one who gave it comes: its own vote counts.
        let mut sacha = town.as_("suppleance").await;
        vote(&mut sacha, &page, "1").await.ok();
        camille.post(&format!("{page}/voter"), &[("siege", &seats[1]), ("choice", "0")]).await.is(409).says("a déjà voté");
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says("1 pour sur 2 exprimés, majorité simple = 2 : égalité, rejeté");
        // A proxy that is taken back votes no more.
        let page = opened(&mut alix, &item, &proposal("Par pouvoir encore", &[])).await;
        alix.submit(&format!("{place}/presence"), &[(&field, "absent")]).await.ok();
        let own = camille.get(&page).await.ok().text();
        let seats: Vec<String> = own.split("siege=").skip(1).map(|rest| rest.split('"').next().unwrap().to_owned()).collect();
        camille.post(&format!("{page}/voter"), &[("siege", &seats[1]), ("choice", "0")]).await.is(409).says("ne vous donne plus pouvoir");
    }

    async fn two_hundred_structures_vote_at_once_and_each_counts_once(town: Town) {
        const SEATS: u128 = 200;
        let (mut alix, _place, item) = session(&town).await;
        let page = opened(&mut alix, &item, &proposal("Tous ensemble", &[("publishes", "oui")])).await;
        let id = |number: u128| uuid::Uuid::from_u128(0x7000_8000_0000_0000_0000 + number);
        let (ballot, governance): (uuid::Uuid, uuid::Uuid) = town
            .read(|tx| tx.get("select id, governance from ballot where question = 'Tous ensemble'", &[], |row| Ok((row.get(0)?, row.get(1)?))))
            .await;
        town.act(&Who::operator(), move |_, tx| {
            tx.execute("delete from ballot_seat where ballot = $1", store::params![ballot])?;
            for number in 0..SEATS {
                tx.execute(
                    "insert into ballot_seat (id, ballot, rank, member, name, weight, present) values ($1, $2, $3, $4, $5, 1, $6)",
                    store::params![id(number), ballot, i64::try_from(number).unwrap(), id(1_000 + number), format!("Structure {number}"), true],
                )?;
            }
            Ok(())
        })
        .await
        .unwrap();
        // Two representatives of each, at the same moment: one votes for, the other against.
        let mut voting = tokio::task::JoinSet::new();
        for number in 0..SEATS {
            for side in 0..2usize {
                let reach = kernel::Reach::Member { governance, member: id(1_000 + number) };
                let role = kernel::permission::Role::new(kernel::RoleKind::Representative, reach);
                let who = Who::person(id(10_000 + 2 * number + side as u128), None, vec![role]);
                let (app, secret) = (town.app.clone(), town.app.secret().clone());
                voting.spawn(async move {
                    let done = app
                        .act(who, move |ctx, tx| {
                            let new = meetings::ballots::cast::NewVoice { choice: vec![side], reason: String::new() };
                            meetings::ballots::cast::cast(ctx, tx, &secret, kernel::Id::from_uuid(ballot), kernel::Id::from_uuid(id(number)), &new)
                        })
                        .await;
                    match done {
                        Ok(()) => Some(side),
                        Err(kernel::Error::Conflict(told)) => {
                            assert!(told.contains("a déjà voté"), "{told}");
                            None
                        }
                        Err(other) => panic!("{other:?}"),
                    }
                });
            }
        }
        let mut taken = [0i64; 2];
        while let Some(done) = voting.join_next().await {
            if let Some(side) = done.unwrap() {
                taken[side] += 1;
            }
        }
        assert_eq!(taken[0] + taken[1], i64::try_from(SEATS).unwrap(), "one vote of each, acknowledged once");
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says("200 votants sur 200");
        let counted: Vec<i64> = town.read(move |tx| tx.query("select votes from ballot_option where ballot = $1 order by rank", store::params![ballot], |row| row.get(0))).await;
        assert_eq!(counted, taken, "what was acknowledged is what was counted");
    }

    async fn what_is_voted_on_a_draft_becomes_a_decision_with_its_number(town: Town) {
        let (mut alix, place, item) = session(&town).await;
        let new = format!("{BODY}/decisions/nouvelle");
        for title in ["Une permanence le samedi", "Un abonnement de plus"] {
            let form = alix.get(&new).await.ok().text();
            let arising = form.split("name=\"arising\"").nth(1).unwrap().split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned();
            alix.submit(&new, &[("title", title), ("text", "Pour six mois."), ("arising", &arising), ("item", &item)]).await.ok();
        }
        let draft = |title: &'static str| town.read(move |tx| tx.get::<uuid::Uuid>("select id from decision where title = $1", store::params![title], |row| row.get(0)));
        let (one, two) = (draft("Une permanence le samedi").await.to_string(), draft("Un abonnement de plus").await.to_string());
        alix.post(NEW, &proposal("x", &[("point", &item), ("decision", "illisible")])).await.is(422).says("Choisissez un projet de la liste.");
        alix.post(NEW, &proposal("x", &[("point", &item), ("form", "one"), ("answers", "a\nb"), ("places", "1"), ("decision", &one)])).await.is(422).says("choisissez « une proposition »");
        let page = opened(&mut alix, &item, &proposal("La permanence", &[("decision", &one), ("publishes", "oui")])).await;
        // While it is voted on nobody adopts it otherwise, and no other vote is about it.
        alix.post(NEW, &proposal("Encore", &[("point", &item), ("decision", &one)])).await.is(409).says("Un autre vote porte déjà sur ce projet");
        let all = room(&mut alix, &page, "0").await;
        alix.submit(&format!("{page}/voix"), &fields(&all)).await.ok();
        // Closed, and not published by itself: what it does is done by somebody.
        alix.submit(&format!("{page}/clore"), &[]).await.ok().says("Pas encore publié");
        alix.submit(&format!("{page}/publier"), &[]).await.ok().says("Décision 2027-01");
        town.get(&format!("{VALLEE}/decisions/2027-01")).await.ok().says("Une permanence le samedi").says("exprimés, majorité simple");
        // Rejected: no number.
        let page = opened(&mut alix, &item, &proposal("L'abonnement", &[("decision", &two)])).await;
        let all = room(&mut alix, &page, "1").await;
        alix.submit(&format!("{page}/voix"), &fields(&all)).await.ok();
        alix.submit(&format!("{page}/clore"), &[]).await.ok();
        alix.submit(&format!("{page}/publier"), &[]).await.ok().says("Rejeté");
        town.get(&format!("{VALLEE}/decisions")).await.ok().never_says("Un abonnement de plus");
        alix.submit(&format!("{place}/clore"), &[]).await.ok().says("Décision 2027-01").says("La permanence");
    }
}
