//! The generated national life: made through the acts, the same for the same seed.
//!
//! Later issues add what governances do (actions, comments): one file here with one function, and its line in
//! [`LIFE`].

mod agreements;
mod bodies;
mod dice;
mod electorate;
mod facts;
mod meetings;
mod members;
mod names;
mod plan;
mod scene;

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use directory::{Organisation, TerritoryCode};
use governance::Governance;
use kernel::{Context, Error, FixedClock, Id, Randomness, Result, SeededRandomness, SystemRandomness, Timestamp, Who};
use maillage::SCHEMA;
use store::{DatabaseUrl, Store, Tx, instance};

pub use dice::Dice;
pub use electorate::{Electorate, SLUG, electorate};
pub use meetings::{AGENDA, MINUTES};
pub use plan::{LARGE, TYPICAL};

use plan::{Place, Plan, Sketch};
use scene::Scene;

/// What a governance is given once it is open, in this order.
const LIFE: &[fn(&mut Scene<'_, '_>) -> Result<()>] =
    &[members::fill, bodies::fill, agreements::fill, facts::fill, meetings::fill];

/// Written into the name of a stored data set: raise it when the same seed gives other data.
pub const EDITION: u32 = 2;

/// The generated life begins on 8 January 2024 at 8 o'clock, and its governances open over 1,000 days.
const BEGINS: i64 = 1_704_700_800_000_000;
const LASTS: i64 = 1_000 * 86_400 * 1_000_000;

/// What was made, and how long it took.
#[derive(Clone, Copy, Debug)]
pub struct Made {
    /// The reference territories alone.
    pub territories: Duration,
    pub life: Duration,
    /// Entries of the register.
    pub acts: i64,
    pub governances: usize,
}

/// What those that come after need to know of an open governance.
#[derive(Clone, Debug)]
struct Opened {
    id: Id<Governance>,
    organisations: Vec<Id<Organisation>>,
}

/// Fills an empty database: schema, reference territories, generated life. `scale` 1 is the national data set.
///
/// Each governance is one transaction; on PostgreSQL `loaders` of them run at a time, so that the order of the register
/// (not its content) may differ from run to run.
pub fn fill(url: &DatabaseUrl, scale: u32, seed: u64, loaders: usize) -> Result<Made> {
    fill_with(url, loaders, move |tx| Plan::draw(tx, scale, seed))
}

