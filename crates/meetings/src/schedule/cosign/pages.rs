//! The agreements of a meeting for those who prepare it; giving one, by a link or signed in.

use askama::Template;
use axum::extract::Path;
use governance::forms;
use http::StatusCode;
use kernel::{Error, Id, Reach, Result, RoleKind, Who};
use ui::form::Field;
use ui::form_page::FormPage;
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk, Form};

use super::acts::{self, read_link};
use super::model::{Agreement, Inviter, is_shared};
use super::store::{self as signatures, Cosignature};
use crate::model::MeetingState;
use crate::planning::acts::names;
use crate::planning::convocation::Site;
use crate::planning::{Known, managed, speaker};
use crate::{practice, store as reads};

type Place = Path<(String, String)>;

#[derive(Template)]
#[template(path = "schedule/cosign/agreements.html")]
struct AgreementsPage {
    known: Known,
    inviters: Vec<Inviter>,
    asked: Vec<Cosignature>,
    required: bool,
}

impl Page for AgreementsPage {
    fn title(&self) -> String {
        format!("Accord des coprésidences · {}", self.known.meeting.title)
    }
    fn crumb(&self) -> String {
        "Accord des coprésidences".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.known.trail()
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

impl AgreementsPage {
    fn of(&self, one: &Inviter) -> Option<&Cosignature> {
        self.asked.iter().find(|asked| asked.chair == one.key)
    }

    fn is_asked(&self, one: &Cosignature) -> bool {
        one.state == Agreement::Asked
    }

    fn shared(&self) -> bool {
        is_shared(&self.inviters)
    }

    fn is_draft(&self) -> bool {
        self.known.meeting.state == MeetingState::Draft
    }

    fn is_waiting(&self) -> bool {
        self.inviters.iter().any(|one| !self.of(one).is_some_and(|asked| asked.state.is_given()))
    }

    fn day(&self, one: &Cosignature) -> String {
        one.given_at.map(|at| kernel::time::french_date(self.known.meeting.zone.civil(at).0)).unwrap_or_default()
    }
}

pub async fn show(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let reading = known.clone();
    let (inviters, asked, required) = desk
        .read(move |tx| {
            let mut required = false;
            for body in &reading.bodies {
                required |= practice::find(tx, body.id)?.0.cosigned;
            }
            let inviters = signatures::inviters(tx, &reading.bodies)?;
            Ok((inviters, signatures::list(tx, reading.meeting.id)?, required))
        })
        .await?;
    desk.private(StatusCode::OK, &AgreementsPage { known, inviters, asked, required })
}

pub async fn ask(desk: Desk, Path((slug, meeting)): Place) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let id = known.meeting.id;
    let (address, secret) = (desk.app.settings().public_address.clone(), desk.app.secret().clone());
    let mails = desk.act(move |ctx, tx| acts::ask(ctx, tx, &Site { address: &address, secret: &secret }, id)).await?;
    let sentence = match mails {
        0 => "L'accord est demandé. Personne n'a d'adresse ici : notez-le quand il est donné autrement.".to_owned(),
        1 => "L'accord est demandé : un courriel part.".to_owned(),
        many => format!("L'accord est demandé : {many} courriels partent."),
    };
    desk.done(&format!("{}/accords", known.page()), &sentence)
}

fn otherwise_page(known: &Known, one: &Cosignature, how: &str) -> FormPage {
    let base = format!("{}/accords", known.page());
    forms::page(&known.head, "Noter un accord donné autrement", format!("{base}/{}", one.id), "Noter cet accord")
        .about(format!("{}, {}", one.name, known.meeting.title))
        .trail(known.trail())
        .note("Le registre dira que l'accord a été donné autrement, et que vous l'avez noté.")
        .field(
            Field::text("how", "De quelle façon")
                .hint("Exemple : par téléphone, le 12 mars")
                .required()
                .maxlength(300)
                .value(how),
        )
        .cancel(base)
}

async fn one(desk: &Desk, known: &Known, id: &str) -> Result<Cosignature> {
    let id: Id<Cosignature> = id.parse().map_err(|_| Error::NotFound)?;
    let meeting = known.meeting.id;
    let all = desk.read(move |tx| signatures::list(tx, meeting)).await?;
    all.into_iter().find(|one| one.id == id).ok_or(Error::NotFound)
}

pub async fn show_otherwise(desk: Desk, Path((slug, meeting, id)): Path<(String, String, String)>) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let one = one(&desk, &known, &id).await?;
    desk.form(&otherwise_page(&known, &one, ""))
}

pub async fn otherwise(
    desk: Desk,
    Path((slug, meeting, id)): Path<(String, String, String)>,
    Form(form): Form,
) -> Answer {
    let known = managed(&desk, slug, meeting).await?;
    let one = one(&desk, &known, &id).await?;
    let (signature, how) = (one.id, form.typed("how").to_owned());
    match desk.act(move |ctx, tx| acts::otherwise(ctx, tx, signature, &how)).await {
        Ok(()) => desk.done(&format!("{}/accords", known.page()), "L'accord est noté."),
        Err(error) => desk.form_again(otherwise_page(&known, &one, form.typed("how")), error),
    }
}

