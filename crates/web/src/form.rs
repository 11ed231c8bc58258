//! What a form sends: fields, and files where the route takes them.

use axum::body::to_bytes;
use axum::extract::{FromRequest, Multipart, Request};
use http::{Method, StatusCode, header};
use kernel::Error;

use crate::answer::Failure;
use crate::{App, Params};

/// The fields of a sent form (`application/x-www-form-urlencoded`), texts whole.
#[derive(Clone, Debug, Default)]
pub struct Form(pub Params);

/// Larger than the limit of a route, which answers first.
const LARGEST: usize = 64 << 20;

impl FromRequest<App> for Form {
    type Rejection = Failure;

    async fn from_request(request: Request, _: &App) -> Result<Self, Failure> {
        if request.method() == Method::GET {
            return Ok(Self::default());
        }
        let body = to_bytes(request.into_body(), LARGEST).await.map_err(|_| too_large())?;
        Ok(Self(Params::of_form(&body)))
    }
}

/// A file that came with a form.
#[derive(Clone, Debug)]
pub struct Upload {
    pub name: String,
    pub content: Vec<u8>,
}

/// A form with files (`multipart/form-data`): its fields, and one file at most for each field name.
#[derive(Clone, Debug, Default)]
pub struct FormWithFiles {
    pub fields: Params,
    files: Vec<(String, Upload)>,
}

impl FormWithFiles {
    /// The file of a field; `None` when none was chosen.
    pub fn file(&self, field: &str) -> Option<&Upload> {
        self.files.iter().find(|(name, _)| name == field).map(|(_, upload)| upload)
    }
}

impl FromRequest<App> for FormWithFiles {
    type Rejection = Failure;

    async fn from_request(request: Request, app: &App) -> Result<Self, Failure> {
        let kind =
            request.headers().get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
        if !kind.starts_with("multipart/form-data") {
            let Form(fields) = Form::from_request(request, app).await?;
            return Ok(Self { fields, files: Vec::new() });
        }
        let mut parts = Multipart::from_request(request, app).await.map_err(|_| unreadable())?;
        let (mut pairs, mut files) = (Vec::new(), Vec::new());
        while let Some(part) = parts.next_field().await.map_err(|fault| unreadable_because(fault.status()))? {
            let Some(field) = part.name().map(ToOwned::to_owned) else { continue };
            let file_name = part.file_name().map(ToOwned::to_owned);
            let content = part.bytes().await.map_err(|fault| unreadable_because(fault.status()))?;
            match file_name {
                Some(name) if !name.is_empty() || !content.is_empty() => {
                    files.push((field, Upload { name, content: content.to_vec() }));
                }
                Some(_) => {}
                None => pairs.push((field, String::from_utf8_lossy(&content).into_owned())),
            }
        }
        Ok(Self { fields: Params::of_pairs(pairs), files })
    }
}

fn unreadable_because(status: StatusCode) -> Failure {
    if status == StatusCode::PAYLOAD_TOO_LARGE { too_large() } else { unreadable() }
}

fn too_large() -> Failure {
    Failure(Error::Conflict("Ce que vous envoyez est trop volumineux. Rien n'a été enregistré.".to_owned()))
}

fn unreadable() -> Failure {
    Failure(Error::Conflict("Ce qui a été envoyé n'est pas lisible. Rien n'a été enregistré.".to_owned()))
}
