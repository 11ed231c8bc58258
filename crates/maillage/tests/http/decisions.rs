//! Decisions: drafted, adopted, numbered, run, followed, amended.

mod settled;

use kernel::permission::{Role, Who};
use kernel::{Error, Id};
use meetings::decisions;
use meetings::decisions::acts::{self, Consensus, NewEffect};
use meetings::decisions::model::{Decision, Draft};
use store::Tx;

use crate::town::{Browser, Town};

const VALLEE: &str = "/gouvernances/reseau-exemple-vallee";
const ASSEMBLY: &str = "/gouvernances/reseau-exemple-vallee/instances/assemblee-du-reseau";
const DRAFTS: &str = "/gouvernances/reseau-exemple-vallee/instances/assemblee-du-reseau/decisions";
const NO_OBJECTION: &str = "L'animation a demandé s'il y avait des objections ; aucune n'a été exprimée.";

fn draft<'a>(title: &'a str, text: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("title", title),
        ("text", text),
        ("arising", "initiative"),
        ("to_execute", "oui"),
        ("responsible", "Secrétariat"),
    ]
}

/// Writes a draft, and gives its address.
async fn write(browser: &mut Browser<'_>, fields: &[(&str, &str)]) -> String {
    let reply = browser.post(&format!("{DRAFTS}/nouvelle"), fields).await.is(303);
    reply.header("location").split('?').next().unwrap().to_owned()
}