/// What somebody who is asked to agree sees of the draft.
struct Opened {
    known: Known,
    own: Cosignature,
    agenda: Vec<String>,
}

async fn load(desk: &Desk, id: Id<Cosignature>) -> Result<Opened> {
    desk.read(move |tx| {
        let meeting = signatures::meeting_of(tx, id)?;
        let meeting = reads::find(tx, meeting)?;
        let slug: String =
            tx.get("select slug from governance where id = $1", store::params![meeting.governance], |row| row.get(0))?;
        let known = Known::load(tx, &slug, &meeting.slug)?;
        let own = signatures::list(tx, meeting.id)?.into_iter().find(|one| one.id == id).ok_or(Error::NotFound)?;
        let agenda = reads::agenda(tx, meeting.id)?.into_iter().map(|item| item.title).collect();
        Ok(Opened { known, own, agenda })
    })
    .await
}

impl Opened {
    fn still_open(self, desk: &Desk) -> Result<Self> {
        let meeting = &self.known.meeting;
        let open = meeting.state == MeetingState::Draft && meeting.starts_at > desk.app.clock().now();
        if open { Ok(self) } else { Err(Error::Conflict(acts::over())) }
    }

    fn trail(&self) -> Vec<Crumb> {
        let head = &self.known.head;
        vec![
            Crumb::new("Gouvernances", governance::url::GOVERNANCES),
            Crumb::new(&head.name, governance::url::governance(&head.slug)),
        ]
    }
}

fn page(opened: &Opened, action: String, key: &str) -> FormPage {
    let meeting = &opened.known.meeting;
    let mut page = forms::page(
        &opened.known.head,
        "Donner votre accord",
        action,
        &format!("Donner l'accord de « {} »", opened.own.name),
    )
    .about(format!("{} ({}), {}", meeting.title, names(&opened.known.bodies), meeting.when()))
    .trail(opened.trail());
    if opened.own.state.is_given() {
        page = page.note("Cet accord est déjà donné : il n'y a plus rien à faire.");
    }
    if !meeting.place.is_empty() {
        page = page.note(format!("Lieu : {}.", meeting.place));
    }
    for (rank, title) in (1..).zip(&opened.agenda) {
        page = page.note(format!("{rank}. {title}"));
    }
    if key.is_empty() { page } else { page.field(Field::hidden("cle", key)) }
}

#[derive(Template)]
#[template(path = "schedule/cosign/given.html")]
struct GivenPage {
    opened: Opened,
}

impl Page for GivenPage {
    fn title(&self) -> String {
        format!("Accord enregistré · {}", self.opened.known.meeting.title)
    }
    fn crumb(&self) -> String {
        "Accord enregistré".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        self.opened.trail()
    }
}

pub async fn show_link(desk: Desk) -> Answer {
    let key = desk.params.whole("cle");
    let (id, _) = read_link(desk.app.secret(), &key, desk.app.clock().now())?;
    let opened = load(&desk, id).await?.still_open(&desk)?;
    desk.form(&page(&opened, "/reunions/accord".to_owned(), &key))
}

pub async fn sign_by_link(desk: Desk, Form(form): Form) -> Answer {
    let key = form.whole("cle");
    let (id, person) = read_link(desk.app.secret(), &key, desk.app.clock().now())?;
    let who = speaker(&desk, person).await?;
    desk.app.act(who, move |ctx, tx| acts::sign(ctx, tx, id, None)).await?;
    let opened = load(&desk, id).await?;
    desk.private(StatusCode::OK, &GivenPage { opened })
}

/// For somebody who represents the organisation; for anybody else there is nothing here.
async fn by_session(desk: &Desk, id: &str) -> Result<Opened> {
    let id: Id<Cosignature> = id.parse().map_err(|_| Error::NotFound)?;
    let opened = load(desk, id).await?;
    let (governance, chair) = (opened.known.head.id, opened.own.chair);
    let member = desk.read(move |tx| signatures::member(tx, governance, chair)).await?.ok_or(Error::NotFound)?;
    if !represents(&desk.who(), Reach::Member { governance: governance.uuid(), member: member.uuid() }) {
        return Err(Error::NotFound);
    }
    opened.still_open(desk)
}

fn represents(who: &Who, reach: Reach) -> bool {
    let speaks = |kind| matches!(kind, RoleKind::Representative | RoleKind::Deputy);
    who.roles.iter().any(|role| speaks(role.kind) && role.reach == reach)
}

pub async fn show_signed(desk: Desk, Path(id): Path<String>) -> Answer {
    let opened = by_session(&desk, &id).await?;
    desk.form(&page(&opened, format!("/reunions/accord/{}", opened.own.id), ""))
}

pub async fn sign_signed(desk: Desk, Path(id): Path<String>) -> Answer {
    let opened = by_session(&desk, &id).await?;
    let id = opened.own.id;
    desk.act(move |ctx, tx| acts::sign(ctx, tx, id, None)).await?;
    desk.done("/a-faire", "Votre accord est enregistré.")
}
