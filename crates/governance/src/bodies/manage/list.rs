//! The bodies as their managers see them.

use askama::Template;
use axum::extract::Path;
use http::StatusCode;
use web::{Answer, Desk};

use super::{base, page_of};
use crate::bodies::model::Body;
use crate::bodies::store as reads;
use crate::forms;
use crate::governances::store::Head;
use crate::members::manage::governance;

#[derive(Template)]
#[template(path = "bodies/manage/list.html")]
struct ListPage {
    head: Head,
    bodies: Vec<Body>,
}

forms::administered!(ListPage, "Administrer les instances", "Instances");

impl ListPage {
    fn base(&self) -> String {
        base(&self.head)
    }
    fn page_of(&self, body: &Body) -> String {
        page_of(&self.head, body)
    }
}

pub async fn show(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = governance(&desk, slug).await?;
    let id = head.id;
    let bodies = desk.read(move |tx| reads::list(tx, id)).await?;
    desk.private(StatusCode::OK, &ListPage { head, bodies })
}
