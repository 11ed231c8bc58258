//! Every route: who may use it, and that nothing typed into an address or a form breaks it.

use http::Method;
use kernel::permission::decide;
use kernel::{Id, Randomness as _, Scope, SeededRandomness, Who};
use web::Access;

use crate::town::{Browser, Town};

/// Everybody who may knock at a door: the personas of the demonstration hold every role.
const KNOCKING: [&str; 15] = [
    "",
    "sans-pouvoir",
    "gestionnaire",
    "co-porteuse",
    "animation",
    "suppleance",
    "secretariat",
    "financement",
    "hub",
    "voisin",
    "departement",
    "appui",
    "region",
    "exploitation",
    "equipe-nationale",
];
const NETWORKS: [&str; 2] = ["reseau-exemple-vallee", "reseau-exemple-plateau"];

/// What the parameters of an address are filled with: things of one governance.
struct Things {
    slug: &'static str,
    governance: uuid::Uuid,
    body: (String, uuid::Uuid),
    member: uuid::Uuid,
    manager: uuid::Uuid,
    /// Of the body: its address, and one of its items.
    meeting: (String, uuid::Uuid),
    /// Where there is one: a seat of the body above, a standing mandate, an agreement with a signatory that is expected.
    seat: Option<uuid::Uuid>,
    mandate: Option<uuid::Uuid>,
    agreement: Option<(uuid::Uuid, uuid::Uuid)>,
    /// Of the body above: something that waits for an agenda.
    waiting: Option<uuid::Uuid>,
    /// Of the body above: a draft of a decision, with an effect, where there is one.
    draft: Option<(uuid::Uuid, uuid::Uuid)>,
    /// The address of a vote of the body above.
    ballot: Option<String>,
    /// The address of an election of the body above, and a candidacy of it.
    election: Option<(String, uuid::Uuid)>,
    /// Two organisations that could be one, a merge that was done, an account.
    twins: [uuid::Uuid; 2],
    merge: uuid::Uuid,
    account: uuid::Uuid,
}

impl Things {
    async fn of(town: &Town, slug: &'static str) -> Self {
        town.read(move |tx| {
            let one = |tx: &mut store::Tx<'_>, sql: &str| tx.get::<uuid::Uuid>(sql, store::params![slug], |row| row.get(0));
            let body = tx.get(
                "select b.slug, b.id from body b join governance g on g.id = b.governance where g.slug = $1 order by b.rank limit 1",
                store::params![slug],
                |row| Ok((row.get::<String>(0)?, row.get::<uuid::Uuid>(1)?)),
            )?;
            let meeting = tx.get(
                "select m.slug, i.id from meeting m join governance g on g.id = m.governance join meeting_body mb on mb.meeting = m.id and mb.rank = 1
                 join body b on b.id = mb.body join agenda_item i on i.meeting = m.id and i.rank = 1
                 where g.slug = $1 and b.id = $2 and m.state = 'convened' order by m.starts_at limit 1",
                store::params![slug, body.1],
                |row| Ok((row.get::<String>(0)?, row.get::<uuid::Uuid>(1)?)),
            )?;
            let some = |tx: &mut store::Tx<'_>, sql: &str| tx.find::<uuid::Uuid>(sql, store::params![slug], |row| row.get(0));
            let agreement = tx.find(
                "select a.id, s.organisation from signatory s join agreement a on a.id = s.agreement join governance g on g.id = a.governance
                 where g.slug = $1 and s.signed_on is null order by a.id, s.organisation limit 1",
                store::params![slug],
                |row| Ok((row.get(0)?, row.get(1)?)),
            )?;
            Ok(Self {
                slug,
                meeting,
                seat: some(tx, "select s.id from seat s join body b on b.id = s.body join governance g on g.id = b.governance where g.slug = $1 order by b.rank, s.rank limit 1")?,
                mandate: some(tx, "select s.id from standing_mandate s join governance g on g.id = s.governance where g.slug = $1 order by s.id limit 1")?,
                agreement,
                waiting: tx.find("select id from waiting_item where body = $1 and state = 'waiting' order by id limit 1", store::params![body.1], |row| row.get(0))?,
                draft: tx.find("select d.id, e.id from decision d join decision_effect e on e.decision = d.id where d.body = $1 and d.state = 'draft' order by d.id limit 1", store::params![body.1], |row| Ok((row.get(0)?, row.get(1)?)))?,
                ballot: tx.find("select slug from ballot where body = $1 order by id limit 1", store::params![body.1], |row| row.get(0))?,
                election: tx.find("select e.slug, c.id from election e join candidacy c on c.election = e.id where e.body = $1 order by e.id limit 1", store::params![body.1], |row| Ok((row.get(0)?, row.get(1)?)))?,
                governance: one(tx, "select id from governance where slug = $1")?,
                body,
                member: one(tx, "select m.id from member m join governance g on g.id = m.governance where g.slug = $1 and m.state = 'admitted' order by m.id limit 1")?,
                manager: one(tx, "select w.id from power w join governance g on g.id = w.governance where g.slug = $1 and w.role = 'manager' order by w.id limit 1")?,
                twins: tx.query("select id from organisation where name_key = 'entreprise exemple reemploi fictif' order by id", &[], |row| row.get(0))?.try_into().unwrap(),
                merge: tx.get("select id from organisation_merge where undone_at is null", &[], |row| row.get(0))?,
                account: tx.get("select person from account where email_key = 'hub@exemple.fictif'", &[], |row| row.get(0))?,
            })
        })
        .await
    }

