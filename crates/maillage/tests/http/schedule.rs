//! Series of meetings, the year of a body, one's own calendar; who agrees to a convocation, and who is invited besides.

use crate::meetings::value;
use crate::town::{Browser, Town};

const VALLEE: &str = "/gouvernances/reseau-exemple-vallee";
const BODY: &str = "/gouvernances/reseau-exemple-vallee/instances/assemblee-du-reseau";

/// The first Friday of each month, over the end of the year.
fn fridays<'a>() -> Vec<(&'a str, &'a str)> {
    vec![
        ("title", "Vendredi secret"),
        ("format", "follow_up"),
        ("rhythm", "monthly"),
        ("nth", "1"),
        ("weekday", "friday"),
        ("every", "1"),
        ("from", "01/12/2026"),
        ("until", "31/05/2027"),
        ("hour", "14h30"),
        ("minutes", "90"),
        ("place", "Salle 2"),
    ]
}

fn with<'a>(mut fields: Vec<(&'a str, &'a str)>, more: &[(&'a str, &'a str)]) -> Vec<(&'a str, &'a str)> {
    fields.retain(|(name, _)| !more.iter().any(|(other, _)| other == name));
    fields.extend(more);
    fields
}

/// What is ticked of a list of dates.
fn ticked(page: &str) -> Vec<String> {
    let boxes = page.split("<input type=\"checkbox\" name=\"dates\"").skip(1).filter_map(|rest| rest.split_once('>'));
    let checked = boxes.filter(|(tag, _)| tag.contains(" checked"));
    checked.map(|(tag, _)| tag.split("value=\"").nth(1).unwrap().split('"').next().unwrap().to_owned()).collect()
}

/// Five drafts of the assembly; gives their pages in their order.
async fn series(alix: &mut Browser<'_>, town: &Town) -> Vec<String> {
    let place = format!("{BODY}/reunions/serie");
    let days = ["2026-12-04", "2027-02-05", "2027-03-05", "2027-04-02", "2027-05-07"];
    let chosen: Vec<(&str, &str)> =
        std::iter::once(("etape", "creer")).chain(days.iter().map(|day| ("dates", *day))).collect();
    alix.submit(&place, &with(fridays(), &[]).into_iter().chain(chosen).collect::<Vec<_>>())
        .await
        .ok()
        .says("5 réunions en préparation");
    let slugs: Vec<String> = town
        .read(|tx| {
            tx.query("select slug from meeting where title = 'Vendredi secret' order by starts_at", &[], |row| {
                row.get(0)
            })
        })
        .await;
    assert_eq!(slugs.len(), 5);
    slugs.into_iter().map(|slug| format!("{VALLEE}/reunions/{slug}")).collect()
}

