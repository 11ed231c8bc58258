//! From the lines of a file to what each says of a member. Pure: no database.

use directory::OrganisationKind;
use directory::organisations::identifier;
use kernel::coded::Coded as _;
use kernel::{PartialDate, text};

use crate::members::model::{Involvement, MemberCategory, MemberState};

/// The columns that are understood, in the order in which a preview carries them.
const KNOWN: [(&str, &[&str]); 8] = [
    (
        "structure",
        &["structure", "structures", "raison sociale", "denomination", "nom de la structure", "organisation", "membre"],
    ),
    ("siret", &["siret", "numero siret", "n siret", "siret ridet", "identifiant"]),
    ("categorie", &["categorie", "typologie", "type", "type de structure", "nature"]),
    ("college", &["college"]),
    ("statut", &["statut", "etat", "role", "roles"]),
    ("implication", &["implication", "degre d implication", "degre implication"]),
    ("depuis", &["depuis", "date d entree", "date d adhesion", "membre depuis", "entree"]),
    ("precision", &["precision", "note", "commentaire", "remarque"]),
];

/// Most members that one file brings.
pub const MOST: usize = 1_000;

/// The lines of a file, reduced to the columns that are understood, each with its number in the file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Table {
    pub lines: Vec<(usize, [String; 8])>,
    /// Headers that are not understood, and not read.
    pub left_out: Vec<String>,
}

impl Table {
    /// Finds the line of headers and reads what is below it.
    ///
    /// # Errors
    /// A sentence when no column names the organisations, or when nothing stands below, or too much.
    pub fn read(lines: &[Vec<String>]) -> Result<Self, String> {
        let names = |cells: &[String]| -> Vec<Option<usize>> {
            let column = |cell: &String| {
                let folded = text::fold(cell);
                KNOWN.iter().position(|(_, names)| names.contains(&folded.as_str()))
            };
            let mut columns: Vec<Option<usize>> = cells.iter().map(column).collect();
            // « Nom » is the organisation's only where no other column is: in the State's export it is a person's.
            if !columns.contains(&Some(0))
                && let Some(at) = cells.iter().position(|cell| text::fold(cell) == "nom")
                && let Some(column) = columns.get_mut(at)
            {
                *column = Some(0);
            }
            columns
        };
        let header = lines.iter().take(20).position(|cells| names(cells).contains(&Some(0))).ok_or(
            "Aucune colonne « Structure » n'est reconnue. La première ligne doit donner le nom des colonnes : Structure, \
             SIRET, Catégorie, Collège, Statut, Implication, Depuis, Précision.",
        )?;
        let titles = lines.get(header).cloned().unwrap_or_default();
        let columns = names(&titles);
        let mut table = Self::default();
        for (title, column) in titles.iter().zip(&columns) {
            if column.is_none() && !title.trim().is_empty() {
                table.left_out.push(title.trim().chars().take(60).collect());
            }
        }
        for (number, cells) in lines.iter().enumerate().skip(header + 1) {
            let mut kept: [String; 8] = Default::default();
            for (cell, column) in cells.iter().zip(&columns) {
                // The first column of each name counts.
                if let Some(place) = column.and_then(|column| kept.get_mut(column))
                    && place.is_empty()
                {
                    *place = cell.split_whitespace().collect::<Vec<_>>().join(" ").replace('\0', "");
                }
            }
            if kept.iter().any(|cell| !cell.is_empty()) {
                table.lines.push((number + 1, kept));
            }
        }
        if table.lines.is_empty() {
            return Err("Ce fichier n'a que des titres de colonnes : aucune structure.".to_owned());
        }
        if table.lines.len() > MOST {
            return Err(format!(
                "Ce fichier a {} lignes : importez {MOST} structures au plus à la fois. Rien n'est enregistré.",
                table.lines.len()
            ));
        }
        Ok(table)
    }

    /// As one text, for the form that confirms.
    pub fn carried(&self) -> String {
        let line = |(number, cells): &(usize, [String; 8])| format!("{number}\t{}", cells.join("\t"));
        self.lines.iter().map(line).collect::<Vec<_>>().join("\n")
    }

