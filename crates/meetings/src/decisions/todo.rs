//! What decisions expect of those who animate the body that took them.

use governance::bodies::model::Body;
use kernel::{Id, Result, Timestamp};
use store::Tx;

use super::store as reads;

/// Title, detail, button, address.
type Duty = (String, String, &'static str, String);

/// What is late, and what is to be reviewed soon.
pub(crate) fn of_body(tx: &mut Tx<'_>, body: Id<Body>, now: Timestamp, limit: i64) -> Result<Vec<Duty>> {
    let today = now.day();
    let mut duties = Vec::new();
    for one in reads::expected_of(tx, body, today, limit)? {
        let (name, title, at) = (one.name(), &one.title, one.workshop());
        if let Some(due) = one.due_on.filter(|_| one.is_late(today)) {
            let detail = format!("{title}. À exécuter avant le {}", due.french());
            duties.push((
                format!("Dire où en est la {}", name.to_lowercase()),
                detail,
                "Dire où elle en est",
                format!("{at}/execution"),
            ));
        }
        if let Some(on) = one.review_on.filter(|_| one.is_to_review(today)) {
            let detail = format!("{title}. À revoir le {}", on.french());
            duties.push((format!("Revoir la {}", name.to_lowercase()), detail, "Revoir", format!("{at}/revue")));
        }
    }
    Ok(duties)
}