stories! {
    async fn a_series_shows_its_dates_then_prepares_those_that_are_kept(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = format!("{BODY}/reunions/serie");
        alix.get(&place).await.ok().says("Préparer une série de réunions");
        let acts = town.acts().await;
        alix.post(&place, &with(fridays(), &[("from", "01/12/2020"), ("until", "1/1/2030"), ("every", "0"), ("hour", "midi")])).await.is(422)
            .says("Ce jour est passé.").says("Donnez un nombre, de 1 à 12.").says("Donnez l'heure du début").keeps("midi");
        alix.post(&place, &with(fridays(), &[("until", "31/12/2029")])).await.is(422).says("deux ans au plus");
        alix.post(&place, &with(fridays(), &[("rhythm", "weekly"), ("until", "31/05/2028")])).await.is(422).says("60 réunions au plus");
        alix.post(&place, &with(fridays(), &[("until", "02/12/2026")])).await.is(422).says("Aucune réunion ne tombe");
        let page = alix.post(&place, &fridays()).await.ok().says("le 1er vendredi du mois, à 14 h 30 : 6 dates.")
            .says("vendredi 1er janvier 2027").says("Jour férié : Jour de l'an.").says("vendredi 7 mai 2027");
        let dates = ticked(&page.text());
        assert_eq!(dates, ["2026-12-04", "2027-02-05", "2027-03-05", "2027-04-02", "2027-05-07"], "a public holiday is not ticked");
        assert_eq!(town.acts().await, acts, "nothing is written before the dates are chosen");
        // Back to the rhythm, with what was typed.
        alix.post(&place, &with(fridays(), &[("etape", "rythme")])).await.ok().keeps("14h30").says("Voir les dates");
        let create = |dates: &[&'static str]| -> Vec<(&str, &str)> {
            fridays().into_iter().chain(std::iter::once(("etape", "creer"))).chain(dates.iter().map(|day| ("dates", *day))).collect()
        };
        alix.post(&place, &create(&[])).await.is(422).says("Choisissez au moins une date.");
        for strange in ["2027-01-02", "demain", "-0001-01-01"] {
            alix.post(&place, &create(&[strange])).await.is(422).says("Choisissez des dates de la liste.");
        }
        // The holiday too, if one wants it.
        alix.submit(&place, &create(&["2026-12-04", "2027-01-01"])).await.ok().says("2 réunions en préparation");
        assert_eq!(town.acts().await, acts + 1, "one act");
        // Sent twice: nothing twice, and the other dates are still free.
        alix.post(&place, &create(&["2026-12-04", "2027-02-05"])).await.is(422).says("4 décembre 2026 : une réunion est déjà prévue");
        let again = alix.post(&place, &fridays()).await.ok().says("Une réunion est déjà prévue ce jour-là.");
        assert_eq!(ticked(&again.text()), ["2027-02-05", "2027-03-05", "2027-04-02", "2027-05-07"]);
        town.get("/registre").await.ok().says("Série de 2 réunions en préparation").never_says("Vendredi secret");
        town.get(&format!("{VALLEE}/reunions")).await.ok().never_says("Vendredi secret");
        town.as_("voisin").await.get(&place).await.is(403);
        town.as_("voisin").await.post(&place, &create(&["2027-02-05"])).await.is(403);
    }

    async fn the_night_on_which_the_clocks_change_has_no_half_past_two(town: Town) {
        let mut alix = town.as_("animation").await;
        let place = format!("{BODY}/reunions/serie");
        let nights = with(fridays(), &[("rhythm", "weekly"), ("weekday", "sunday"), ("from", "21/03/2027"), ("until", "04/04/2027"), ("hour", "2:30")]);
        let page = alix.post(&place, &nights).await.ok().says("Cette heure n'existe pas ce jour-là");
        assert_eq!(ticked(&page.text()), ["2027-03-21", "2027-04-04"]);
        alix.post(&place, &with(nights.clone(), &[("etape", "creer"), ("dates", "2027-03-28")])).await.is(422).says("28 mars 2027 : Cette heure n'existe pas");
        alix.submit(&place, &with(nights, &[("etape", "creer"), ("dates", "2027-04-04")])).await.ok().says("1 réunion en préparation");
    }

    async fn one_of_a_series_changes_alone_and_those_that_follow_are_given_up_together(town: Town) {
        let mut alix = town.as_("animation").await;
        let all = series(&mut alix, &town).await;
        alix.get(&all[1]).await.ok().says("le 1er vendredi du mois, 2e de 5");
        let change = format!("{}/modifier", all[1]);
        let version = value(&alix.get(&change).await.ok().text(), "version");
        let fields = [("version", version.as_str()), ("title", "Vendredi secret"), ("format", "follow_up"), ("day", "08/02/2027"), ("hour", "10:00"), ("minutes", "90")];
        alix.submit(&change, &fields).await.ok().says("lundi 8 février 2027 à 10 h");
        alix.get(&all[2]).await.ok().says("vendredi 5 mars 2027 à 14 h 30");
        // One that is convened stays.
        let item = [("title", "Les horaires"), ("kind", "decision"), ("minutes", "30")];
        alix.submit(&format!("{}/ordre-du-jour/nouveau", all[3]), &item).await.ok();
        alix.submit(&format!("{}/convocation", all[3]), &[]).await.ok();
        let place = format!("{}/serie", all[2]);
        alix.get(&place).await.ok().says("2 réunions en préparation sont abandonnées : vendredi 5 mars 2027, vendredi 7 mai 2027.");
        alix.post(&place, &[("reason", "")]).await.is(422);
        alix.submit(&place, &[("reason", "Le groupe a fini")]).await.ok().says("2 réunions sont annulées.");
        alix.get(&all[1]).await.ok().says("En préparation");
        alix.get(&all[2]).await.ok().says("Annulée").says("Le groupe a fini");
        town.get(&all[3]).await.ok().says("Convoquée");
        alix.post(&place, &[("reason", "Encore")]).await.is(409).says("Aucune réunion en préparation ne suit");
        // What nobody knew of is not announced as cancelled.
        town.get(&all[2]).await.is(404);
        town.get(&format!("{VALLEE}/reunions.ics")).await.ok();
        town.get(&format!("{VALLEE}/reunions?annee=2027")).await.ok().never_says("Le groupe a fini");
        assert!(!town.get(&format!("{BODY}/reunions.ics")).await.ok().text().contains("STATUS:CANCELLED"));
        town.as_("suppleance").await.post(&place, &[("reason", "Non")]).await.is(403);
    }
}