    fn fill(&self, pattern: &str) -> String {
        let known =
            |id: Option<uuid::Uuid>| id.unwrap_or(uuid::uuid!("00000000-0000-7000-8000-000000000000")).to_string();
        // Of a governance: who is to sign there; else one of two that could be one.
        let structure = match pattern.starts_with("/gouvernances/") {
            true => known(self.agreement.map(|(_, organisation)| organisation)),
            false => self.twins[0].to_string(),
        };
        let filled = pattern
            .replace("/decisions/{numero}", "/decisions/2026-01")
            .replace("{slug}", self.slug)
            .replace("{instance}", &self.body.0)
            .replace("{membre}", &self.member.to_string())
            .replace("{pouvoir}", &self.manager.to_string())
            .replace("{reunion}", &self.meeting.0)
            .replace("{point}", &self.meeting.1.to_string())
            .replace("{attente}", &known(self.waiting))
            .replace("{decision}", &known(self.draft.map(|(id, _)| id)))
            .replace("{effet}", &known(self.draft.map(|(_, id)| id)))
            .replace("{scrutin}", self.ballot.as_deref().unwrap_or("inconnu"))
            .replace("{election}", self.election.as_ref().map_or("inconnue", |(slug, _)| slug))
            .replace("{candidature}", &known(self.election.as_ref().map(|(_, id)| *id)))
            .replace("{siege}", &known(self.seat))
            .replace("{mandat}", &known(self.mandate))
            .replace("{convention}", &known(self.agreement.map(|(id, _)| id)))
            .replace("{structure}", &structure)
            .replace("{doublon}", &self.twins[1].to_string())
            .replace("{fusion}", &self.merge.to_string())
            .replace("{compte}", &self.account.to_string())
            .replace("{code}", "departement-85")
            .replace("{numero}", "1")
            .replace("{critere}", "une-feuille-de-route-est-adoptee")
            .replace("{fichier}", "inconnu.css")
            .replace("{*chemin}", "a/b.css")
            .replace("{empreinte}", &"0".repeat(64));
        // Whatever else: an identifier of nothing.
        let mut path = String::new();
        let mut rest = filled.as_str();
        while let Some((before, after)) = rest.split_once('{') {
            path.push_str(before);
            path.push_str("00000000-0000-7000-8000-000000000000");
            rest = after.split_once('}').map_or("", |(_, rest)| rest);
        }
        path + rest
    }

    fn scope(&self, pattern: &str) -> Scope {
        if pattern.contains("/membres/{membre}/notre-structure") {
            Scope::Member { governance: self.governance, member: self.member }
        } else if pattern.contains("{slug}")
            && ["{instance}", "{reunion}", "{scrutin}", "{election}"].iter().any(|of| pattern.contains(of))
        {
            Scope::Body { governance: self.governance, body: self.body.1 }
        } else if pattern.contains("{slug}") {
            Scope::Governance(self.governance)
        } else {
            Scope::Platform
        }
    }
}