    /// What [`Table::carried`] wrote; `None` for anything else.
    pub fn from_carried(text: &str) -> Option<Self> {
        let mut lines = Vec::new();
        for line in text.lines().filter(|line| !line.is_empty()) {
            let (number, cells) = line.split_once('\t')?;
            let cells: Vec<String> = cells.split('\t').map(ToOwned::to_owned).collect();
            lines.push((number.parse().ok()?, cells.try_into().ok()?));
        }
        (!lines.is_empty() && lines.len() <= MOST).then_some(Self { lines, left_out: Vec::new() })
    }
}

/// What a line says, understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Line {
    pub number: usize,
    pub name: String,
    pub siret: Option<String>,
    pub category: MemberCategory,
    pub college: String,
    pub state: MemberState,
    pub involvement: Involvement,
    pub since: Option<PartialDate>,
    pub note: String,
    /// What was understood otherwise than it is written.
    pub corrections: Vec<String>,
}

/// Understands one line.
///
/// # Errors
/// The sentence that says why it is refused.
pub fn understand(number: usize, cells: &[String; 8]) -> Result<Line, String> {
    let [name, siret, category, college, state, involvement, since, note] = cells;
    if let Some(cell) = cells.iter().find(|cell| cell.starts_with('=') || cell.starts_with("@")) {
        let shown: String = cell.chars().take(40).collect();
        return Err(format!("une cellule contient une formule ({shown}) : remplacez-la par sa valeur"));
    }
    let mut corrections = Vec::new();
    let clean = text::line(name, text::NAME_MAX).map_err(|fault| format!("nom de la structure : {fault}"))?;
    let siret = match siret.as_str() {
        "" => None,
        typed => Some(identifier::siret(typed).map_err(|fault| fault.to_string())?),
    };
    let category = match category_of(category) {
        Some((found, true)) => found,
        Some((found, false)) => {
            corrections.push(format!("« {category} » est compris comme « {} »", found.label()));
            found
        }
        None => {
            let typed = if category.is_empty() { "sans catégorie" } else { category.as_str() };
            corrections.push(format!("« {typed} » devient « {} »", MemberCategory::Other.label()));
            MemberCategory::Other
        }
    };
    let state = match text::fold(state).as_str() {
        "" => MemberState::Candidate,
        "candidat" | "candidate" | "candidature" => MemberState::Candidate,
        "membre" | "confirme" | "admis" | "admise" | "actif" | "adherent" => MemberState::Admitted,
        "retire" | "supprime" | "ancien membre" => return Err("le fichier la dit retirée".to_owned()),
        other
            if other.contains("porteur")
                || other.contains("financeur")
                || other.contains("beneficiaire")
                || other.contains("recipiendaire") =>
        {
            corrections.push(format!("« {state} » est compris comme « Membre » ; le co-portage se note sur sa page"));
            MemberState::Admitted
        }
        _ => {
            corrections.push(format!("« {state} » est compris comme « Candidat »"));
            MemberState::Candidate
        }
    };
    let involvement = match text::fold(involvement).as_str() {
        "" => Involvement::Contributes,
        typed => match Involvement::ALL.iter().find(|one| text::fold(one.label()) == typed || one.code() == typed) {
            Some(one) => *one,
            None if typed.starts_with("observ") => Involvement::Observes,
            None if typed.starts_with("anim") || typed.starts_with("pilot") => Involvement::Leads,
            None => {
                corrections.push(format!("« {involvement} » est compris comme « Contribue »"));
                Involvement::Contributes
            }
        },
    };
    let since = match since.as_str() {
        "" => None,
        typed => Some(typed.parse::<PartialDate>().map_err(|fault| format!("date d'entrée « {typed} » : {fault}"))?),
    };
    let note = text::optional_line(note, 1000).map_err(|fault| format!("précision : {fault}"))?.unwrap_or_default();
    Ok(Line {
        number,
        name: clean,
        siret,
        category,
        college: college.clone(),
        state,
        involvement,
        since,
        note,
        corrections,
    })
}

