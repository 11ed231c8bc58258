//! Entering an organisation from the platform, and correcting the identity of one.

use axum::extract::Path;
use directory::organisations::acts::{self, Correction, NewOrganisation};
use directory::organisations::model::Draft;
use directory::organisations::store as reads;
use directory::{Organisation, OrganisationKind, TerritoryCode};
use kernel::coded::Coded as _;
use kernel::register::Act;
use kernel::{Capability, Context, Error, Errors, Id, Provenance, Result, Scope};
use store::{Tx, params, versions};
use ui::form::{Choice, Field, Kind};
use ui::form_page::{Change, FormPage};
use web::{Answer, Desk, Form, Params};

use super::{HERE, identity_of, trail};
use crate::administration::Opened;
use crate::members::acts::recount;
use crate::members::manage::organisation::seat;
use crate::{Governance, forms};

/// The fields in their order.
const FIELDS: [&str; 7] = ["name", "kind", "siret", "rna", "ridet", "seat", "website"];
const LABELS: [&str; 7] =
    ["Nom de la structure", "Nature", "Numéro SIRET", "Numéro RNA", "Numéro RIDET", "Siège", "Site"];

type Sheet = [String; 7];

fn typed(form: &Params) -> Sheet {
    FIELDS.map(|name| form.typed(name).to_owned())
}

fn sheet(one: &Organisation) -> Sheet {
    let optional = |value: &Option<String>| value.clone().unwrap_or_default();
    [
        one.name.clone(),
        one.kind.code().to_owned(),
        optional(&one.siret),
        optional(&one.rna),
        optional(&one.ridet),
        one.seat.as_ref().map(ToString::to_string).unwrap_or_default(),
        optional(&one.website),
    ]
}

fn fields([name, kind, siret, rna, ridet, seat, website]: &Sheet, distinct: Option<bool>) -> Vec<Field> {
    let [name_label, kind_label, siret_label, rna_label, ridet_label, seat_label, website_label] = LABELS;
    let kinds = std::iter::once(Choice::new("", "Choisissez")).chain(forms::choices::<OrganisationKind>(kind));
    let mut fields = vec![
        Field::text("name", name_label).autocomplete("organization").maxlength(200).required().value(name),
        Field::choice(Kind::Select, "kind", kind_label, kinds).required(),
        Field::new(Kind::Number, "siret", siret_label).hint("14 chiffres").value(siret),
        Field::text("rna", rna_label).hint("Pour une association : W et 9 chiffres").autocomplete("off").value(rna),
        Field::new(Kind::Number, "ridet", ridet_label).hint("En Nouvelle-Calédonie : de 6 à 10 chiffres").value(ridet),
        Field::text("seat", seat_label)
            .hint("Nom, code postal ou code de la commune, de l'intercommunalité ou du département")
            .autocomplete("off")
            .value(seat),
        Field::new(Kind::Url, "website", website_label).hint("Commence par https://").value(website),
    ];
    if let Some(ticked) = distinct {
        let value = if ticked { "oui" } else { "" };
        fields
            .push(Field::new(Kind::Checkbox, "distinct", "C'est une autre structure, malgré le même nom").value(value));
    }
    fields
}

/// What was typed, understood: all that is wrong at once.
fn read(
    tx: &mut Tx<'_>,
    [name, kind, siret, rna, ridet, place, website]: &Sheet,
) -> Result<(Draft, OrganisationKind, Option<TerritoryCode>)> {
    let mut errors = Errors::default();
    let draft = Draft {
        name: name.clone(),
        siret: siret.clone(),
        rna: rna.clone(),
        ridet: ridet.clone(),
        website: website.clone(),
    };
    let kind = forms::coded::<OrganisationKind>(&mut errors, "kind", kind);
    if let Err(Error::Invalid(faults)) = draft.parse() {
        for fault in faults.iter() {
            errors.add(fault.field.clone(), fault.message.clone());
        }
    }
    let place = seat(tx, &mut errors, place)?;
    errors.into_result()?;
    Ok((draft, kind.ok_or(Error::NotFound)?, place))
}

fn new_page(values: &Sheet, distinct: Option<bool>) -> FormPage {
    FormPage::new("Ajouter une structure", format!("{HERE}/nouvelle"), "Ajouter la structure")
        .lead("Elle pourra ensuite entrer dans une gouvernance, signer une convention, tenir un siège.")
        .fields(fields(values, distinct))
        .cancel(HERE)
        .trail(trail())
}

pub async fn show_new(desk: Desk) -> Answer {
    desk.require(Capability::CorrectOrganisation, Scope::Platform)?;
    desk.form(&new_page(&typed(&desk.params), None))
}

