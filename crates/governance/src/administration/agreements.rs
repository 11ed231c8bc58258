//! Agreements and charters: new ones, and who has not signed yet.

use askama::Template;
use axum::extract::Path;
use directory::Organisation;
use kernel::{Capability, Error, Errors, Id, PartialDate, Provenance, Result};
use ui::form::{Choice, Field, Kind};
use ui::form_page::FormPage;
use ui::page::{Crumb, Page, Section};
use web::{Access, Answer, Desk, Form, FormWithFiles, Params, Routes};

use super::{enter, inside};
use crate::agreements::acts;
use crate::agreements::model::{Agreement, AgreementKind, NewAgreement};
use crate::agreements::store as reads;
use crate::governances::store::Head;
use crate::members::model::{Member, MemberState};
use crate::{forms, members};

pub fn routes() -> Routes {
    let manage = Access::Needs(Capability::ManageGovernance);
    Routes::new()
        .get("/gouvernances/{slug}/administration/conventions", manage, show)
        .get("/gouvernances/{slug}/administration/conventions/nouvelle", manage, show_new)
        .upload("/gouvernances/{slug}/administration/conventions/nouvelle", manage, conclude)
        .get("/gouvernances/{slug}/administration/conventions/{convention}/signataires/nouveau", manage, show_expect)
        .post("/gouvernances/{slug}/administration/conventions/{convention}/signataires/nouveau", manage, expect)
        .get(
            "/gouvernances/{slug}/administration/conventions/{convention}/signataires/{structure}",
            manage,
            show_receive,
        )
        .post("/gouvernances/{slug}/administration/conventions/{convention}/signataires/{structure}", manage, receive)
}

fn base(head: &Head) -> String {
    inside(&head.slug, "conventions")
}

#[derive(Template)]
#[template(path = "administration/agreements.html")]
struct AgreementsPage {
    head: Head,
    agreements: Vec<Agreement>,
    base: String,
}