/// Who a persona is, with the powers that the database gives.
async fn who(town: &Town, persona: &str) -> Who {
    if persona.is_empty() {
        return Who::visitor();
    }
    let key = format!("{persona}@exemple.fictif");
    let today = kernel::Clock::now(town.clock.as_ref()).day();
    town.read(move |tx| {
        let person: Id<directory::Person> =
            tx.get("select person from account where email_key = $1", store::params![key], |row| row.get(0))?;
        Ok(Who::person(person.uuid(), None, governance::powers::store::roles_of(tx, person, today)?))
    })
    .await
}

async fn browser<'a>(town: &'a Town, persona: &str) -> Browser<'a> {
    if persona.is_empty() { town.browser() } else { town.as_(persona).await }
}

stories! {
    /// Every route and method, as every role, on the own and on another territory's data.
    async fn each_door_opens_to_those_entitled_and_to_nobody_else(town: Town) {
        let mut checks = 0;
        let routes = maillage::routes();
        let things = [Things::of(&town, NETWORKS[0]).await, Things::of(&town, NETWORKS[1]).await];
        for persona in KNOCKING {
            let who = who(&town, persona).await;
            let mut browser = browser(&town, persona).await;
            for route in routes.declared() {
                for thing in &things {
                    let path = thing.fill(route.path);
                    let place = format!("{} {path} as « {persona} »", route.method);
                    let entitled = match route.access {
                        Access::Public | Access::Operations | Access::Demonstration => true,
                        Access::SignedIn => !persona.is_empty(),
                        Access::Needs(capability) => decide(&who, capability, thing.scope(route.path)).is_ok(),
                    };
                    if entitled && route.method == Method::POST {
                        // What they may do is told by the stories; what they send may be anything: see the next story.
                        continue;
                    }
                    let before = town.acts().await;
                    let reply = if route.method == Method::POST { browser.post(&path, &[]).await } else { browser.get(&path).await };
                    let status = reply.status.as_u16();
                    assert!(status < 500, "{place}: {}", reply.words());
                    // One's own, and those of the accounts to whoever administers them.
                    let due = path.starts_with("/compte") || (entitled && path.starts_with("/administration/comptes"));
                    assert!(due || !reply.text().contains("@exemple.fictif"), "{place} shows an address");
                    let to_sign_in = reply.header("location").starts_with("/connexion");
                    if entitled {
                        assert!(status != 403 && !(to_sign_in && matches!(route.access, Access::Needs(_) | Access::SignedIn)), "{place}: {status} {}", reply.words());
                    } else {
                        assert!(status == 403 || status == 404 || (status == 303 && to_sign_in), "{place}: {status} {}", reply.words());
                        assert_eq!(town.acts().await, before, "{place} has acted");
                    }
                    checks += 1;
                }
            }
        }
        println!("matrix: {checks} checks on {} routes", routes.declared().len());
        assert!(checks > 1_000, "{checks}");
    }

    /// Every form, driven by the list of routes: whatever is typed, by whoever may send it, no page breaks.
    async fn nothing_typed_into_a_form_breaks_a_page(town: Town) {
        let random = SeededRandomness::new(20_261_122);
        let pick = |of: usize| { let mut b = [0u8; 8]; random.fill(&mut b).unwrap(); (u64::from_le_bytes(b) % of as u64) as usize };
        let long = "é".repeat(3_000);
        let nasty = [
            "", " ", "\0", "\u{202E}abc", "🏠", "<script>alert(1)</script>", "'; drop table person; --", "99999999999999999999", "9223372036854775807", "-9223372036854775808", "-1",
            "31/02/2026", "0000-00-00", "https://mal.example", "//mal.example", "\r\nSet-Cookie: x=1", "%00", "null", "manager", "animator:x",
            "00000000-0000-7000-8000-000000000000", "on", "1", long.as_str(),
        ];
        let routes = maillage::routes();
        let things = [Things::of(&town, NETWORKS[0]).await, Things::of(&town, NETWORKS[1]).await];
        for persona in ["", "gestionnaire", "equipe-nationale", "voisin", "animation"] {
            for route in routes.declared().iter().filter(|route| route.method == Method::POST) {
                // A new session each time: a form may end it.
                let mut browser = browser(&town, persona).await;
                let path = things[pick(2)].fill(route.path);
                let page = browser.get(&path).await.text();
                let mut names: Vec<String> = page.split("name=\"").skip(1).filter_map(|rest| rest.split('"').next().map(ToOwned::to_owned)).collect();
                names.extend(["name", "email", "role", "cle", "code", "secret", "session", "until", "reason", "version", "password"].map(String::from));
                for _ in 0..3 {
                    let fields: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), nasty[pick(nasty.len())])).collect();
                    let reply = browser.post(&path, &fields).await;
                    assert!(!reply.status.is_server_error(), "{path} as « {persona} » with {fields:?}: {}", reply.words());
                    assert!(!reply.text().contains("<script>"), "{path} lets a script in");
                    assert!(!reply.header("location").contains("mal.example"), "{path} leads away");
                }
            }
        }
    }

    async fn nothing_typed_into_an_address_breaks_a_page(town: Town) {
        let random = SeededRandomness::new(20_261_121);
        let pick = |of: usize| { let mut b = [0u8; 8]; random.fill(&mut b).unwrap(); (u64::from_le_bytes(b) % of as u64) as usize };
        let nasty = [
            "", "%00", "%FF%FE", "..%2F..%2Fetc%2Fpasswd", "'%20or%20'1'='1", "%22%3E%3Cscript%3E", "%E2%80%AE", "-1",
            "99999999999999999999", "%F0%9F%8F%A0", "%D9%85%D8%B1%D8%AD%D8%A8%D8%A7", "a~b", "~", "%25", "null", "1e9",
            "0001-01-01", "%0d%0aSet-Cookie:x=1", "%25s%25n", "{{7*7}}",
        ];
        let keys = ["q", "etat", "echelon", "region", "coportee", "tri", "apres", "avant", "statut", "categorie", "nature", "page"];
        let patterns: Vec<&str> = maillage::routes().declared().iter().map(|route| route.path).collect();
        for _ in 0..400 {
            let mut path = patterns[pick(patterns.len())].to_owned();
            while let Some((before, rest)) = path.clone().split_once('{') {
                let after = rest.split_once('}').unwrap().1;
                let value = nasty[1 + pick(nasty.len() - 1)];
                path = format!("{before}{value}{after}");
                if path.contains("{{7*7}}") { path = path.replace("{{7*7}}", "%7B%7B7*7%7D%7D"); }
            }
            let query: Vec<String> = (0..pick(4)).map(|_| format!("{}={}", keys[pick(keys.len())], nasty[pick(nasty.len())].replace(['{', '}'], ""))).collect();
            let address = if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) };
            let reply = town.get(&address).await;
            assert!(!reply.status.is_server_error(), "{address}: {}", reply.words());
            assert!(!reply.text().contains("<script>"), "{address} lets a script in");
            assert!(!reply.header("set-cookie").contains("x=1"), "{address}");
        }
    }

    async fn no_page_costs_a_query_per_line(town: Town) {
        // The pages read through these functions; a bound that does not grow with the number of lines.
        let (grain, national) = town.read(|tx| {
            Ok((governance::governances::store::by_slug(tx, "grain-vendee")?, governance::governances::store::by_slug(tx, "nationale")?))
        }).await;
        let cost = town.read(move |tx| {
            let mut costs = Vec::new();
            for id in [grain.id, national.id] {
                let before = tx.queries();
                governance::bodies::store::list(tx, id)?;
                governance::bodies::store::missions(tx, id)?;
                governance::agreements::store::list(tx, id)?;
                governance::members::store::list(tx, id, &Default::default())?;
                governance::facts::store::list(tx, id)?;
                governance::governances::store::children(tx, id)?;
                costs.push(tx.queries() - before);
            }
            let before = tx.queries();
            governance::governances::list::find(tx, &Default::default(), 50)?;
            governance::governances::store::on_map(tx)?;
            costs.push(tx.queries() - before);
            Ok(costs)
        }).await;
        assert_eq!(cost, [9, 9, 3]);
    }
}
