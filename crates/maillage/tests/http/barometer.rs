//! The barometer of a governance: its dials, its months, what the governance says of it; and the criterion on meetings.

use std::io::Cursor;

use calamine::{Ods, Reader, Xlsx};
use governance::barometer::month::Month;
use governance::barometer::{Asked, Unit, keep_month, store as kept};
use kernel::time::DAY;
use kernel::{Clock as _, Context, FixedClock, Id, PartialDate, Provenance, SeededRandomness, Timestamp, Who};
use meetings::conduct::{self, Entry};
use meetings::minutes;
use meetings::model::Presence;
use meetings::planning::acts::{Draft, plan};

use crate::town::Town;

const PAGE: &str = "/gouvernances/reseau-exemple-vallee/barometre";
const COMMENT: &str = "/gouvernances/reseau-exemple-vallee/administration/barometre";

/// A meeting to hold: its bodies, how many days ago, who was missing (by a part of the name), and after how many days its
/// minutes were published.
struct Past {
    bodies: &'static [&'static str],
    ago: i64,
    absent: &'static [&'static str],
    published: Option<i64>,
}

/// Holds meetings of the network, each on its own day.
async fn hold(town: &Town, meetings: &'static [Past]) {
    let who = Who::operator();
    let acted = town.act(&who, move |ctx, tx| {
        for one in meetings {
            let mut bodies = Vec::new();
            for slug in one.bodies {
                let body: Id<governance::bodies::model::Body> = tx.get(
                    "select b.id from body b join governance g on g.id = b.governance where g.slug = 'reseau-exemple-vallee' and b.slug = $1",
                    store::params![*slug],
                    |row| row.get(0),
                )?;
                bodies.push(body);
            }
            let day = ctx.now().plus(-one.ago * DAY).day();
            let draft = Draft {
                title: format!("Réunion d'il y a {} jours", one.ago),
                format: "follow_up".to_owned(),
                day: format!("{:02}/{:02}/{}", day.day(), day.month(), day.year()),
                hour: "14:00".to_owned(),
                minutes: "60".to_owned(),
                ..Draft::default()
            };
            let id = plan(ctx, tx, &bodies, &draft.parse()?, &Provenance::entered())?;
            let begins = meetings::store::find(tx, id)?.starts_at;
            let randomness = SeededRandomness::new(one.ago as u64);
            let then = |at: Timestamp| FixedClock::at(at);
            let (clock, later) = (then(begins), then(begins.plus(one.published.unwrap_or(0) * DAY)));
            let held = Context::new(ctx.who(), &clock, &randomness);
            conduct::open(&held, tx, id, None)?;
            let everyone = meetings::store::participants(tx, id)?;
            let entries: Vec<Entry> = everyone
                .iter()
                .map(|participant| {
                    let missing = one.absent.iter().any(|absent| participant.name.contains(absent));
                    let presence = if missing { Presence::Absent } else { Presence::Principal };
                    Entry { participant: participant.id, presence, proxy: None }
                })
                .collect();
            conduct::enter_presence(&held, tx, id, &entries)?;
            conduct::close(&held, tx, id, None)?;
            if one.published.is_some() {
                let after = Context::new(ctx.who(), &later, &randomness);
                minutes::approve(&after, tx, id, Some(PartialDate::of_day(later.now().day())), "En séance")?;
                minutes::publish(&after, tx, id)?;
            }
        }
        Ok(())
    });
    acted.await.unwrap();
}

/// What is kept of the network: month, figure, value, out of how many.
async fn figures(town: &Town) -> Vec<(String, String, Option<i64>, Option<i64>)> {
    town.read(|tx| {
        tx.query(
            "select f.month, f.figure, f.value, f.total from barometer_figure f join governance g on g.id = f.governance
             where g.slug = 'reseau-exemple-vallee' order by f.month, f.figure",
            &[],
            |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?)),
        )
    })
    .await
}

