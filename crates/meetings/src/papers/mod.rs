//! What a meeting puts on paper: the brief that one reads before, the convocation, the sheet to sign, the minutes, the
//! summary of one page. Each as tagged PDF, and as a text document (ODT) that people may change.

mod before;
mod minutes;
mod pages;

use kernel::Capability;
use web::{Access, Routes};

pub fn routes() -> Routes {
    const ANIMATE: Access = Access::Needs(Capability::ManageBody);
    Routes::new()
        .get("/gouvernances/{slug}/reunions/{reunion}/note.pdf", Access::Public, pages::brief_pdf)
        .get("/gouvernances/{slug}/reunions/{reunion}/note.odt", Access::Public, pages::brief_odt)
        .get("/gouvernances/{slug}/reunions/{reunion}/convocation.pdf", ANIMATE, pages::convocation_pdf)
        .get("/gouvernances/{slug}/reunions/{reunion}/convocation.odt", ANIMATE, pages::convocation_odt)
        .get("/gouvernances/{slug}/reunions/{reunion}/emargement.pdf", ANIMATE, pages::sheet_pdf)
        .get("/gouvernances/{slug}/reunions/{reunion}/emargement.odt", ANIMATE, pages::sheet_odt)
        .get("/gouvernances/{slug}/reunions/{reunion}/compte-rendu.pdf", Access::Public, pages::minutes_pdf)
        .get("/gouvernances/{slug}/reunions/{reunion}/compte-rendu.odt", Access::Public, pages::minutes_odt)
        .get("/gouvernances/{slug}/reunions/{reunion}/synthese.pdf", Access::Public, pages::summary_pdf)
        .get("/gouvernances/{slug}/reunions/{reunion}/synthese.odt", Access::Public, pages::summary_odt)
}
