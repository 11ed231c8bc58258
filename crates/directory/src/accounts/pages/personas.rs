//! In a demonstration: taking the place of a persona in one click. Nowhere else.

use askama::Template;
use kernel::{Error, Id};
use ui::page::Page;
use web::{Answer, Desk, Form, open_session, see_other};

use crate::accounts::store::Persona;
use crate::accounts::{acts, sessions, store};

#[derive(Template)]
#[template(path = "accounts/pages/personas.html")]
struct PersonasPage {
    personas: Vec<Persona>,
}

impl Page for PersonasPage {
    fn title(&self) -> String {
        "Personnages de la démonstration".to_owned()
    }
}

fn only_in_demonstration(desk: &Desk) -> Result<(), Error> {
    if desk.app.settings().demonstration { Ok(()) } else { Err(Error::NotFound) }
}

pub async fn show(desk: Desk) -> Answer {
    only_in_demonstration(&desk)?;
    let personas = desk.read(store::personas).await?;
    desk.fresh(http::StatusCode::OK, &PersonasPage { personas })
}

pub async fn take(desk: Desk, Form(form): Form) -> Answer {
    only_in_demonstration(&desk)?;
    let person = form.typed("personnage").parse::<Id<_>>().map_err(|_| Error::NotFound)?;
    let (agent, old) = (desk.agent().to_owned(), desk.token().map(web::session_key));
    let token = desk
        .app
        .act(kernel::Who::visitor(), move |ctx, tx| {
            if let Some(old) = old {
                sessions::close(tx, &old)?;
            }
            acts::take_place(ctx, tx, person, &agent)
        })
        .await?;
    let mut answer = see_other("/a-faire")?;
    open_session(&desk.app, &mut answer, &token.0, sessions::LONGEST / 1_000_000)?;
    Ok(answer)
}