fn version(page: &str) -> String {
    page.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

stories! {
    async fn everybody_reads_the_dials_of_a_governance(town: Town) {
        let page = town.get("/gouvernances/reseau-exemple-vallee").await.ok().says("Baromètre");
        assert!(page.links().contains(&PAGE.to_owned()));
        town.get(PAGE).await.ok()
            .says("calculés le 21 novembre 2026").says("Ce n'est ni une note ni un classement")
            .says("2 structures sur 4 ont un titulaire.").says("1 structure sur 4 a une suppléance. Elle est facultative.").says("1 instance sur 3 a une animation nommée")
            .says("1 structure observe : elle n'est pas comptée, rien n'est attendu d'elle.")
            .says("1 réunion tenue, 1 attendue au moins (1 à 2 fois par an).").says("Atteint")
            .says("Prévu : 3 à 4 fois par an. L'instance est suivie ici depuis le 21 novembre 2026 : trop tôt pour comparer.")
            .says("3 catégories sur 4 sont venues au moins une fois, sur 1 réunion dont le compte rendu est public.")
            .says("Venues au moins une fois : Intercommunalité, Association d'usagers, Tiers-lieu. 1 autre n'est pas encore venue.")
            .says("À part : 1 structure qui observe est venue.")
            .says("Exemple fictif").says("Ce que ce cadran ne dit pas.")
            .never_says("%").never_says("retard").never_says("CCAS").never_says("Alix");
        // Nothing entered: it says so, and counts no zero.
        town.get("/gouvernances/ain/barometre").await.ok().says("Pas encore de membre ni d'instance.").says("Pas encore de réunion tenue").never_says("sur 0").never_says("0 sur").never_says("Au fil des mois");
        town.get("/gouvernances/pyrenees-atlantiques/barometre").await.ok().says("Aucun titulaire n'est encore noté ici.").says("Pas encore de réunion tenue").never_says("0 sur").never_says("Aucune des");
        // Examples held in a governance of the documents are told to be examples.
        town.get("/gouvernances/grain-vendee/barometre").await.ok().says("Exemple fictif Des réunions inventées pour la démonstration sont comptées.");
        town.get("/gouvernances/nationale/barometre").await.ok();
        town.get("/gouvernances/inconnue/barometre").await.is(404);
        let method = town.get("/barometre").await.ok().has("h1", "Baromètre des gouvernances");
        for title in ["Les rôles tenus", "Les réunions tenues", "La participation, par catégorie", "Le délai des comptes rendus"] {
            assert!(method.words().contains(title), "{title}");
        }
        // No page of it leads from one governance to another, nor lists them.
        assert!(method.links().iter().all(|link| !link.starts_with("/gouvernances/")), "{:?}", method.links());
    }

    async fn meetings_count_as_they_are_held(town: Town) {
        hold(&town, &[
            Past { bodies: &["assemblee-du-reseau", "college-des-structures"], ago: 20, absent: &["CCAS"], published: Some(10) },
            Past { bodies: &["college-des-structures"], ago: 100, absent: &[], published: Some(30) },
            Past { bodies: &["college-des-structures"], ago: 200, absent: &[], published: None },
            // Too long ago to count.
            Past { bodies: &["college-des-habitants-et-usagers"], ago: 366, absent: &[], published: Some(1) },
        ]).await;
        let page = town.get(PAGE).await.ok()
            .says("Les 2 instances comparées ont tenu les réunions qu'elles prévoyaient.")
            .says("2 réunions tenues, 1 attendue au moins (1 à 2 fois par an).")
            .says("3 réunions tenues, 3 attendues au moins (3 à 4 fois par an).")
            .says("Collège des habitants et usagers Aucune réunion tenue.")
            .says("1 réunion commune à plusieurs instances compte pour chacune.")
            // Three are public, with that of the demonstration; the CCAS came once.
            .says("Les 4 catégories appelées sont venues au moins une fois, sur 3 réunions")
            .says("La moitié au moins des 3 comptes rendus publics sont parus en 21 jours ou moins.").says("1 réunion attend encore son compte rendu public.");
        // A draft, a convened and a cancelled meeting are no meeting.
        let before = page.words();
        let mut alix = town.as_("animation").await;
        let new = "/gouvernances/reseau-exemple-vallee/instances/assemblee-du-reseau/reunions/nouvelle";
        let fields = [("title", "À annuler"), ("format", "follow_up"), ("day", "10/11/2026"), ("hour", "10h"), ("minutes", "60")];
        let page = alix.submit(new, &fields).await.ok();
        assert_eq!(town.get(PAGE).await.ok().words(), before);
        let place = page.path.trim_end_matches("/ordre-du-jour").to_owned();
        alix.submit(&format!("{place}/annuler"), &[("reason", "Trop tôt")]).await.ok();
        assert_eq!(town.get(PAGE).await.ok().words(), before);
    }

    /// The months before the governance came here are computed from dates; no month before the first that is known.
    async fn past_months_are_computed_from_dates(town: Town) {
        hold(&town, &[Past { bodies: &["assemblee-du-reseau"], ago: 150, absent: &[], published: Some(20) }]).await;
        let csv = town.get(&format!("{PAGE}.csv")).await.ok().text();
        assert!(csv.starts_with("mois,cadran,mesure,valeur,sur,unite,releve,commentaire\n"), "{csv}");
        let line = |month: &str, measure: &str| {
            let found = csv.lines().find(|line| line.starts_with(month) && line.contains(measure));
            found.unwrap_or_else(|| panic!("{month} {measure} in {csv}")).to_owned()
        };
        // 150 days before 21 November: 24 June.
        assert!(line("2026-05", "Instances qui ont tenu").ends_with("Instances qui ont tenu les réunions prévues,,,part d'un total,reconstitué,"), "{csv}");
        assert!(line("2026-06", "Instances qui ont tenu").contains(",1,1,"));
        assert!(line("2026-06", "Délai médian").contains(",,,jours,"));
        assert!(line("2026-06", "Réunions sans compte rendu").contains(",1,,nombre,"));
        assert!(line("2026-07", "Délai médian").contains(",20,,jours,"));
        assert!(line("2026-10", "Structures qui ont un titulaire").contains(",,,part d'un total,reconstitué"), "nobody was named before today");
        assert!(line("2025-11", "Co-porteurs").contains(",1,,nombre,"), "a date of the past is told");
        let count = csv.lines().count();
        assert_eq!(count, 1 + 12 * 8, "{csv}");
        let mut ods: Ods<_> = Ods::new(Cursor::new(town.get(&format!("{PAGE}.ods")).await.ok().body)).unwrap();
        let mut xlsx: Xlsx<_> = Xlsx::new(Cursor::new(town.get(&format!("{PAGE}.xlsx")).await.ok().body)).unwrap();
        for sheet in [ods.worksheet_range("Baromètre").unwrap(), xlsx.worksheet_range("Baromètre").unwrap()] {
            assert_eq!(sheet.rows().count(), count);
        }
        town.get(PAGE).await.ok().says("sont calculés aujourd'hui à partir des dates saisies").says("juin 2026 1 sur 1");
        // Nothing was written to show them.
        assert!(figures(&town).await.is_empty());
    }

    /// The governance has been here for a month: what it was is kept, once, by whichever node is first.
    async fn a_month_that_is_over_is_kept_once(town: Town) {
        hold(&town, &[Past { bodies: &["assemblee-du-reseau"], ago: 30, absent: &[], published: Some(12) }]).await;
        let before = town.acts().await;
        assert_eq!(keep_month(&town.app).await.unwrap(), 0, "nobody was here in October");
        assert_eq!(town.acts().await, before);
        town.get(PAGE).await.ok().says("octobre 2026").never_says("novembre 2026 2 sur 4");

        // 3 December: November is over.
        town.clock.set(town.clock.now().plus(12 * DAY));
        let other = town.second_node();
        let (first, second) = tokio::join!(keep_month(&town.app), keep_month(&other.app));
        let all: i64 = town.read(|tx| tx.get("select count(*) from governance where state <> 'closed'", &[], |row| row.get(0))).await;
        assert_eq!(first.unwrap() + second.unwrap(), all);
        assert_eq!(keep_month(&town.app).await.unwrap(), 0);
        let rows = figures(&town).await;
        assert_eq!(rows.len(), 8, "{rows:?}");
        assert!(rows.iter().all(|row| row.0 == "2026-11"));
        let find = |code: &str| rows.iter().find(|row| row.1 == code).map(|row| (row.2, row.3)).unwrap();
        assert_eq!((find("representatives"), find("meetings_reached")), ((Some(2), Some(4)), (Some(1), Some(1))));
        assert_eq!((find("minutes_days"), find("minutes_waiting")), ((Some(21), None), (Some(0), None)));
        town.get("/registre").await.ok().says("Relevé mensuel du baromètre de novembre 2026");
        let page = town.get(PAGE).await.ok().says("novembre 2026 2 sur 4").words();
        assert_eq!(other.get(PAGE).await.ok().words(), page);

        // A meeting entered later does not change what was kept; it counts from the next month on.
        hold(&town, &[Past { bodies: &["college-des-structures"], ago: 20, absent: &[], published: None }]).await;
        assert_eq!(keep_month(&town.app).await.unwrap(), 0);
        assert_eq!(figures(&town).await, rows);
        town.get(PAGE).await.ok().says("1 réunion attend encore").says("novembre 2026 21 jours 0");
        let csv = town.get(&format!("{PAGE}.csv")).await.ok().text();
        assert!(csv.contains("2026-11,Les rôles tenus,Structures qui ont un titulaire,2,4,part d'un total,2026-12-03"), "{csv}");
        town.clock.set(town.clock.now().plus(31 * DAY));
        keep_month(&town.app).await.unwrap();
        assert!(figures(&town).await.contains(&("2026-12".to_owned(), "minutes_waiting".to_owned(), Some(1), None)));
    }

    async fn who_manages_comments_and_nobody_else(town: Town) {
        let mut lou = town.as_("gestionnaire").await;
        let page = lou.get(PAGE).await.ok().says("Commenter le baromètre").says("Rien n'est écrit pour l'instant.");
        assert!(page.links().contains(&COMMENT.to_owned()));
        lou.get("/gouvernances/reseau-exemple-vallee/administration").await.ok().says("Baromètre");
        town.get(PAGE).await.ok().never_says("Commenter").never_says("Rien n'est écrit");
        let form = lou.get(COMMENT).await.ok().says("Mois de novembre 2026").says("N'y nommez personne.").text();
        assert_eq!(version(&form), "0");
        let before = town.acts().await;
        let long = "é".repeat(3_001);
        lou.post(COMMENT, &[("mois", "2026-11"), ("version", "0"), ("comment", &long)]).await.is(422).says("raccourcissez-le à 3000");
        lou.post(COMMENT, &[("mois", "2026-11"), ("version", "0"), ("comment", "a\u{7}b")]).await.is(422).says("caractère invisible");
        for month in ["2026-07", "2026-12", "2027-01", "hier", "2026-11-01", "-026-11"] {
            lou.post(COMMENT, &[("mois", month), ("version", "0"), ("comment", "Bonjour")]).await.is(404);
            lou.get(&format!("{COMMENT}?mois={month}")).await.is(404);
        }
        for who in ["animation", "secretariat", "voisin", "equipe-nationale", "exploitation"] {
            let mut other = town.as_(who).await;
            other.get(COMMENT).await.is(403);
            other.post(COMMENT, &[("mois", "2026-11"), ("version", "0"), ("comment", "Bonjour")]).await.is(403);
        }
        let mut visitor = town.browser();
        visitor.post(COMMENT, &[("mois", "2026-11"), ("version", "0"), ("comment", "Bonjour")]).await.is(403).says("Vous n'êtes plus connecté");
        assert_eq!(town.acts().await, before);

        let text = "L'été est une saison creuse 🏠.\r\n\r\n<b>Les permanences</b> continuaient.";
        let told = lou.submit(COMMENT, &[("mois", "2026-11"), ("version", "0"), ("comment", text)]).await.ok().says("Le commentaire est publié.");
        assert!(told.text().contains("&lt;b&gt;Les permanences&lt;/b&gt; continuaient."), "what was typed is text");
        town.get(PAGE).await.ok().says("L'été est une saison creuse").says("Sur le mois de novembre 2026, écrit le 21 novembre 2026.");
        town.get("/registre").await.ok().says("Commentaire du baromètre de novembre 2026 publié par").never_says("saison creuse");
        // The same again changes nothing.
        let acts = town.acts().await;
        lou.post(COMMENT, &[("mois", "2026-11"), ("version", "1"), ("comment", text)]).await.is(303);
        assert_eq!(town.acts().await, acts);

        // Two managers at once: the second sees what the first wrote, and keeps what was typed.
        let mut camille = town.as_("co-porteuse").await;
        lou.submit(COMMENT, &[("mois", "2026-11"), ("version", "1"), ("comment", "Version de Dominique.")]).await.ok().says("Sur le mois de novembre 2026, modifié le 21 novembre 2026.");
        let again = camille.post(COMMENT, &[("mois", "2026-11"), ("version", "1"), ("comment", "Version de Camille.")]).await.is(409).says("Quelqu'un d'autre a enregistré ce commentaire").says("Version de Dominique.").says("Version de Camille.");
        assert_eq!(version(&again.text()), "2");
        camille.submit(COMMENT, &[("mois", "2026-11"), ("version", "2"), ("comment", "Version commune.")]).await.ok().says("Version commune.").never_says("Version de Dominique");

        // A month before, beside the months; then it is taken back.
        lou.get(COMMENT).await.ok().says("Commenter plutôt le mois d'octobre 2026");
        lou.submit(COMMENT, &[("mois", "2026-10"), ("version", "0"), ("comment", "En octobre, rien.")]).await.ok().says("Commentaires des mois précédents").says("Sur le mois d'octobre 2026");
        let csv = town.get(&format!("{PAGE}.csv")).await.ok().text();
        assert!(csv.contains("2026-11,Commentaire de la gouvernance,,,,,2026-11-21,Version commune."), "{csv}");
        assert!(csv.find("En octobre, rien.") < csv.find("Version commune."));
        lou.submit(COMMENT, &[("mois", "2026-11"), ("version", "3"), ("comment", " \n ")]).await.ok().says("Le commentaire est retiré.").never_says("Version commune").says("En octobre, rien.");
        town.get("/registre").await.ok().says("Commentaire du baromètre de novembre 2026 retiré");
        assert!(!town.get(&format!("{PAGE}.csv")).await.ok().text().contains("Version commune"));
    }

    async fn two_comments_at_once_make_one(town: Town) {
        let id: Id<governance::Governance> = town.read(|tx| tx.get("select id from governance where slug = 'reseau-exemple-vallee'", &[], |row| row.get(0))).await;
        let month: Month = "2026-11".parse().unwrap();
        let node = town.second_node();
        let write = |text: &'static str| move |ctx: &Context<'_>, tx: &mut store::Tx<'_>| governance::barometer::acts::comment(ctx, tx, id, month, text, 0);
        let (one, other) = tokio::join!(town.app.act(Who::operator(), write("un")), node.app.act(Who::operator(), write("deux")));
        assert_eq!([one.is_ok(), other.is_ok()].iter().filter(|done| **done).count(), 1);
        let versions = town.read(move |tx| kept::comments(tx, id, month)).await;
        assert_eq!(versions.len(), 1);
    }

    async fn a_closed_governance_keeps_what_was_kept(town: Town) {
        town.clock.set(town.clock.now().plus(12 * DAY));
        keep_month(&town.app).await.unwrap();
        town.tamper("update governance set state = 'closed' where slug = 'reseau-exemple-vallee'").await;
        town.clock.set(town.clock.now().plus(40 * DAY));
        let page = town.get(PAGE).await.ok().says("Cette gouvernance est close").says("novembre 2026 2 sur 4").never_says("décembre 2026").never_says("Qui tient quel rôle");
        assert!(!page.words().contains("octobre 2026"));
        let mut lou = town.as_("gestionnaire").await;
        lou.get(PAGE).await.ok().never_says("Commenter");
        lou.post(COMMENT, &[("mois", ""), ("version", "0"), ("comment", "Trop tard.")]).await.is(409).says("ne se commente plus").says("Trop tard.");
        keep_month(&town.app).await.unwrap();
        assert!(figures(&town).await.iter().all(|row| row.0 == "2026-11"));
    }

    async fn the_number_of_queries_does_not_grow_with_the_meetings(town: Town) {
        async fn cost(town: &Town) -> u32 {
            let (dials, today) = (maillage::dials(), town.clock.now().day());
            town.read(move |tx| {
                let governance = governance::governances::store::by_slug(tx, "reseau-exemple-vallee")?;
                let before = tx.queries();
                let asked = Asked { governance: governance.id, slug: "reseau-exemple-vallee", followed: today, from: "2020-01-01".parse().unwrap(), to: today };
                for dial in dials.iter() {
                    let reading = dial.facts(tx, &asked)?.at(today);
                    assert_eq!(reading.figures.len(), dial.series().len());
                }
                Ok(tx.queries() - before)
            }).await
        }
        let few = cost(&town).await;
        hold(&town, &[
            Past { bodies: &["assemblee-du-reseau"], ago: 20, absent: &[], published: Some(10) },
            Past { bodies: &["assemblee-du-reseau", "college-des-structures"], ago: 60, absent: &[], published: Some(10) },
            Past { bodies: &["college-des-structures"], ago: 80, absent: &[], published: None },
        ]).await;
        assert_eq!(cost(&town).await, few);
        assert!(few <= 12, "{few}");
    }

    async fn each_series_has_a_code_of_its_own(_town: Town) {
        let dials = maillage::dials();
        let codes: Vec<&str> = dials.series().map(|(_, series)| series.code).collect();
        assert_eq!(codes, ["representatives", "deputies", "co_leads", "animated", "meetings_reached", "categories_there", "minutes_days", "minutes_waiting"]);
        assert!(dials.series().all(|(dial, series)| !dial.title().is_empty() && (series.unit != Unit::Days || series.code == "minutes_days")));
    }

    async fn the_national_team_may_ask_for_a_meeting_now_and_then(town: Town) {
        let mut national = town.as_("equipe-nationale").await;
        let define = "/administration/cadre-minimum";
        national.submit(define, &[]).await.ok();
        let new = format!("{define}/criteres/nouveau");
        national.get(&new).await.ok().says("Une réunion tenue au cours des derniers mois").says("Nombre à donner (nombre de mois), de 1 à 36");
        national.post(&new, &[("title", "Se réunir"), ("measure", "met"), ("threshold", "0")]).await.is(422).says("Donnez un nombre, de 1 à 36.");
        national.submit(&new, &[("title", "Se réunir"), ("measure", "met"), ("threshold", "6")]).await.ok()
            .says("Compté par Maillage : Une réunion tenue au cours des derniers mois, quelle que soit l'instance (nombre de mois : 6).");

        let measures = maillage::measures();
        let find = |slug: &'static str, later: i64| {
            let (measures, today) = (measures.clone(), town.clock.now().plus(later * DAY).day());
            town.read(move |tx| {
                let id = governance::governances::store::by_slug(tx, slug)?.id;
                let met = measures.find("met").unwrap();
                let found = met.find(tx, governance::framework::measure::Of::One(id), 6, today)?.remove(&id);
                Ok(found.unwrap_or_else(|| met.nothing(6)))
            })
        };
        let vallee = find("reseau-exemple-vallee", 0).await;
        assert!(vallee.met && vallee.sentence == "Dernière réunion tenue le 21 septembre 2026, dans les 6 derniers mois.", "{}", vallee.sentence);
        let later = find("reseau-exemple-vallee", 121).await;
        assert!(!later.met && later.sentence.ends_with("aucune dans les 6 derniers mois."), "{}", later.sentence);
        // One that is convened is not held; on a day before it was held, it was not.
        assert!(!find("reseau-exemple-plateau", 0).await.met);
        let before = find("reseau-exemple-vallee", -62).await;
        assert_eq!(before.sentence, "Aucune réunion tenue n'est saisie ; il en faut une dans les 6 derniers mois.");
    }
}