pub async fn enter(desk: Desk, Form(form): Form) -> Answer {
    desk.require(Capability::CorrectOrganisation, Scope::Platform)?;
    let values = typed(&form);
    let (sent, distinct) = (values.clone(), form.ticked("distinct"));
    let done = desk
        .act(move |ctx, tx| {
            let (draft, kind, seat) = read(tx, &sent)?;
            acts::create(ctx, tx, &NewOrganisation { draft, kind, seat, provenance: Provenance::entered(), distinct })
        })
        .await;
    match done {
        Ok(id) => desk.done(&directory::url::organisation(&id), "La structure est enregistrée."),
        Err(error) => {
            let asks = matches!(error, Error::Conflict(_)) || distinct;
            desk.form_again(new_page(&values, asks.then_some(distinct)), error)
        }
    }
}

fn page(one: &Organisation, values: &Sheet, opened: &Opened, distinct: Option<bool>) -> FormPage {
    FormPage::new("Corriger l'identité", identity_of(one.id), "Enregistrer")
        .about(one.name.clone())
        .field(Field::hidden("version", opened.written()))
        .fields(fields(values, distinct))
        .cancel(directory::url::organisation(&one.id))
        .trail(trail())
}

async fn organisation(desk: &Desk, id: &str) -> Result<Organisation> {
    desk.require(Capability::CorrectOrganisation, Scope::Platform)?;
    let id: Id<Organisation> = id.parse().map_err(|_| Error::NotFound)?;
    desk.read(move |tx| reads::find(tx, id)).await?.ok_or(Error::NotFound)
}

pub async fn show(desk: Desk, Path(id): Path<String>) -> Answer {
    let one = organisation(&desk, &id).await?;
    let present = sheet(&one);
    desk.form(&page(&one, &present, &Opened::with(&present), None))
}

/// What somebody else saved meanwhile stands in the way of this.
const OVERTAKEN: &str = "Quelqu'un d'autre vient de corriger cette structure.";

/// Corrects an identity as `opened` showed it, and keeps true what the governances show of its name.
pub fn correct(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    id: Id<Organisation>,
    correction: &Correction,
    opened: &Opened,
) -> Result<()> {
    acts::correct(ctx, tx, id, correction, |before| match opened.overtaken(&sheet(before)).as_slice() {
        [] => Ok(()),
        _ => Err(Error::Conflict(OVERTAKEN.to_owned())),
    })?;
    let name = correction.draft.name.trim().to_owned();
    let inside: Vec<Id<Governance>> =
        tx.query("select governance from member where organisation = $1", params![id], |row| row.get(0))?;
    for governance in inside {
        recount(tx, governance)?;
        let summary = format!("Identité de « {name} », membre, corrigée par l'équipe nationale");
        let act = Act::new("member.identity_corrected", format!("structure:{id}"), summary);
        tx.record(ctx, act.in_governance(governance.uuid()));
    }
    tx.touch(versions::GOVERNANCES);
    Ok(())
}

pub async fn save(desk: Desk, Path(id): Path<String>, Form(form): Form) -> Answer {
    let one = organisation(&desk, &id).await?;
    let (values, opened) = (typed(&form), Opened::read(form.typed("version")));
    let (id, sent, known, distinct) = (one.id, values.clone(), opened.clone(), form.ticked("distinct"));
    let done = desk
        .act(move |ctx, tx| {
            let (draft, kind, seat) = read(tx, &sent)?;
            correct(ctx, tx, id, &Correction { draft, kind, seat, distinct }, &known)
        })
        .await;
    match done {
        Ok(()) => desk.done(&directory::url::organisation(&id), "L'identité est corrigée."),
        Err(Error::Conflict(sentence)) if sentence == OVERTAKEN => {
            overtaken(&desk, id, values, &opened, sentence).await
        }
        Err(error) => {
            let asks = matches!(error, Error::Conflict(_)) || distinct;
            desk.form_again(page(&one, &values, &opened, asks.then_some(distinct)), error)
        }
    }
}

/// The form again with what somebody else has saved; a field left as it was takes its new value.
async fn overtaken(desk: &Desk, id: Id<Organisation>, mut values: Sheet, opened: &Opened, sentence: String) -> Answer {
    let one = desk.read(move |tx| reads::find(tx, id)).await?.ok_or(Error::NotFound)?;
    let present = sheet(&one);
    let mut changes = Vec::new();
    for rank in opened.overtaken(&present) {
        let (Some(label), Some(now), Some(value)) = (LABELS.get(rank), present.get(rank), values.get_mut(rank)) else {
            continue;
        };
        let shown = OrganisationKind::from_code(now).map_or_else(|| now.clone(), |kind| kind.to_string());
        changes.push(Change { label: (*label).to_owned(), now: shown });
        if opened.had(rank, value) {
            value.clone_from(now);
        }
    }
    let page = page(&one, &values, &Opened::with(&present), None).overtaken(changes);
    desk.form_again(page, Error::Conflict(sentence))
}
