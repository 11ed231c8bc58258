//! Papers to look at and to check: invented minutes, an attendance sheet.

use documents::paper::{Block, Paper, Table};
use jiff::civil::date;

fn texts(texts: &[&str]) -> Vec<String> {
    texts.iter().map(|&text| text.to_owned()).collect()
}

fn facts(facts: &[(&str, &str)]) -> Block {
    Block::Facts(facts.iter().map(|&(label, value)| (label.to_owned(), value.to_owned())).collect())
}

fn marked(label: &str, text: &str) -> Block {
    Block::Marked { label: label.to_owned(), text: text.to_owned() }
}

fn paragraph(text: &str) -> Block {
    Block::Paragraph(text.to_owned())
}

/// Two to three pages with every kind of block.
pub fn minutes() -> Paper {
    let presence = [
        ("Conseil départemental du Grain", "Collectivités", "Présent", "1"),
        ("Communauté de communes du Val d’Œuf", "Collectivités", "Représenté par le conseil départemental", "1"),
        ("Hub du littoral", "Opérateurs", "Présent, arrivé à 14 h 20", "1"),
        ("Fédération des centres sociaux", "Associations", "Excusé", "0"),
        ("Caisse d’allocations familiales", "Opérateurs", "Présent", "1"),
        ("Préfecture", "État", "Présent", "2"),
    ];
    let rows = presence.iter().map(|(name, college, state, votes)| texts(&[name, college, state, votes])).collect();
    let tasks = vec![
        texts(&["Envoyer le projet de charte aux membres", "Hub du littoral", "30 mars 2026", "0\u{A0}€"]),
        texts(&["Réserver la salle de la séance plénière", "Préfecture", "15 avril 2026", "1\u{202F}250,50\u{A0}€"]),
    ];
    Paper {
        overline: "Gouvernance du Grain · Comité technique".into(),
        title: "Compte rendu de la réunion du 12 mars 2026".into(),
        description: "Présence, quorum, points traités, décisions et tâches (exemple fictif).".into(),
        written_on: date(2026, 3, 14),
        footer: "Gouvernance du Grain · Compte rendu du 12 mars 2026 · exemple fictif".into(),
        blocks: vec![
            facts(&[
                ("Date", "jeudi 12 mars 2026, de 14 h 05 à 16 h 40"),
                ("Lieu", "Maison des communes, salle 2, et visioconférence"),
                ("Animation", "Préfecture et conseil départemental du Grain"),
                ("Adopté", "par accord tacite le 28 mars 2026"),
            ]),
            marked("Quorum atteint", "11 présents ou représentés sur 21, quorum de 11 atteint à l’ouverture."),
            Block::Section("Présence".into()),
            Block::Table(Table {
                caption: "Organisations membres".into(),
                head: texts(&["Organisation", "Collège", "Présence", "Voix"]),
                rows,
                widths: vec![40, 20, 30, 10],
                tall: false,
            }),
            Block::Section("1. Charte des lieux de médiation".into()),
            facts(&[("Nature", "Décision"), ("Présenté par", "Hub du littoral"), ("Durée", "30 min prévues, 42 min")]),
            paragraph(
                "La charte a été relue par le groupe de travail « Lieux ». Trois lieux demandent que l’accueil sans \
                 rendez-vous reste possible ; le texte le dit maintenant à l’article 4.\n\nLe débat a porté sur le \
                 nombre d’heures d’ouverture : 12 heures par semaine au moins, sauf pour les lieux itinérants.",
            ),
            marked("Décision", "La charte est adoptée par 9 voix pour, 1 contre et 1 abstention."),
            Block::Subsection("Ce qui change pour les lieux".into()),
            Block::Items(texts(&[
                "L’accueil est gratuit pour le premier rendez-vous.",
                "Chaque lieu tient à jour sa fiche dans la cartographie nationale, au moins deux fois par an, et \
                 signale ses fermetures une semaine à l’avance.",
                "Les aidants suivent la formation → module « Aidants Connect ».",
            ])),
            Block::Subsection("Calendrier".into()),
            Block::Numbered(texts(&["Signature en avril.", "Affichage en mai.", "Bilan à l’automne."])),
            Block::Section("2. Tâches".into()),
            Block::Table(Table {
                caption: String::new(),
                head: texts(&["Tâche", "Qui", "Pour le", "Coût"]),
                rows: tasks,
                widths: vec![45, 20, 18, 17],
                tall: false,
            }),
            Block::Section("Signatures".into()),
            Block::Signatures(texts(&["Pour la préfecture", "Pour le conseil départemental", "Secrétaire de séance"])),
            Block::Note(
                "Exemple fictif. Ce document reprend les notes prises en séance ; les parties confidentielles en ont \
                 été retirées : [retiré : donnée personnelle]."
                    .into(),
            ),
        ],
    }
}

/// A sheet to sign for so many people.
pub fn attendance(people: usize) -> Paper {
    let rows = (1..=people).map(|n| texts(&[&format!("Organisation n° {n}"), "titulaire", "", ""])).collect();
    Paper {
        overline: "Gouvernance du Grain".into(),
        title: "Feuille d’émargement".into(),
        description: String::new(),
        written_on: date(2026, 3, 12),
        footer: "Séance plénière du 12 mars 2026".into(),
        blocks: vec![
            facts(&[("Réunion", "Séance plénière"), ("Date", "12 mars 2026, 14 h"), ("Lieu", "Salle des fêtes")]),
            Block::Table(Table {
                caption: String::new(),
                head: texts(&["Organisation", "Qualité", "Nom de la personne", "Signature"]),
                rows,
                widths: vec![35, 15, 25, 25],
                tall: true,
            }),
        ],
    }
}
