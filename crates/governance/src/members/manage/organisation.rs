//! The fields by which a form creates an organisation, and how they are read.

use directory::organisations::acts::NewOrganisation;
use directory::organisations::model::Draft;
use directory::territories::model::Search;
use directory::{OrganisationKind, TerritoryCode, territories};
use kernel::{Error, Errors, Provenance, Result};
use store::Tx;
use ui::form::{Choice, Field, Kind};
use web::Params;

use crate::forms;

/// Name, kind, numbers, seat; the box to say that it is another one stands there once it is needed.
pub(crate) fn fields(typed: &Params, asks_distinct: bool) -> Vec<Field> {
    let value = |name: &str| typed.typed(name).to_owned();
    let kinds = forms::choices::<OrganisationKind>(typed.typed("kind"));
    let kinds = std::iter::once(Choice::new("", "Choisissez")).chain(kinds);
    let mut fields = vec![
        Field::text("name", "Nom de la structure")
            .autocomplete("organization")
            .maxlength(200)
            .required()
            .value(value("name")),
        Field::choice(Kind::Select, "kind", "Nature", kinds).required(),
        Field::new(Kind::Number, "siret", "Numéro SIRET").hint("14 chiffres, si elle en a un").value(value("siret")),
        Field::text("rna", "Numéro RNA")
            .hint("Pour une association : W et 9 chiffres")
            .autocomplete("off")
            .value(value("rna")),
        Field::text("seat", "Siège").hint("Nom ou code postal de la commune").autocomplete("off").value(value("seat")),
    ];
    if asks_distinct || typed.ticked("distinct") {
        let ticked = if typed.ticked("distinct") { "oui" } else { "" };
        fields.push(
            Field::new(Kind::Checkbox, "distinct", "C'est une autre structure, malgré le même nom").value(ticked),
        );
    }
    fields
}

/// Reads what was typed; the rest is checked by the act.
pub(crate) fn read(tx: &mut Tx<'_>, typed: &Params) -> Result<NewOrganisation> {
    let mut errors = Errors::default();
    let kind: Option<OrganisationKind> = forms::coded(&mut errors, "kind", typed.typed("kind"));
    let draft = Draft {
        name: typed.typed("name").to_owned(),
        siret: typed.typed("siret").to_owned(),
        rna: typed.typed("rna").to_owned(),
        ..Draft::default()
    };
    if let Err(Error::Invalid(faults)) = draft.parse() {
        for fault in faults.iter() {
            errors.add(fault.field.clone(), fault.message.clone());
        }
    }
    let seat = seat(tx, &mut errors, typed.typed("seat"))?;
    errors.into_result()?;
    let Some(kind) = kind else { return Err(Error::NotFound) };
    Ok(NewOrganisation { draft, kind, seat, provenance: Provenance::entered(), distinct: typed.ticked("distinct") })
}

/// The one territory that these words name, or a sentence beside the field.
pub(crate) fn seat(tx: &mut Tx<'_>, errors: &mut Errors, typed: &str) -> Result<Option<TerritoryCode>> {
    let typed: String = typed.trim().chars().take(200).collect();
    if typed.is_empty() {
        return Ok(None);
    }
    if let Ok(code) = typed.parse::<TerritoryCode>()
        && territories::store::find(tx, &code)?.is_some()
    {
        return Ok(Some(code));
    }
    let found = match Search::parse(&typed) {
        Some(search) => territories::store::search(tx, &search, None, 6)?,
        None => Vec::new(),
    };
    let exact: Vec<_> = found.iter().filter(|one| one.rank == 0).collect();
    match (exact.as_slice(), found.as_slice()) {
        ([one], _) => return Ok(Some(one.territory.code.clone())),
        ([], [one]) => return Ok(Some(one.territory.code.clone())),
        ([], []) => errors.add("seat", "Aucun territoire ne répond à ce nom : donnez la commune ou son code postal."),
        _ => {
            let names: Vec<String> = found
                .iter()
                .map(|one| format!("{} ({}) : {}", one.territory.name, one.context, one.territory.code))
                .collect();
            errors.add("seat", format!("Plusieurs territoires répondent. Recopiez un code : {}.", names.join(" ; ")));
        }
    }
    Ok(None)
}
