//! Lists, votes, numbers, news, effects of other features.

use kernel::permission::Who;
use kernel::{Error, Id};
use meetings::decisions::acts::{self, NewEffect};
use meetings::decisions::model::Decision;
use meetings::decisions::{self, effects};
use store::Tx;

use super::{DRAFTS, NO_OBJECTION, VALLEE, body, consensus, decide, draft, drafted, inside, plain};

stories! {
    async fn lists_are_searched_filtered_paged_and_exported(town: Town) {
        let assembly = body(&town, "assemblee-du-reseau").await;
        town.act(&Who::operator(), move |ctx, tx| {
            for rank in 0..60 {
                decide(ctx, tx, assembly, &plain(&format!("Règle d'été numéro {rank}")))?;
            }
            Ok(())
        }).await.unwrap();
        let list = format!("{VALLEE}/decisions");
        let first = town.get(&list).await.ok().says("50 sur 62").says("2026-62");
        let next = first.text().split("href=\"").find(|rest| rest.contains("apres=")).unwrap().split('"').next().unwrap().replace("&#38;", "&").replace("&amp;", "&");
        let second = town.get(&next).await.ok();
        second.says("2026-01").says("12 sur 62").never_says("2026-62");
        // Words are folded: no accent, no case; each at the beginning of a word.
        town.get(&format!("{list}?q=REGLE+ete+2026-62")).await.ok().says("1 sur 1").says("numéro 59");
        town.get("/decisions?q=permanence+jeudi").await.ok().says("Ouvrir une permanence").says("Réseau exemple de la Vallée");
        town.get("/decisions?q=2026-04+aidants").await.ok().says("accueil des aidants");
        town.get("/decisions?q=%25").await.ok();
        town.get(&format!("{list}?q=zzzz")).await.ok().says("Aucune décision ne correspond");
        town.get(&format!("{list}?instance=college-des-structures")).await.ok().says("calendrier partagé").never_says("Règle d'été");
        town.get(&format!("{list}?execution=under_way")).await.ok().says("Ouvrir une permanence").never_says("calendrier partagé");
        town.get("/decisions?execution=todo").await.ok().never_says("Une demi-journée de formation");
        town.get(&format!("{list}?annee=2020")).await.ok().says("Aucune décision ne correspond");
        town.get(&format!("{list}?annee=n&instance=x&execution=y&apres=z")).await.ok().says("n'a pas de valeur");
        // Exports follow the filters.
        let csv = town.get(&format!("{list}.csv?instance=college-des-structures")).await.ok().text();
        assert_eq!(csv.lines().count(), 2, "{csv}");
        assert!(csv.contains("2026-02") && csv.contains("Exemple fictif"));
        let json: serde_json::Value = serde_json::from_slice(&town.get("/gouvernances/landes/decisions.json").await.ok().body).unwrap();
        let all = json["decisions"].as_array().unwrap();
        assert_eq!(all.len(), 2);
        assert_eq!((all[0]["numero"].as_str(), all[0]["abroge"][0].as_str()), (Some("2026-02"), Some("2026-01")));
        assert_eq!((all[1]["etat"].as_str(), all[1]["abrogee_par"][0].as_str()), (Some("repealed"), Some("2026-02")));
        for file in ["/decisions.csv", "/decisions.json", "/decisions.ods", "/decisions.xlsx"] {
            assert!(town.get(file).await.ok().body.len() > 500, "{file}");
        }
        for pdf in [format!("{list}.pdf"), format!("{list}/2026-01/decision.pdf")] {
            let body = town.get(&pdf).await.ok().body;
            assert!(body.starts_with(b"%PDF") && body.len() > 5_000, "{pdf}");
        }
        assert!(inside(&town.get(&format!("{list}/2026-01/decision.odt")).await.ok().body).contains("Ouvrir une permanence"));
        town.get(&format!("{list}/2026-99/decision.pdf")).await.is(404);
    }

    async fn a_vote_settles_a_draft_and_nothing_else_does_meanwhile(town: Town) {
        let assembly = body(&town, "assemblee-du-reseau").await;
        let (ballot, other) = (uuid::Uuid::from_u128(5), uuid::Uuid::from_u128(6));
        let operator = Who::operator();
        let on = kernel::Clock::now(town.clock.as_ref()).day();
        let (id, lost) = (drafted(&town, assembly, "Voter").await, drafted(&town, assembly, "Perdre").await);
        let town = &town;
        let voted = move || async move { town.read(move |tx| decisions::is_being_voted(tx, id)).await };
        assert!(!voted().await);
        town.act(&operator, move |ctx, tx| decisions::attach_ballot(ctx, tx, id, ballot)).await.unwrap();
        assert!(voted().await);
        assert!(town.read(move |tx| decisions::drafts_of_body(tx, assembly)).await.iter().any(|one| one.id == id && one.is_being_voted()));
        // Neither corrected, nor given up, nor adopted otherwise.
        let mut animation = town.as_("animation").await;
        let at = format!("{DRAFTS}/{id}");
        animation.get(&at).await.ok().says("Un vote porte sur ce projet").never_says("Adopter par consensus");
        let seen = town.read(move |tx| decisions::store::find(tx, id)).await.version.to_string();
        let fields = [("version", seen.as_str()), ("manner", "written"), ("on", "20/11/2026"), ("sentence", NO_OBJECTION)];
        animation.post(&format!("{at}/adopter"), &fields).await.is(409).says("soumis à un vote");
        animation.post(&format!("{at}/abandonner"), &[("reason", "Non")]).await.is(409).says("soumis à un vote");
        let mut other_text = draft("Autre", "Autre.");
        other_text.push(("version", &seen));
        animation.post(&format!("{at}/modifier"), &other_text).await.is(409).says("soumis à un vote");
        let refused = town.act(&operator, move |ctx, tx| decisions::settle_by_vote(ctx, tx, id, other, true, "Adopté.", on)).await;
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
        town.act(&operator, move |ctx, tx| decisions::settle_by_vote(ctx, tx, id, ballot, true, "14 pour sur 20 exprimés, deux tiers = 14 : adopté", on)).await.unwrap();
        assert!(!voted().await);
        town.get(&format!("{VALLEE}/decisions/2026-03")).await.ok().says("par vote").says("14 pour sur 20 exprimés");
        let again = town.act(&operator, move |ctx, tx| decisions::settle_by_vote(ctx, tx, id, ballot, true, "Encore", on)).await;
        assert!(matches!(again, Err(Error::Conflict(_))), "{again:?}");
        // What is rejected takes no number, and no effect.
        town.act(&operator, move |ctx, tx| decisions::settle_by_vote(ctx, tx, lost, other, false, "9 pour sur 20 : rejeté", on)).await.unwrap();
        animation.get(&format!("{DRAFTS}/{lost}")).await.ok().says("Rejetée").says("9 pour sur 20");
        town.get(&format!("{VALLEE}/decisions")).await.ok().never_says("Perdre");
        town.get(&format!("{VALLEE}/registre")).await.ok().never_says("Perdre");
    }

    async fn numbers_are_given_once_each_without_a_gap(town: Town) {
        let assembly = body(&town, "assemblee-du-reseau").await;
        let second = town.second_node();
        let mut running = Vec::new();
        for rank in 0..24 {
            let app = if rank % 2 == 0 { town.app.clone() } else { second.app.clone() };
            running.push(tokio::spawn(async move {
                app.act(Who::operator(), move |ctx, tx| {
                    // Every fourth one fails after it was given its number: nobody keeps it.
                    let number = decide(ctx, tx, assembly, &plain(&format!("Ensemble {rank}")))?;
                    if rank % 4 == 3 { Err(Error::Conflict(number.to_string())) } else { Ok(number) }
                }).await
            }));
        }
        let mut given = Vec::new();
        for one in running {
            if let Ok(number) = one.await.unwrap() {
                given.push(number.rank);
            }
        }
        given.sort_unstable();
        assert_eq!(given, (3..=20).collect::<Vec<i64>>());
    }

    async fn those_who_sit_in_the_body_are_told(town: Town) {
        let assembly = body(&town, "assemblee-du-reseau").await;
        let told = |tx: &mut Tx<'_>| tx.get("select count(*) from letter_news where title like 'Décision 2026-03%'", &[], |row| row.get::<i64>(0));
        let none = town.read(told).await;
        town.act(&Who::operator(), move |ctx, tx| decide(ctx, tx, assembly, &plain("À faire savoir")).map(|_| ())).await.unwrap();
        assert!(none == 0 && town.read(told).await >= 2);
    }

    /// A crate further down adds an effect without a change in the crate of decisions.
    async fn an_effect_of_another_feature_runs_too(town: Town) {
        effects::add([&ROADMAP as &'static dyn effects::Effect]);
        let assembly = body(&town, "assemblee-du-reseau").await;
        let id = town.act(&Who::operator(), move |ctx, tx| {
            let id: Id<Decision> = acts::write(ctx, tx, assembly, &plain("Adopter la feuille de route"), &kernel::Provenance::entered())?;
            acts::plan_effect(ctx, tx, id, &NewEffect { kind: "roadmap.adopt".into(), subject: "2027".into(), ..NewEffect::default() })?;
            let version = decisions::store::find(tx, id)?.version;
            acts::adopt(ctx, tx, id, version, &consensus())?;
            Ok(id)
        }).await.unwrap();
        let done = town.read(move |tx| decisions::store::effects(tx, id)).await;
        assert_eq!(done[0].done, "La feuille de route 2027 est adoptée");
    }
}

/// What a feature of a later crate would write.
struct AdoptRoadmap;
static ROADMAP: AdoptRoadmap = AdoptRoadmap;

impl effects::Effect for AdoptRoadmap {
    fn code(&self) -> &'static str {
        "roadmap.adopt"
    }
    fn label(&self) -> &'static str {
        "Adopter une feuille de route"
    }
    fn asks(&self) -> effects::Asks {
        effects::Asks { subject: "Feuille de route", ..effects::Asks::default() }
    }
    fn choices(&self, _: &mut Tx<'_>, _: &effects::Deciding) -> kernel::Result<Vec<(String, String)>> {
        Ok(Vec::new())
    }
    fn choose(
        &self,
        _: &mut Tx<'_>,
        _: &effects::Deciding,
        value: &str,
        chosen: effects::Chosen,
    ) -> kernel::Result<effects::Chosen> {
        Ok(effects::Chosen { subject: value.to_owned(), ..chosen })
    }
    fn told(&self, _: &mut Tx<'_>, _: &effects::Deciding, chosen: &effects::Chosen) -> kernel::Result<String> {
        Ok(format!("Adopter la feuille de route {}", chosen.subject))
    }
    fn run(
        &self,
        ctx: &kernel::Context<'_>,
        _: &mut Tx<'_>,
        of: &effects::Deciding,
        chosen: &effects::Chosen,
    ) -> kernel::Result<effects::Done> {
        ctx.require(kernel::Capability::ManageGovernance, kernel::Scope::Governance(of.head.id.uuid()))?;
        Ok(effects::Done { told: format!("La feuille de route {} est adoptée", chosen.subject), href: String::new() })
    }
}