impl Page for AgreementsPage {
    fn title(&self) -> String {
        format!("Suivi des conventions · {}", self.head.name)
    }
    fn crumb(&self) -> String {
        "Conventions".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        forms::trail(&self.head)
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl AgreementsPage {
    fn new_one(&self) -> String {
        format!("{}/nouvelle", self.base)
    }

    fn caption(&self, agreement: &Agreement) -> String {
        format!("Signataires : {}", agreement.title)
    }
}

async fn show(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = enter(&desk, slug, Capability::ManageGovernance).await?;
    let id = head.id;
    let mut agreements = desk.read(move |tx| reads::list(tx, id)).await?;
    for agreement in &mut agreements {
        // Those who wait the longest first, then those who have signed; the order by name stays inside.
        agreement.signatories.sort_by_key(|one| {
            let waits = one.signed_on.is_none();
            (!waits, one.expected_since.filter(|_| waits).map(|date| date.to_string()))
        });
    }
    let base = base(&head);
    desk.private(http::StatusCode::OK, &AgreementsPage { head, agreements, base })
}

/// The organisations of the governance that have not left.
async fn present(desk: &Desk, head: &Head) -> Result<Vec<Member>> {
    let id = head.id;
    let mut members = desk.read(move |tx| members::store::list(tx, id, &members::store::Filter::default())).await?;
    members.retain(|member| member.state != MemberState::Withdrawn);
    Ok(members)
}

fn new_page(head: &Head, members: &[Member], typed: &Params) -> FormPage {
    let value = |name: &str| typed.typed(name).to_owned();
    let ticked = typed.all("signatory");
    let signatories = members.iter().map(|member| {
        let id = member.organisation.to_string();
        let selected = ticked.contains(&id.as_str());
        Choice::new(id, &member.name).selected(selected)
    });
    let mut file = Field::new(Kind::File, "file", "Document signé ou à signer")
        .hint("Un PDF de 40 Mo au plus. Il sera public. Après une erreur, choisissez-le de nouveau.");
    file.accept = ".pdf,application/pdf";
    let mut page =
        forms::page(head, "Nouvelle convention ou charte", format!("{}/nouvelle", base(head)), "Enregistrer")
            .lead("Écrivez le texte, ou joignez son PDF.")
            .with_files()
            .field(
                Field::choice(Kind::Select, "kind", "Nature", forms::choices::<AgreementKind>(typed.typed("kind")))
                    .required(),
            )
            .field(Field::text("title", "Titre").autocomplete("off").required().value(value("title")))
            .field(Field::area("text", "Texte").rows(10).value(value("text")))
            .field(file)
            .field(Field::area("commitments", "Engagements").hint("Un par ligne.").rows(4).value(value("commitments")))
            .field(Field::new(Kind::Date, "signed_on", "Date du texte").value(value("signed_on")))
            .field(Field::new(Kind::Date, "ends_on", "Date de fin").value(value("ends_on")));
    if !members.is_empty() {
        let field = Field::choice(Kind::Checkboxes, "signatory", "Signatures attendues", signatories);
        page = page.field(field.hint("Les structures cochées sont attendues à partir d'aujourd'hui."));
    }
    page.cancel(base(head))
}

async fn show_new(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = enter(&desk, slug, Capability::ManageGovernance).await?;
    let members = present(&desk, &head).await?;
    desk.form(&new_page(&head, &members, &desk.params))
}

fn read_new(sent: &FormWithFiles) -> Result<NewAgreement> {
    let (form, mut errors) = (&sent.fields, Errors::default());
    let kind: Option<AgreementKind> = forms::coded(&mut errors, "kind", form.typed("kind"));
    let signed_on = forms::date(&mut errors, "signed_on", form.typed("signed_on"));
    let ends_on = forms::date(&mut errors, "ends_on", form.typed("ends_on"));
    let file = sent.file("file").map(|upload| (upload.content.clone(), upload.name.clone()));
    if form.one("title").is_none() {
        errors.add("title", "Donnez le titre du texte.");
    }
    if form.one("text").is_none() && file.is_none() {
        errors.add("text", "Écrivez le texte, ou joignez son PDF.");
    }
    errors.into_result()?;
    Ok(NewAgreement {
        kind: kind.ok_or(Error::NotFound)?,
        title: form.typed("title").to_owned(),
        signed_on,
        ends_on,
        text: form.typed("text").to_owned(),
        commitments: form.typed("commitments").lines().map(ToOwned::to_owned).collect(),
        file,
        provenance: Provenance::entered(),
    })
}

async fn conclude(desk: Desk, Path(slug): Path<String>, sent: FormWithFiles) -> Answer {
    let head = enter(&desk, slug, Capability::ManageGovernance).await?;
    let members = present(&desk, &head).await?;
    let ticked = sent.fields.all("signatory");
    let chosen =
        members.iter().map(|member| member.organisation).filter(|id| ticked.contains(&id.to_string().as_str()));
    let expected: Vec<Id<Organisation>> = chosen.collect();
    let id = head.id;
    let done = match read_new(&sent) {
        Ok(new) => desk.act(move |ctx, tx| acts::conclude_with(ctx, tx, id, &new, &expected)).await.map(|_| ()),
        Err(error) => Err(error),
    };
    match done {
        Ok(()) => desk.done(&base(&head), "Le texte est enregistré."),
        Err(error) => desk.form_again(new_page(&head, &members, &sent.fields), error),
    }
}

/// The agreement of the address, when it is one of this governance.
async fn agreement(desk: &Desk, slug: String, id: String) -> Result<(Head, Agreement)> {
    let head = enter(desk, slug, Capability::ManageGovernance).await?;
    let (governance, id): (_, Id<Agreement>) = (head.id, id.parse().map_err(|_| Error::NotFound)?);
    let all = desk.read(move |tx| reads::list(tx, governance)).await?;
    let found = all.into_iter().find(|agreement| agreement.id == id).ok_or(Error::NotFound)?;
    Ok((head, found))
}

fn expect_page(head: &Head, agreement: &Agreement, members: &[Member], typed: &Params) -> FormPage {
    let known: Vec<_> = agreement.signatories.iter().map(|one| one.organisation).collect();
    let others = members.iter().filter(|member| !known.contains(&member.organisation));
    let choices = others.map(|member| Choice::new(member.organisation.to_string(), &member.name));
    let first = Choice::new("", "Choisissez une structure");
    let field = Field::choice(Kind::Select, "organisation", "Structure", std::iter::once(first).chain(choices));
    forms::page(
        head,
        "Attendre une signature",
        format!("{}/{}/signataires/nouveau", base(head), agreement.id),
        "Ajouter ce signataire",
    )
    .about(agreement.title.clone())
    .note("La liste est celle des membres et des candidats qui ne sont pas encore parmi les signataires.")
    .field(field.required().value(typed.typed("organisation")))
    .field(
        Field::new(Kind::Date, "since", "Attendue depuis le")
            .hint("Sans date : à partir d'aujourd'hui. Exemple : 12/03/2026")
            .value(typed.typed("since")),
    )
    .cancel(base(head))
}

async fn show_expect(desk: Desk, Path((slug, id)): Path<(String, String)>) -> Answer {
    let (head, agreement) = agreement(&desk, slug, id).await?;
    let members = present(&desk, &head).await?;
    desk.form(&expect_page(&head, &agreement, &members, &Params::default()))
}

async fn expect(desk: Desk, Path((slug, id)): Path<(String, String)>, Form(form): Form) -> Answer {
    let (head, agreement) = agreement(&desk, slug, id).await?;
    let members = present(&desk, &head).await?;
    let mut errors = Errors::default();
    let chosen = form.typed("organisation").trim();
    let member = members.iter().find(|member| member.organisation.to_string() == chosen);
    if member.is_none() {
        errors.add("organisation", "Choisissez une structure dans la liste.");
    }
    let since = forms::date(&mut errors, "since", form.typed("since"));
    let done = match (errors.into_result(), member) {
        (Ok(()), Some(member)) => {
            let (id, organisation) = (agreement.id, member.organisation);
            desk.act(move |ctx, tx| acts::expect(ctx, tx, id, organisation, since)).await
        }
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(Error::NotFound),
    };
    match done {
        Ok(()) => desk.done(&base(&head), "La signature est attendue."),
        Err(error) => desk.form_again(expect_page(&head, &agreement, &members, &form), error),
    }
}

/// The expected signatory of the address.
async fn signatory(
    desk: &Desk,
    slug: String,
    id: String,
    structure: String,
) -> Result<(Head, Agreement, Id<Organisation>, String)> {
    let (head, agreement) = agreement(desk, slug, id).await?;
    let organisation: Id<Organisation> = structure.parse().map_err(|_| Error::NotFound)?;
    let one = agreement.signatories.iter().find(|one| one.organisation == organisation).ok_or(Error::NotFound)?;
    let name = one.name.clone();
    Ok((head, agreement, organisation, name))
}

fn receive_page(
    head: &Head,
    agreement: &Agreement,
    organisation: Id<Organisation>,
    name: &str,
    signed: &str,
) -> FormPage {
    let action = format!("{}/{}/signataires/{organisation}", base(head), agreement.id);
    forms::page(head, "Enregistrer une signature", action, "Enregistrer la signature")
        .about(format!("{name} : {}", agreement.title))
        .field(Field::new(Kind::Date, "signed_on", "Signé le").required().value(signed))
        .cancel(base(head))
}

async fn show_receive(desk: Desk, Path((slug, id, structure)): Path<(String, String, String)>) -> Answer {
    let (head, agreement, organisation, name) = signatory(&desk, slug, id, structure).await?;
    let today = forms::shown_date(Some(PartialDate::of_day(desk.app.clock().now().day())));
    desk.form(&receive_page(&head, &agreement, organisation, &name, &today))
}

async fn receive(desk: Desk, Path((slug, id, structure)): Path<(String, String, String)>, Form(form): Form) -> Answer {
    let (head, agreement, organisation, name) = signatory(&desk, slug, id, structure).await?;
    let mut errors = Errors::default();
    let on = forms::date(&mut errors, "signed_on", form.typed("signed_on"));
    if on.is_none() && errors.is_empty() {
        errors.add("signed_on", "Donnez la date de la signature.");
    }
    let done = match (errors.into_result(), on) {
        (Ok(()), Some(on)) => {
            let id = agreement.id;
            desk.act(move |ctx, tx| acts::receive(ctx, tx, id, organisation, on)).await
        }
        (Err(error), _) => Err(error),
        (Ok(()), None) => Err(Error::NotFound),
    };
    match done {
        Ok(()) => desk.done(&base(&head), "La signature est enregistrée."),
        Err(error) => {
            desk.form_again(receive_page(&head, &agreement, organisation, &name, form.typed("signed_on")), error)
        }
    }
}
