//! The file for a successor: one page that prints, with all that somebody who takes over must know.

use std::collections::HashMap;

use askama::Template;
use axum::extract::Path;
use kernel::time::french_date;
use kernel::{Capability, Id, Result};
use store::Tx;
use web::{Answer, Desk};

use super::enter;
use super::note::{self, PrivateNote};
use crate::agreements::model::Agreement;
use crate::bodies::model::Body;
use crate::bodies::votes::{self, CollegeVotes};
use crate::framework::Measures;
use crate::governances::model::StateChange;
use crate::governances::store::{self as reads, Covered, Head};
use crate::members::model::{College, Member, MemberState, StandingMandate};
use crate::powers::model::Power;
use crate::todo::duties::{self, Duty};
use crate::{Governance, agreements, bodies, forms, members, powers};

#[derive(Template)]
#[template(path = "administration/handover.html")]
struct HandoverPage {
    head: Head,
    today: String,
    governance: Governance,
    territories: Vec<Covered>,
    life: Vec<StateChange>,
    bodies: Vec<Body>,
    college_votes: HashMap<Id<Body>, Vec<CollegeVotes>>,
    members: Vec<Member>,
    colleges: Vec<College>,
    mandates: Vec<StandingMandate>,
    powers: Vec<Power>,
    agreements: Vec<Agreement>,
    note: PrivateNote,
    duties: Vec<Duty>,
}

forms::administered!(HandoverPage, "Passation", "Passation");

impl HandoverPage {
    fn load(tx: &mut Tx<'_>, measures: &Measures, head: Head, today: jiff::civil::Date) -> Result<Self> {
        let id = head.id;
        Ok(Self {
            today: french_date(today),
            governance: reads::by_slug(tx, &head.slug)?,
            territories: reads::territories(tx, id)?,
            life: reads::life(tx, id)?,
            bodies: bodies::store::list(tx, id)?,
            college_votes: votes::of_governance(tx, id)?,
            members: members::store::list(tx, id, &members::store::Filter::default())?,
            colleges: members::store::colleges(tx, id)?,
            mandates: members::store::mandates(tx, id)?,
            powers: powers::store::of_governance(tx, id, today)?,
            agreements: agreements::store::list(tx, id)?,
            note: note::find(tx, id)?,
            duties: duties::of_governance(tx, measures, &head, today)?,
            head,
        })
    }

    fn lead(&self) -> String {
        format!(
            "Établi le {}, pour la personne qui prend la suite. Il s'imprime tel quel ; il contient la note privée : ne le publiez pas.",
            self.today
        )
    }

    fn present(&self) -> impl Iterator<Item = &Member> {
        self.members.iter().filter(|member| member.state != MemberState::Withdrawn)
    }

    fn rule(&self, body: &Body) -> String {
        votes::rule_words(body.voting_rule, self.college_votes.get(&body.id).map(Vec::as_slice).unwrap_or_default())
    }

    fn places(&self) -> String {
        let perimeter = self.territories.iter().filter(|covered| !covered.living_area);
        perimeter.map(|covered| covered.territory.name.clone()).collect::<Vec<_>>().join(", ")
    }
}

pub async fn show(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = enter(&desk, slug, Capability::SeePrivateNote).await?;
    let (measures, today) = (Measures::of(&desk.app)?, desk.app.clock().now().day());
    let page = desk.read(move |tx| HandoverPage::load(tx, &measures, head, today)).await?;
    desk.private(http::StatusCode::OK, &page)
}