/// Codes and words of the State's tool and of data·inclusion, beside our own labels and codes. True for an exact answer.
fn category_of(typed: &str) -> Option<(MemberCategory, bool)> {
    use MemberCategory as C;
    let folded = text::fold(typed);
    if let Some(exact) = C::ALL.iter().find(|one| text::fold(one.label()) == folded || one.code() == typed) {
        return Some((*exact, true));
    }
    let category = match folded.as_str() {
        "" => return None,
        "pref" | "prefecture" | "prefecture departementale" | "sous prefecture" | "ddets" | "etat" => C::State,
        "reg" | "conseil regional" => C::Region,
        "dept" | "cd" | "conseil departemental" => C::Departement,
        "epci" | "communaute de communes" | "communaute d agglomeration" | "metropole" => C::Epci,
        "muni" | "mairie" | "collectivite" => C::Commune,
        "ccas" | "cias" => C::Ccas,
        "syndicat mixte" | "syndicat" => C::MixedSyndicate,
        "ft" | "france travail" | "pole emploi" | "la poste" | "operateur" => C::PublicOperator,
        "caf" | "cpam" | "msa" | "carsat" | "ml" | "mission locale" => C::SemiPublicOperator,
        "asso" | "association loi 1901" | "csc" | "centre social" | "mjc" | "pimms" | "epn" => C::Association,
        "tiers lieux" | "tiers lieu" | "fablab" => C::ThirdPlace,
        "entreprise privee" | "societe" | "sas" | "sarl" => C::Company,
        "bailleur" => C::SocialLandlord,
        "cci" | "cma" | "chambre de metiers" => C::Chamber,
        "universite" | "laboratoire" => C::Research,
        "hub" => C::Hub,
        _ => return None,
    };
    Some((category, false))
}

/// The legal kind that a new organisation most likely has, by what it is in the governance.
pub fn kind_of(category: MemberCategory) -> OrganisationKind {
    use MemberCategory as C;
    use OrganisationKind as K;
    match category {
        C::State => K::StateService,
        C::Region => K::Region,
        C::Departement => K::Departement,
        C::Epci => K::Epci,
        C::Commune => K::Commune,
        C::MixedSyndicate => K::MixedSyndicate,
        C::Ccas => K::Ccas,
        C::PublicOperator => K::PublicOperator,
        C::SemiPublicOperator => K::SemiPublicOperator,
        C::PrivateOperator => K::PrivateOperator,
        C::Association | C::ElectedAssociation | C::UserAssociation | C::ThirdPlace => K::Association,
        C::Company => K::Company,
        C::SocialLandlord => K::SocialLandlord,
        C::Chamber => K::Chamber,
        C::Research => K::Research,
        C::CitizenGroup => K::InformalGroup,
        C::Hub | C::ProfessionalNetwork | C::Other => K::Other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn table(lines: &[&[&str]]) -> Result<Table, String> {
        let lines: Vec<Vec<String>> =
            lines.iter().map(|cells| cells.iter().map(|cell| (*cell).to_owned()).collect()).collect();
        Table::read(&lines)
    }

    #[test]
    fn headers_are_found_without_accents_or_case() {
        let read = table(&[
            &["Export du jour"],
            &["N° SIRET", "RAISON SOCIALE", "Catégorie", "E-mail"],
            &["", "Maison", "asso", "x@y"],
        ])
        .unwrap();
        assert_eq!(
            (read.lines[0].0, read.lines[0].1[0].as_str(), read.left_out.as_slice()),
            (3, "Maison", &["E-mail".to_owned()][..])
        );
        assert!(table(&[&["a", "b"]]).unwrap_err().contains("Aucune colonne"));
        assert!(table(&[&["Structure"]]).unwrap_err().contains("aucune structure"));
    }

    #[test]
    fn in_the_export_of_the_state_the_name_is_a_person() {
        let read = table(&[
            &["Structure", "Typologie", "Nom", "Prénom", "Email"],
            &["Mairie", "MUNI", "Exemple", "Dominique", "x"],
        ])
        .unwrap();
        assert_eq!((read.lines[0].1[0].as_str(), read.left_out.len()), ("Mairie", 3));
        assert_eq!(table(&[&["Nom"], &["Mairie"]]).unwrap().lines[0].1[0], "Mairie");
    }

    proptest! {
        #[test]
        fn what_is_carried_comes_back(cells in proptest::collection::vec("[^\\s\\x00]{0,8}", 8), number in 1usize..5000) {
            let cells: [String; 8] = cells.try_into().unwrap();
            let table = Table { lines: vec![(number, cells)], left_out: vec![] };
            prop_assert_eq!(Table::from_carried(&table.carried()), Some(table));
        }

        #[test]
        fn any_line_is_answered(cells in proptest::collection::vec("\\PC{0,12}", 8)) {
            let _ = understand(1, &cells.try_into().unwrap());
        }
    }
}
