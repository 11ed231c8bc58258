//! Own pages for errors: what happened, what to do now, and a number to give to the support.

use askama::Template;
use axum::response::Response;
use http::{HeaderValue, StatusCode, header};
use kernel::Error;
use ui::page::{Frame, Page};

use crate::App;
use crate::answer::{Reason, html};
use crate::desk::frame;
use crate::signed::Visit;

#[derive(Template)]
#[template(path = "error.html")]
struct ErrorPage {
    title: &'static str,
    explanation: String,
    advice: &'static str,
    number: String,
    show_search: bool,
}

impl Page for ErrorPage {
    fn title(&self) -> String {
        self.title.to_owned()
    }
}

/// The page for an answer that failed; the cause goes to the log when it is a fault of ours.
pub(crate) fn page(app: &App, path: &str, visit: &Visit, number: &str, failed: Response) -> Response {
    let status = failed.status();
    let reason = failed.extensions().get::<Reason>().map(|reason| reason.0.clone());
    if let Some(Error::Internal(cause)) = &reason {
        tracing::error!(path, number, cause, "internal error");
    }
    let told = match reason {
        Some(Error::Forbidden(text) | Error::Conflict(text) | Error::Unavailable(text)) => Some(text),
        Some(Error::Invalid(errors)) => Some(errors.to_string()),
        _ => None,
    };
    let (title, explanation, advice) = words(status);
    let page = ErrorPage {
        title,
        explanation: told.unwrap_or_else(|| explanation.to_owned()),
        advice,
        number: number.to_owned(),
        show_search: status == StatusCode::NOT_FOUND,
    };
    let frame = Frame { request_number: number.to_owned(), ..frame(app, path, visit) };
    let mut response = html(status, &page, &frame).unwrap_or_else(|_| {
        let mut bare = Response::new(format!("Erreur {} ({number})", status.as_u16()).into());
        *bare.status_mut() = status;
        bare
    });
    if let Some(allowed) = failed.headers().get(header::ALLOW) {
        response.headers_mut().insert(header::ALLOW, allowed.clone());
    }
    response.headers_mut().insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}

fn words(status: StatusCode) -> (&'static str, &'static str, &'static str) {
    match status {
        StatusCode::NOT_FOUND => (
            "Page introuvable",
            "Cette page n'existe pas, ou elle n'existe plus.",
            "Vérifiez l'adresse, cherchez votre territoire ci-dessous, ou partez du plan du site.",
        ),
        StatusCode::FORBIDDEN => (
            "Accès refusé",
            "Vous n'avez pas le droit de voir ou de faire cela.",
            "Si vous pensez que c'est une erreur, écrivez-nous depuis la page Contact.",
        ),
        StatusCode::CONFLICT => (
            "Cela n'est plus possible",
            "Quelque chose a changé entre-temps.",
            "Revenez à la page précédente et rechargez-la pour voir la situation actuelle.",
        ),
        StatusCode::METHOD_NOT_ALLOWED => (
            "Action impossible à cette adresse",
            "Cette adresse ne se demande pas de cette façon.",
            "Revenez à la page précédente et recommencez.",
        ),
        StatusCode::PAYLOAD_TOO_LARGE => (
            "Envoi trop volumineux",
            "Ce que vous envoyez est trop gros.",
            "Réduisez la taille du fichier ou du texte, puis recommencez.",
        ),
        StatusCode::SERVICE_UNAVAILABLE => (
            "Service momentanément indisponible",
            "Le service ne peut pas répondre en ce moment. Rien n'a été enregistré.",
            "Recommencez dans quelques minutes.",
        ),
        status if status.is_client_error() => (
            "Demande incomprise",
            "Nous n'avons pas compris cette demande.",
            "Revenez à la page précédente et recommencez.",
        ),
        _ => (
            "Une erreur s'est produite",
            "C'est une erreur de notre côté, pas de la vôtre. Rien n'a été enregistré.",
            "Recommencez. Si l'erreur revient, donnez-nous le numéro ci-dessous.",
        ),
    }
}
