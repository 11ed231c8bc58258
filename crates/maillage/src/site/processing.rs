//! The record of processing activities (GDPR, article 30), from what each feature declares beside its code.

use askama::Template;
use documents::{Cell, Column, Format, Sheet};
use kernel::Error;
use kernel::processing::{Kept, Processing};
use ui::page::{Crumb, Page};
use web::{Answer, Desk, download};

const HERE: &str = "/donnees-personnelles/registre";

/// What the site itself does, whoever visits it.
const OF_THE_SITE: [Processing; 2] = [
    Processing {
        name: "Registre public des actes",
        purpose: "Permettre à chacun de vérifier ce qui a été décidé et fait dans une gouvernance.",
        legal_basis: "Mission d'intérêt public (RGPD, article 6, 1, e)",
        persons: "Personnes qui agissent sur la plateforme",
        recipients: "Tout le monde : le registre nomme des structures et des fonctions, jamais des personnes",
        retention: &[Kept::until(
            "Référence sans nom de la personne qui a agi",
            "Sans limite ; après l'effacement du compte, elle ne mène plus à personne",
        )],
        security: "Chaîne d'empreintes vérifiable par tous ; le jour seul est montré, pas l'heure",
    },
    Processing {
        name: "Journal technique du serveur",
        purpose: "Trouver la cause d'une panne ou d'une attaque.",
        legal_basis: "Obligation de sécurité (RGPD, articles 6, 1, c et 32)",
        persons: "Personnes qui visitent le site",
        recipients: "L'exploitation du serveur",
        retention: &[Kept::until("Adresse demandée et heure, sans adresse de machine", "Selon le réglage du serveur")],
        security: "Ni adresse de machine, ni nom, ni contenu dans le journal",
    },
];

/// Every activity, feature by feature.
fn all() -> Vec<Processing> {
    let mut all = directory::accounts::retention::PROCESSING.to_vec();
    all.extend(governance::PROCESSING);
    all.push(meetings::PROCESSING);
    all.extend(OF_THE_SITE);
    all
}

#[derive(Template)]
#[template(path = "site/processing.html")]
struct ProcessingPage {
    activities: Vec<Processing>,
    responsible: String,
}

impl Page for ProcessingPage {
    fn title(&self) -> String {
        "Registre des traitements".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        vec![Crumb::new("Données personnelles", "/donnees-personnelles")]
    }
}

impl ProcessingPage {
    fn exports(&self) -> [(&'static str, String); 3] {
        [("CSV", "csv"), ("ODS", "ods"), ("XLSX", "xlsx")].map(|(label, end)| (label, format!("{HERE}.{end}")))
    }
}

fn responsible(desk: &Desk) -> String {
    match desk.app.settings().publisher.as_str() {
        "" => "non renseigné : l'éditeur se donne dans la configuration du serveur".to_owned(),
        publisher => publisher.to_owned(),
    }
}

pub async fn show(desk: Desk) -> Answer {
    desk.shared(&ProcessingPage { activities: all(), responsible: responsible(&desk) }, [])
}

pub async fn as_csv(desk: Desk) -> Answer {
    export(desk, Format::Csv).await
}

pub async fn as_ods(desk: Desk) -> Answer {
    export(desk, Format::Ods).await
}

pub async fn as_xlsx(desk: Desk) -> Answer {
    export(desk, Format::Xlsx).await
}

async fn export(desk: Desk, format: Format) -> Answer {
    let headers = [
        ("Traitement", 40),
        ("Finalité", 50),
        ("Base légale", 40),
        ("Personnes concernées", 40),
        ("Données", 50),
        ("Durée de conservation", 40),
        ("Destinataires", 60),
        ("Sécurité", 60),
    ];
    let row = |one: &Processing, kept: &Kept| {
        let period = kept.period.told();
        [one.name, one.purpose, one.legal_basis, one.persons, kept.what, &period, one.recipients, one.security]
            .map(Cell::from)
            .to_vec()
    };
    let sheet = Sheet {
        title: "Registre des traitements".to_owned(),
        columns: headers.iter().map(|(header, width)| Column::new(*header, *width)).collect(),
        notes: vec![
            "Registre des activités de traitement (RGPD, article 30), tiré du logiciel lui-même.".to_owned(),
            format!("Responsable du traitement : {}.", responsible(&desk)),
        ],
        rows: all()
            .iter()
            .flat_map(|one| one.retention.iter().map(|kept| row(one, kept)).collect::<Vec<_>>())
            .collect(),
    };
    let body = desk.file(|_| Ok(()), move |()| documents::write(&sheet, format).map_err(Error::internal)).await?;
    download(&format!("registre-des-traitements.{}", format.extension()), format.content_type(), body)
}
