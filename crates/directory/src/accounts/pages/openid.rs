//! Signing in through an OpenID Connect provider (ProConnect).

use kernel::register::Digest;
use kernel::{Error, Id, Result, Who};
use oidc::{Identity, Provider};
use ui::form_page::FormPage;
use web::{Answer, Desk, local_path, open_session, see_other};

use crate::accounts::model::AccountState;
use crate::accounts::sessions::{self, Method};
use crate::accounts::{acts, openid, store};

fn provider(desk: &Desk) -> Result<Provider> {
    desk.app.service::<Provider>().cloned().ok_or(Error::NotFound)
}

/// A link, not a form: the content security policy would stop a form's way to another site.
pub async fn start(desk: Desk) -> Answer {
    let provider = provider(&desk)?;
    let next = local_path(desk.params.one("suite").unwrap_or("/a-faire")).to_owned();
    let started = provider.start().await?;
    let (saved, url) = (started.saved.clone(), started.url);
    desk.app.act(Who::visitor(), move |ctx, tx| openid::keep(ctx, tx, &saved, &next)).await?;
    let mut answer = see_other(&url)?;
    web::give_return(&desk.app, &mut answer, &started.saved.state)?;
    Ok(answer)
}

/// A page that says why, with a way out.
fn refused(desk: &Desk, label: &str, sentence: String) -> Answer {
    let page = FormPage::new(format!("Connexion avec {label}"), "/connexion", "Revenir à la connexion");
    desk.form_again(page, Error::Conflict(sentence))
}

pub async fn come_back(desk: Desk) -> Answer {
    let provider = provider(&desk)?;
    let label = provider.label().to_owned();
    let state = desk.params.whole("state");
    // The browser that comes back must be the one that left.
    if state.is_empty() || desk.expected_return() != Some(state.as_str()) {
        return refused(
            &desk,
            &label,
            "Cette connexion n'a pas commencé dans ce navigateur, ou a trop attendu. Recommencez.".into(),
        );
    }
    let kept = desk.app.act(Who::visitor(), move |ctx, tx| openid::take(ctx, tx, &state)).await?;
    let Some((saved, next)) = kept else {
        return refused(&desk, &label, "Cette connexion a déjà servi ou a trop attendu. Recommencez.".into());
    };
    if let Some(fault) = desk.params.one("error") {
        tracing::info!(fault, "the provider gave no identity");
        return refused(
            &desk,
            &label,
            format!("{label} n'a pas confirmé votre identité : la connexion a été abandonnée."),
        );
    }
    let identity = match provider.finish(&desk.params.whole("code"), &saved).await {
        Ok(identity) => identity,
        Err(Error::Unavailable(sentence) | Error::Forbidden(sentence) | Error::Conflict(sentence)) => {
            return refused(&desk, &label, sentence);
        }
        Err(other) => return Err(other.into()),
    };
    if let Some(signed) = desk.signed() {
        let (person, identity) = (Id::from_uuid(signed.person), identity);
        return match desk.act(move |ctx, tx| openid::bind(ctx, tx, person, &identity)).await {
            Ok(()) => desk.done("/compte", &format!("Votre compte est relié à {label}.")),
            Err(Error::Conflict(sentence)) => refused(&desk, &label, sentence),
            Err(other) => Err(other.into()),
        };
    }
    sign_in(&desk, &label, identity, &next).await
}

async fn sign_in(desk: &Desk, label: &str, identity: Identity, next: &str) -> Answer {
    let wanted = identity.clone();
    let account = desk.read(move |tx| openid::account_of(tx, &wanted)).await?;
    let Some(account) = account else {
        return refused(
            desk,
            label,
            "Aucun compte ni invitation ne correspond à cette identité. Demandez une invitation aux gestionnaires de votre gouvernance ; \
             si vous avez déjà un compte avec un mot de passe, connectez-vous avec, puis reliez-le depuis « Mon compte »."
                .into(),
        );
    };
    let (person, agent) = (account.person, desk.agent().to_owned());
    let who = Who::person(person.uuid(), None, Vec::new());
    let opened = desk
        .app
        .act(who, move |ctx, tx| {
            let account = store::lock(tx, person)?;
            if account.state == AccountState::Invited {
                openid::bind(ctx, tx, person, &identity)?;
                acts::activate(ctx, tx, person)?;
            }
            openid::propose_organisation(tx, person, identity.siret.as_deref())?;
            acts::note(ctx, tx, person, "Connexion par le fournisseur d'identité", &agent)?;
            sessions::open(ctx, tx, person, Method::OpenId, &agent, Some(&identity.id_token), false)
        })
        .await;
    match opened {
        Ok(token) => {
            let mut answer = see_other(next)?;
            open_session(&desk.app, &mut answer, &token.0, sessions::LONGEST / 1_000_000)?;
            Ok(answer)
        }
        Err(Error::Conflict(sentence)) => refused(desk, label, sentence),
        Err(other) => Err(other.into()),
    }
}

/// The provider's sign-out, when the session came from there; the own session is closed in any case.
pub async fn leave(desk: &Desk, id_token: &str) -> Option<String> {
    let provider = provider(desk).ok()?;
    let mut state = [0; 32];
    desk.app.randomness().fill(&mut state).ok()?;
    let state = Digest(state).hex();
    provider.logout_url(id_token, &state).await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the provider's sign-out is not available");
        None
    })
}

/// Used by the account page: whether a link to the provider makes sense.
pub fn is_offered(desk: &Desk) -> Option<String> {
    provider(desk).ok().map(|provider| provider.label().to_owned())
}