fn fill_with(
    url: &DatabaseUrl,
    loaders: usize,
    draw: impl Fn(&mut Tx<'_>) -> Result<Plan> + Send + 'static,
) -> Result<Made> {
    let store = Store::open(url, loaders)?;
    store.migrate(SCHEMA, &FixedClock::at(Timestamp::from_micros(BEGINS)))?;
    let begun = Instant::now();
    store.write_blocking(move |tx| {
        with_context(BEGINS, &SystemRandomness, |ctx| {
            instance::create(ctx, tx, true)?;
            directory::territories::acts::load_reference(ctx, tx)
        })
    })?;
    let territories = begun.elapsed();
    let begun = Instant::now();
    let plan = Arc::new(store.read_blocking(draw)?);
    let nation = open(&store, &plan, &plan.nation, None)?;
    let departements = open_all(&store, &plan, &plan.departements, loaders, |_| Some(nation.clone()))?;
    open_all(&store, &plan, &plan.locals, loaders, |sketch| departements.get(sketch.parent).cloned())?;
    let (acts, _) = store.read_blocking(store::register::head)?;
    let governances = 1 + plan.departements.len() + plan.locals.len();
    Ok(Made { territories, life: begun.elapsed(), acts, governances })
}

fn with_context<T>(micros: i64, randomness: &dyn Randomness, act: impl FnOnce(&Context<'_>) -> Result<T>) -> Result<T> {
    let who = Who::operator();
    act(&Context::new(&who, &FixedClock::at(Timestamp::from_micros(micros)), randomness))
}

/// Opens governances of one tier; gives them in the order of the plan.
fn open_all(
    store: &Store,
    plan: &Arc<Plan>,
    sketches: &[Sketch],
    loaders: usize,
    parent: impl Fn(&Sketch) -> Option<Opened> + Sync,
) -> Result<Vec<Opened>> {
    let next = AtomicUsize::new(0);
    let load = || -> Result<Vec<(usize, Opened)>> {
        let mut done = Vec::new();
        loop {
            let place = next.fetch_add(1, Ordering::Relaxed);
            let Some(sketch) = sketches.get(place) else { return Ok(done) };
            done.push((place, open(store, plan, sketch, parent(sketch))?));
            if sketch.number % 500 == 0 {
                eprintln!("  … {} gouvernances", sketch.number);
            }
        }
    };
    let runtime = tokio::runtime::Handle::current();
    let mut all = std::thread::scope(|scope| -> Result<Vec<(usize, Opened)>> {
        let threads: Vec<_> = (0..loaders.max(1))
            .map(|_| {
                scope.spawn(|| {
                    let _inside = runtime.enter();
                    load()
                })
            })
            .collect();
        let mut all = Vec::with_capacity(sketches.len());
        for thread in threads {
            all.extend(thread.join().map_err(|_| Error::Internal("a loader panicked".to_owned()))??);
        }
        Ok(all)
    })?;
    all.sort_by_key(|(place, _)| *place);
    Ok(all.into_iter().map(|(_, opened)| opened).collect())
}

/// Opens one governance with its life, in one transaction.
fn open(store: &Store, plan: &Arc<Plan>, sketch: &Sketch, parent: Option<Opened>) -> Result<Opened> {
    let (plan, sketch) = (Arc::clone(plan), sketch.clone());
    store.write_blocking(move |tx| {
        // Made anew at each attempt, so that a repeated transaction writes the same.
        let randomness = SeededRandomness::new(plan.seed ^ (sketch.number << 20));
        let micros =
            BEGINS + LASTS / i64::try_from(plan.total()).unwrap_or(1) * i64::try_from(sketch.number).unwrap_or(0);
        with_context(micros, &randomness, |ctx| live(ctx, tx, &plan, &sketch, parent.as_ref()))
    })
}

fn live(ctx: &Context<'_>, tx: &mut Tx<'_>, plan: &Plan, sketch: &Sketch, parent: Option<&Opened>) -> Result<Opened> {
    let dice = Dice::new(plan.seed.wrapping_add(sketch.number));
    let places: &[Place] = plan.places.get(&sketch.departement).map_or(&[], Vec::as_slice);
    let new = sketch.governance(parent.map(|parent| parent.id));
    let id = governance::governances::acts::open(ctx, tx, &new)?;
    let shared = parent.map_or(&[][..], |parent| parent.organisations.as_slice());
    let mut scene = Scene::new(ctx, tx, dice, sketch, places, shared, id);
    for step in LIFE {
        step(&mut scene)?;
    }
    Ok(Opened { id, organisations: scene.into_organisations() })
}

/// Codes of territories by the département that they are in.
type ByDepartement<T> = std::collections::HashMap<TerritoryCode, Vec<T>>;

#[cfg(test)]
mod tests {
    use super::*;

    /// A few governances live through all that the generator does: an act that refuses what it draws is found here, and not
    /// when somebody measures.
    #[tokio::test(flavor = "multi_thread")]
    async fn governances_can_be_generated() {
        let folder = std::env::temp_dir().join(format!("maillage-generate-{}", std::process::id()));
        std::fs::create_dir(&folder).unwrap();
        let url = DatabaseUrl::Sqlite(folder.join("few.db"));
        let made = tokio::task::spawn_blocking(move || {
            fill_with(&url, 1, |tx| {
                let mut plan = Plan::draw(tx, 1, 2026)?;
                plan.departements.retain(|sketch| sketch.number < 12 || sketch.slug() == TYPICAL);
                plan.locals.truncate(3);
                for local in &mut plan.locals {
                    local.parent = 0;
                }
                // The number of a governance tells when it opens, within the days of a whole plan.
                for (number, sketch) in (1..).zip(plan.departements.iter_mut().chain(&mut plan.locals)) {
                    sketch.number = number;
                }
                Ok(plan)
            })
        });
        let made = made.await.unwrap();
        std::fs::remove_dir_all(&folder).unwrap();
        let made = made.unwrap();
        assert!(made.governances > 12 && made.acts > 1_000, "{made:?}");
    }
}