/// The version that a form carries.
async fn version(browser: &mut Browser<'_>, form: &str) -> String {
    let page = browser.get(form).await.ok().text();
    page.split("name=\"version\" value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()
}

/// Adopts a draft in writing, and gives the address of its page.
async fn adopt(browser: &mut Browser<'_>, at: &str) -> String {
    let form = format!("{at}/adopter");
    let version = version(browser, &form).await;
    let fields =
        [("version", version.as_str()), ("manner", "written"), ("on", "20/11/2026"), ("sentence", NO_OBJECTION)];
    let reply = browser.post(&form, &fields).await.is(303);
    reply.header("location").split('?').next().unwrap().to_owned()
}

/// The value of a choice of a form, by the beginning of what it shows.
async fn choice(browser: &mut Browser<'_>, form: &str, shown: &str) -> String {
    let page = browser.get(form).await.ok().text();
    let found = page.split("<option value=\"").skip(1).find(|rest| rest.split_once('>').unwrap().1.starts_with(shown));
    found.unwrap_or_else(|| panic!("no choice « {shown} »")).split('"').next().unwrap().to_owned()
}

async fn body(town: &Town, slug: &'static str) -> Id<governance::bodies::model::Body> {
    town.read(move |tx| tx.get("select id from body where slug = $1", store::params![slug], |row| row.get(0))).await
}

fn plain(title: &str) -> Draft {
    Draft {
        title: title.into(),
        text: "Le texte.".into(),
        arising: "initiative".into(),
        to_execute: true,
        ..Draft::default()
    }
}

fn consensus() -> Consensus {
    Consensus { manner: "written".into(), on: "20/11/2026".into(), sentence: NO_OBJECTION.into() }
}

async fn drafted(town: &Town, body: Id<governance::bodies::model::Body>, title: &'static str) -> Id<Decision> {
    let write = move |ctx: &kernel::Context<'_>, tx: &mut Tx<'_>| {
        acts::write(ctx, tx, body, &plain(title), &kernel::Provenance::entered())
    };
    town.act(&Who::operator(), write).await.unwrap()
}

/// Writes and adopts by the acts.
fn decide(
    ctx: &kernel::Context<'_>,
    tx: &mut Tx<'_>,
    body: Id<governance::bodies::model::Body>,
    draft: &Draft,
) -> kernel::Result<decisions::Number> {
    let id = acts::write(ctx, tx, body, draft, &kernel::Provenance::entered())?;
    let version = decisions::store::find(tx, id)?.version;
    acts::adopt(ctx, tx, id, version, &consensus())
}

stories! {
    async fn the_demonstration_shows_what_was_decided(town: Town) {
        town.get(&format!("{VALLEE}/decisions")).await.ok().says("Ouvrir une permanence le jeudi soir").says("2026-01").says("Exemple fictif");
        let page = town.get(&format!("{VALLEE}/decisions/2026-01")).await.ok();
        page.says("Décision 2026-01").says("par consensus, en réunion").says("Assemblée d’automne").says("Première permanence tenue.")
            .says("Écrire le bilan de la permanence du jeudi");
        // Amended and repealed decisions stay, and both sides say so.
        town.get("/gouvernances/grain-vendee/decisions/2026-01").await.ok().says("Modifiée par").says("Décision 2026-04");
        town.get("/gouvernances/grain-vendee/decisions/2026-04").await.ok().says("Modifie la décision 2026-01");
        town.get("/gouvernances/landes/decisions/2026-01").await.ok().says("Abrogée par").says("Abrogée");
        // The draft is for those who animate.
        let everything = [town.get(&format!("{VALLEE}/decisions")).await, town.get("/decisions").await, town.get(&format!("{VALLEE}/registre")).await];
        for page in everything {
            page.ok().never_says("Admettre un bailleur social");
        }
        town.get(DRAFTS).await.is(303);
        town.as_("animation").await.get(DRAFTS).await.ok().says("Admettre un bailleur social").says("Accueillir un nouveau membre");
        town.as_("voisin").await.get(DRAFTS).await.is(403);
        town.get(ASSEMBLY).await.ok().says("Les décisions de cette instance");
        // No number, no page.
        for nothing in ["2026-99", "2026-1", "x", "2026-00"] {
            town.get(&format!("{VALLEE}/decisions/{nothing}")).await.is(404);
        }
        town.get("/gouvernances/reseau-exemple-plateau/decisions").await.ok().says("Aucune décision n'est encore adoptée");
    }

    async fn a_decision_goes_from_its_draft_to_its_page(town: Town) {
        let mut animation = town.as_("animation").await;
        let acts_before = town.acts().await;
        let empty = animation.post(&format!("{DRAFTS}/nouvelle"), &[("title", "Un titre gardé")]).await.is(422);
        empty.says("Écrivez ce qui est décidé.").keeps("Un titre gardé");
        let at = write(&mut animation, &draft("Prêter des tablettes", "Les structures se prêtent leurs tablettes.")).await;
        animation.get(&at).await.ok().says("Projet de décision").says("Aucun effet");
        town.browser().get(&at).await.is(303);
        town.as_("suppleance").await.get(&at).await.is(403);
        assert_eq!(town.acts().await, acts_before, "the register tells of a draft");

        // A consensus without its sentence, or tomorrow, is none.
        let form = format!("{at}/adopter");
        let seen = version(&mut animation, &form).await;
        let wrong = [("version", seen.as_str()), ("manner", "meeting"), ("on", "22/11/2026"), ("sentence", "")];
        animation.post(&form, &wrong).await.is(422).says("Remplissez ce champ.").says("Ce jour n'est pas encore venu.").says("rattachez d'abord le projet");
        let page = adopt(&mut animation, &at).await;
        assert_eq!(page, format!("{VALLEE}/decisions/2026-03"));
        town.get(&page).await.ok().says("Prêter des tablettes").says("par consensus, par écrit, le 20 novembre 2026").says("aucune n'a été exprimée");
        town.get(&format!("{VALLEE}/decisions")).await.ok().says("Prêter des tablettes");
        town.get(&format!("{VALLEE}/registre")).await.ok().says("Décision 2026-03 de « Assemblée du réseau » adoptée par consensus");
        assert_eq!(town.acts().await, acts_before + 1);

        // What is adopted is adopted once, and its text stays.
        animation.post(&form, &wrong).await.is(409).says("elle ne change plus");
        animation.get(&form).await.is(409);
        animation.get(&format!("{at}/modifier")).await.is(409);
        animation.post(&format!("{at}/modifier"), &draft("Autre", "Autre texte")).await.is(409);
        animation.post(&format!("{at}/abandonner"), &[("reason", "Non")]).await.is(409);
        town.get(&page).await.ok().says("Les structures se prêtent leurs tablettes.").never_says("Autre texte");
        // The address of the workshop leads to the page.
        animation.get(&at).await.is(303);
    }

    async fn two_who_correct_one_draft_see_each_other(town: Town) {
        let mut one = town.as_("animation").await;
        let mut other = town.as_("gestionnaire").await;
        let at = write(&mut one, &draft("Un projet", "Un texte.")).await;
        let form = format!("{at}/modifier");
        let (first, second) = (version(&mut one, &form).await, version(&mut other, &form).await);
        let mut mine = draft("Un projet relu", "Un texte relu.");
        mine.push(("version", &first));
        one.submit(&form, &mine).await.ok().says("Le projet est corrigé.").says("Un texte relu.");
        let mut theirs = draft("Un projet", "Un autre texte.");
        theirs.push(("version", &second));
        other.post(&form, &theirs).await.is(409).says("Quelqu'un d'autre").says("Un texte relu.").says("Un autre texte.");
        // What was read is adopted, and nothing that changed meanwhile.
        let adoption = [("version", second.as_str()), ("manner", "written"), ("on", "20/11/2026"), ("sentence", NO_OBJECTION)];
        other.post(&format!("{at}/adopter"), &adoption).await.is(409).says("relisez-le avant de l'adopter");
        one.submit(&format!("{at}/abandonner"), &[("reason", "Plus utile")]).await.ok().says("Le projet est abandonné.").says("Abandonnée");
        one.get(&at).await.ok().says("Plus utile");
        one.get(&format!("{at}/adopter")).await.is(409);
    }

    async fn effects_run_with_the_adoption_or_nothing_does(town: Town) {
        let mut animation = town.as_("animation").await;
        let at = write(&mut animation, &draft("Admettre le bailleur", "Le bailleur devient membre.")).await;
        let admit = format!("{at}/effet?nature=member.admit");
        let landlord = choice(&mut animation, &admit, "Bailleur").await;
        animation.post(&admit, &[("subject", "x")]).await.is(422).says("Choisissez une structure dans la liste.");
        animation.submit(&admit, &[("subject", &landlord)]).await.ok().says("Admettre « Bailleur");
        animation.post(&admit, &[("subject", &landlord)]).await.is(422).says("déjà cet effet");
        let task = format!("{at}/effet?nature=task.give");
        animation.post(&task, &[("subject", "instance"), ("note", "")]).await.is(422).says("Écrivez ce qu'il y a à faire.");
        animation.submit(&task, &[("subject", "instance"), ("note", "Accueillir le nouveau membre"), ("due_on", "15/12/2026")]).await.ok().says("15 décembre 2026");
        let charter = format!("{at}/effet?nature=agreement.adopt");
        let text = choice(&mut animation, &charter, "Charte").await;
        animation.submit(&charter, &[("subject", &text)]).await.ok().says("Adopter le texte");

        // The animator alone may not admit anybody: the decision may.
        let member = landlord.clone();
        let who = town.read(|tx| {
            let person: Id<directory::Person> = tx.get("select person from account where email_key = 'animation@exemple.fictif'", &[], |row| row.get(0))?;
            Ok(Who::person(person.uuid(), None, governance::powers::store::roles_of(tx, person, "2026-11-21".parse().unwrap())?))
        }).await;
        let alone = town.act(&who, move |ctx, tx| governance::members::acts::admit(ctx, tx, member.parse().unwrap(), None)).await;
        assert!(matches!(alone, Err(Error::Forbidden(_))), "{alone:?}");

        // Somebody else has answered the application meanwhile: nothing is adopted, not even halfway.
        let member = landlord.clone();
        town.act(&Who::operator(), move |ctx, tx| governance::members::acts::admit(ctx, tx, member.parse().unwrap(), None)).await.unwrap();
        let before = town.acts().await;
        let form = format!("{at}/adopter");
        let seen = version(&mut animation, &form).await;
        let fields = [("version", seen.as_str()), ("manner", "written"), ("on", "20/11/2026"), ("sentence", NO_OBJECTION)];
        animation.post(&form, &fields).await.is(409).says("n'est plus candidate").says("Retirez cet effet").says("aucune n'a été exprimée");
        assert_eq!(town.acts().await, before);
        assert_eq!(town.read(|tx| tx.get("select count(*) from task where text = 'Accueillir le nouveau membre'", &[], |row| row.get::<i64>(0))).await, 0);
        let page = animation.get(&at).await.ok().says("Ce n'est plus possible");
        let remove = page.text().split("action=\"").skip(1).find(|rest| rest.contains("/retirer\"")).unwrap().split('"').next().unwrap().to_owned();
        animation.submit(&remove, &[]).await.ok().says("L'effet est retiré du projet.");

        let page = adopt(&mut animation, &at).await;
        town.get(&page).await.ok().says("Tâche confiée à « Animation (Assemblée du réseau) »").says("est adopté").says("Accueillir le nouveau membre");
        // The animator finds the task, and says that it is done.
        animation.get("/a-faire").await.ok().says("Accueillir le nouveau membre");
        town.get(&format!("{VALLEE}/taches")).await.ok().says("Accueillir le nouveau membre").says("Décision 2026-03");
        let tasks = animation.get(&format!("{VALLEE}/taches")).await.text();
        let own = tasks.split("href=\"").find(|rest| rest.contains(">Accueillir le nouveau membre")).unwrap().split('"').next().unwrap().to_owned();
        let seen = version(&mut animation, &own).await;
        animation.submit(&own, &[("version", &seen), ("state", "done"), ("note", "")]).await.ok();
        town.get(&page).await.ok().says("Faite");
    }

    async fn admission_and_co_lead_and_the_state_follow_a_decision(town: Town) {
        let mut animation = town.as_("animation").await;
        let at = write(&mut animation, &draft("Entrer et co-porter", "Le bailleur entre ; le CCAS co-porte ; le réseau fait une pause.")).await;
        let admit = format!("{at}/effet?nature=member.admit");
        let landlord = choice(&mut animation, &admit, "Bailleur").await;
        animation.submit(&admit, &[("subject", &landlord)]).await.ok();
        let lead = format!("{at}/effet?nature=member.designate_co_lead");
        let ccas = choice(&mut animation, &lead, "CCAS").await;
        animation.submit(&lead, &[("subject", &ccas)]).await.ok();
        let state = format!("{at}/effet?nature=governance.change_state");
        animation.post(&state, &[("subject", "suspended"), ("note", "")]).await.is(422).says("Dites pourquoi");
        animation.submit(&state, &[("subject", "suspended"), ("note", "Une pause d'un trimestre")]).await.ok();
        let page = adopt(&mut animation, &at).await;
        town.get(&page).await.ok().says("est membre depuis le 20 novembre 2026").says("est co-porteuse depuis le").says("suspendue");
        let members = town.get(&format!("{VALLEE}/membres")).await.ok();
        members.says("20 novembre 2026");
        town.get(VALLEE).await.ok().says("Suspendue");
        // The register names who did it, and the decision.
        town.get(&format!("{VALLEE}/registre")).await.ok().says("par décision de « Assemblée du réseau » le 20 novembre 2026");
    }

    async fn a_body_that_does_not_speak_for_the_governance_decides_for_itself(town: Town) {
        let college = body(&town, "college-des-structures").await;
        let member: Id<governance::members::model::Member> = town.read(|tx| tx.get("select m.id from member m join organisation o on o.id = m.organisation where o.name_key like 'bailleur%'", &[], |row| row.get(0))).await;
        let governance: uuid::Uuid = town.read(|tx| tx.get("select id from governance where slug = 'reseau-exemple-vallee'", &[], |row| row.get(0))).await;
        let reach = kernel::Reach::Body { governance, body: college.uuid() };
        let animator = Who::person(uuid::Uuid::from_u128(77), None, vec![Role::new(kernel::RoleKind::Animator, reach)]);
        let id = town.act(&animator, move |ctx, tx| acts::write(ctx, tx, college, &plain("Admettre"), &kernel::Provenance::entered())).await.unwrap();
        let effect = move || NewEffect { kind: "member.admit".into(), subject: member.to_string(), ..NewEffect::default() };
        let refused = town.act(&animator, move |ctx, tx| acts::plan_effect(ctx, tx, id, &effect())).await;
        assert!(matches!(&refused, Err(Error::Conflict(why)) if why.contains("engage toute la gouvernance")), "{refused:?}");
        // A manager may plan it there; but then the animator may not have it adopted.
        let manager = Who::person(uuid::Uuid::from_u128(78), None, vec![Role::manager(governance)]);
        town.act(&manager, move |ctx, tx| acts::plan_effect(ctx, tx, id, &effect())).await.unwrap();
        let seen = town.read(move |tx| decisions::store::find(tx, id)).await.version;
        let refused = town.act(&animator, move |ctx, tx| acts::adopt(ctx, tx, id, seen, &consensus())).await;
        assert!(matches!(refused, Err(Error::Conflict(_))), "{refused:?}");
        town.act(&manager, move |ctx, tx| acts::adopt(ctx, tx, id, seen, &consensus())).await.unwrap();
        // Nor does it come back on what the assembly decided.
        let refused = town.act(&animator, move |ctx, tx| acts::write(ctx, tx, college, &Draft { repeals: "2026-01".into(), ..plain("Abroger") }, &kernel::Provenance::entered())).await;
        assert!(matches!(&refused, Err(Error::Invalid(errors)) if errors.of("repeals").is_some()), "{refused:?}");
    }

    async fn a_later_decision_amends_or_repeals(town: Town) {
        let mut animation = town.as_("animation").await;
        animation.get(&format!("{VALLEE}/decisions/2026-01")).await.ok().says("La modifier par une nouvelle décision");
        town.get(&format!("{VALLEE}/decisions/2026-01")).await.ok().never_says("La modifier par une nouvelle décision");
        animation.get(&format!("{DRAFTS}/nouvelle?modifie=2026-01")).await.ok().keeps("2026-01");
        let mut fields = draft("Rien", "Rien.");
        fields.extend([("amends", "2026-77"), ("repeals", "n'importe quoi")]);
        animation.post(&format!("{DRAFTS}/nouvelle"), &fields).await.is(422).says("séparés par des virgules");
        fields.pop();
        animation.post(&format!("{DRAFTS}/nouvelle"), &fields).await.is(422).says("n'a pas de décision 2026-77");
        let mut fields = draft("Prolonger la permanence", "La permanence dure un an.");
        fields.push(("amends", "2026-01"));
        let at = write(&mut animation, &fields).await;
        // Before it is adopted nothing has changed.
        town.get(&format!("{VALLEE}/decisions/2026-01")).await.ok().never_says("Modifiée par");
        let page = adopt(&mut animation, &at).await;
        town.get(&page).await.ok().says("Modifie la décision 2026-01");
        town.get(&format!("{VALLEE}/decisions/2026-01")).await.ok().says("Modifiée par").says("Prolonger la permanence").says("Ouvrir une permanence");
        // Two drafts repeal it: the second one finds it repealed.
        let mut repeal = draft("Fermer", "La permanence ferme.");
        repeal.push(("repeals", "2026-01, 2026-03"));
        let one = write(&mut animation, &repeal).await;
        repeal[0].1 = "Fermer aussi";
        let two = write(&mut animation, &repeal).await;
        adopt(&mut animation, &one).await;
        let form = format!("{two}/adopter");
        let seen = version(&mut animation, &form).await;
        let late = [("version", seen.as_str()), ("manner", "written"), ("on", "20/11/2026"), ("sentence", NO_OBJECTION)];
        animation.post(&form, &late).await.is(409).says("ne peut plus être modifiée ni abrogée");
        town.get(&format!("{VALLEE}/decisions/2026-03")).await.ok().says("Abrogée par");
        animation.get(&format!("{VALLEE}/decisions/2026-01")).await.ok().never_says("Dire où en est l'exécution");
        // The number that was not given is given to the next: no gap.
        let at = write(&mut animation, &draft("Suivante", "Suivante.")).await;
        assert_eq!(adopt(&mut animation, &at).await, format!("{VALLEE}/decisions/2026-05"));
    }

    async fn execution_and_review_are_followed_and_reminded(town: Town) {
        let mut animation = town.as_("animation").await;
        animation.get("/a-faire").await.ok().says("Revoir la décision 2026-01").never_says("Dire où en est la décision 2026-01");
        let id = town.read(|tx| {
            let head = governance::forms::governance(tx, "reseau-exemple-vallee")?;
            Ok(decisions::store::by_number(tx, head.id, "2026-01".parse().unwrap())?.unwrap().id)
        }).await;
        let (execution, review) = (format!("{DRAFTS}/{id}/execution"), format!("{DRAFTS}/{id}/revue"));
        let seen = version(&mut animation, &execution).await;
        animation.post(&execution, &[("version", &seen), ("state", "dropped"), ("note", "")]).await.is(422).says("Dites pourquoi");
        animation.post(&execution, &[("version", &seen), ("state", "done"), ("on", "01/01/2026")]).await.is(422).says("n'était pas encore prise");
        let under_way = [("version", seen.as_str()), ("state", "under_way"), ("note", "Deuxième mois"), ("due_on", "20/11/2026"), ("responsible", "CCAS exemple de Valfictif")];
        animation.submit(&execution, &under_way).await.ok().says("Deuxième mois").says("Exécution en retard").says("CCAS exemple de Valfictif");
        let acts = town.acts().await;
        animation.submit(&execution, &under_way).await.ok();
        assert_eq!(town.acts().await, acts, "sent twice, it is said once");
        animation.post(&execution, &[("version", &seen), ("state", "done")]).await.is(409).says("Quelqu'un d'autre");
        town.get(&format!("{VALLEE}/decisions")).await.ok().says("En retard");
        animation.get("/a-faire").await.ok().says("Dire où en est la décision 2026-01");
        let seen = version(&mut animation, &review).await;
        animation.post(&review, &[("version", &seen), ("on", "01/01/2020")]).await.is(422).says("Donnez un jour à venir");
        animation.submit(&review, &[("version", &seen), ("on", "01/06/2027")]).await.ok().says("1er juin 2027");
        let seen = version(&mut animation, &execution).await;
        animation.submit(&execution, &[("version", &seen), ("state", "done"), ("note", "Bilan fait"), ("due_on", "20/11/2026")]).await.ok().says("Bilan fait").never_says("en retard");
        animation.get("/a-faire").await.ok().never_says("décision 2026-01");
        town.as_("suppleance").await.get(&execution).await.is(403);
    }

    async fn a_decision_of_a_meeting_stands_in_its_minutes_and_a_draft_never(town: Town) {
        let mut animation = town.as_("animation").await;
        let meeting = town.read(|tx| tx.get("select slug from meeting where title = 'Assemblée d’automne'", &[], |row| row.get::<String>(0))).await;
        let minutes = format!("{VALLEE}/reunions/{meeting}/compte-rendu");
        town.get(&minutes).await.ok().says("2026-01").says("Ouvrir une permanence le jeudi soir");
        let pdf = town.get(&format!("{VALLEE}/reunions/{meeting}/compte-rendu.pdf")).await.ok();
        assert!(pdf.body.starts_with(b"%PDF"));
        let odt = town.get(&format!("{VALLEE}/reunions/{meeting}/compte-rendu.odt")).await.ok();
        assert!(inside(&odt.body).contains("Décision 2026-01") && inside(&odt.body).contains("/gouvernances/reseau-exemple-vallee/decisions/2026-01"));
        // A draft on the same item: nobody reads it there.
        let item = town.read(|tx| tx.get("select i.id from agenda_item i join meeting m on m.id = i.meeting where m.title = 'Assemblée d’automne' and i.rank = 2", &[], |row| row.get::<uuid::Uuid>(0))).await.to_string();
        animation.get(&format!("{VALLEE}/reunions/{meeting}/ordre-du-jour")).await.ok().says("Préparer la décision");
        animation.get(&format!("{DRAFTS}/nouvelle?point={item}")).await.ok().keeps("Bilan des permanences");
        let mut fields = draft("Projet secret", "Rien n'est décidé.");
        fields.push(("item", &item));
        let at = write(&mut animation, &fields).await;
        animation.get(&format!("{VALLEE}/reunions/{meeting}/ordre-du-jour")).await.ok().says("Projet secret");
        for page in ["", "/compte-rendu", "/compte-rendu.odt", "/synthese.odt"] {
            let reply = animation.get(&format!("{VALLEE}/reunions/{meeting}{page}")).await.ok();
            assert!(!reply.text().contains("Projet secret") && !inside(&reply.body).contains("Projet secret"), "{page}");
        }
        // Taken in that meeting, on its day and on no other.
        let form = format!("{at}/adopter");
        let seen = version(&mut animation, &form).await;
        let other_day = [("version", seen.as_str()), ("manner", "meeting"), ("on", "20/11/2026"), ("sentence", NO_OBJECTION)];
        animation.post(&form, &other_day).await.is(422).says("Ce n'est pas un jour de cette réunion.");
        animation.submit(&form, &[("version", &seen), ("manner", "meeting"), ("on", ""), ("sentence", NO_OBJECTION)]).await.ok().says("en réunion");
        town.get(&minutes).await.ok().says("Projet secret");
        // What was approved does not grow by what was decided later.
        let mut fields = draft("Après coup", "Par écrit, plus tard.");
        fields.push(("item", &item));
        let at = write(&mut animation, &fields).await;
        adopt(&mut animation, &at).await;
        town.get(&minutes).await.ok().never_says("Après coup");
        town.get(&format!("{VALLEE}/reunions/{meeting}")).await.ok().says("Après coup");
        // An item that leaves its agenda gives its drafts back.
        let coming = town.read(|tx| tx.get("select m.slug, i.id from agenda_item i join meeting m on m.id = i.meeting where i.title = 'Accueillir un nouveau membre'", &[], |row| Ok((row.get::<String>(0)?, row.get::<uuid::Uuid>(1)?)))).await;
        animation.submit(&format!("{VALLEE}/reunions/{}/ordre-du-jour/{}/place", coming.0, coming.1), &[("acte", "retirer")]).await.ok();
        animation.get(DRAFTS).await.ok().says("Admettre un bailleur social").says("Sans point");
    }
}

/// The text of an OpenDocument file.
fn inside(file: &[u8]) -> String {
    let Ok(mut archive) = zip::ZipArchive::new(std::io::Cursor::new(file)) else { return String::new() };
    let mut text = String::new();
    std::io::Read::read_to_string(&mut archive.by_name("content.xml").unwrap(), &mut text).unwrap();
    text
}
