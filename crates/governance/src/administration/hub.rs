//! The door of the administration: what this person may do here, in groups.

use askama::Template;
use axum::extract::Path;
use kernel::{Capability, Scope};
use ui::page::{Crumb, Page, Section};
use web::{Answer, Desk};

use super::{enter, inside};
use crate::framework::Measures;
use crate::governances::store::Head;
use crate::todo::duties::{self, Duty};
use crate::{State, Tier, url};

struct Way {
    label: &'static str,
    href: String,
    detail: &'static str,
}

struct Group {
    id: &'static str,
    title: &'static str,
    ways: Vec<Way>,
}

#[derive(Template)]
#[template(path = "administration/hub.html")]
struct HubPage {
    head: Head,
    groups: Vec<Group>,
    duties: Vec<Duty>,
}

impl Page for HubPage {
    fn title(&self) -> String {
        format!("Administration · {}", self.head.name)
    }
    fn crumb(&self) -> String {
        "Administration".to_owned()
    }
    fn trail(&self) -> Vec<Crumb> {
        vec![
            Crumb::new("Gouvernances", url::GOVERNANCES),
            Crumb::new(&self.head.name, url::governance(&self.head.slug)),
        ]
    }
    fn section(&self) -> Section {
        Section::Governances
    }
}

/// The ways that lead to something this person may do; groups without any are left out.
fn groups(desk: &Desk, head: &Head) -> Vec<Group> {
    use Capability as C;
    let way = |capability, label, place: &str, detail| {
        desk.may(capability, Scope::Governance(head.id.uuid())).then(|| Way {
            label,
            href: inside(&head.slug, place),
            detail,
        })
    };
    let living = head.state != State::Closed;
    let framework = (head.tier == Tier::Intermediate && living).then(|| Way {
        label: "Cadre minimum",
        href: crate::framework::url::of_governance(&head.slug),
        detail: "Ce que l'échelon national demande, et ce qui manque ici",
    });
    let identity = [
        way(C::ManageGovernance, "Identité", "identite", "Nom, forme, territoire en mots, idées clés, note publique"),
        way(C::ManageGovernance, "État", "etat", "Installer, suspendre, reprendre ou clore, avec la date et la raison")
            .filter(|_| living),
        framework,
    ];
    let people = [
        way(
            C::ManageGovernance,
            "Membres",
            "membres",
            "Inviter, admettre, désigner les co-porteurs, tenir les mandats",
        ),
        way(C::SeePowers, "Pouvoirs", "pouvoirs", "Qui peut agir ici, et jusqu'à quand"),
    ];
    let organisation = [
        way(C::ManageGovernance, "Instances", "instances", "Comités, collèges, groupes de travail et leurs sièges"),
        way(C::ManageGovernance, "Conventions", "conventions", "Textes signés, signatures attendues"),
        way(
            C::OpenLocalNetwork,
            "Ouvrir un réseau local",
            "reseaux/nouveau",
            "Sous cette gouvernance, à partir d'un modèle",
        )
        .filter(|_| head.tier == Tier::Intermediate && living),
    ];
    let memory = [
        way(C::SeePrivateNote, "Note privée", "note", "Ce que les gestionnaires se disent entre eux"),
        way(
            C::SeePrivateNote,
            "Passation",
            "passation",
            "Tout ce qu'il faut à la personne qui prend la suite, sur une page",
        ),
        way(C::ManageGovernance, "Baromètre", "barometre", "Commenter les cadrans : ce que les chiffres ne disent pas")
            .filter(|_| living),
    ];
    let group = |id, title, ways: Vec<Option<Way>>| Group { id, title, ways: ways.into_iter().flatten().collect() };
    let all = [
        group("fiche", "La gouvernance", identity.into()),
        group("personnes", "Les membres et les personnes", people.into()),
        group("travail", "Les instances et les textes", organisation.into()),
        group("memoire", "Notes et passation", memory.into()),
    ];
    all.into_iter().filter(|group| !group.ways.is_empty()).collect()
}

pub async fn show(desk: Desk, Path(slug): Path<String>) -> Answer {
    let head = enter(&desk, slug, Capability::SeePowers).await?;
    let groups = groups(&desk, &head);
    let manages = desk.may(Capability::ManageGovernance, Scope::Governance(head.id.uuid()));
    let (known, today) = (head.clone(), desk.app.clock().now().day());
    let duties = match manages {
        true => {
            let measures = Measures::of(&desk.app)?;
            desk.read(move |tx| duties::of_governance(tx, &measures, &known, today)).await?
        }
        false => Vec::new(),
    };
    desk.private(http::StatusCode::OK, &HubPage { head, groups, duties })
}
