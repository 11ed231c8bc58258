//! One governance while it is being made.

use directory::Organisation;
use governance::Governance;
use governance::members::model::{College, Member};
use kernel::{Context, Id, PartialDate};
use store::Tx;

use super::dice::Dice;
use super::plan::{Place, Sketch};

/// What each step of the life finds and leaves for the next.
pub struct Scene<'a, 't> {
    pub ctx: &'a Context<'a>,
    pub tx: &'a mut Tx<'t>,
    pub dice: Dice,
    pub sketch: &'a Sketch,
    pub places: &'a [Place],
    /// Organisations of the governance above, some of which are members here too.
    pub shared: &'a [Id<Organisation>],
    pub id: Id<Governance>,
    /// Organisations created so far.
    pub founded: u64,
    pub colleges: Vec<Id<College>>,
    /// Members with their organisations; the first two co-lead.
    pub members: Vec<(Id<Member>, Id<Organisation>)>,
}

impl<'a, 't> Scene<'a, 't> {
    pub fn new(
        ctx: &'a Context<'a>,
        tx: &'a mut Tx<'t>,
        dice: Dice,
        sketch: &'a Sketch,
        places: &'a [Place],
        shared: &'a [Id<Organisation>],
        id: Id<Governance>,
    ) -> Self {
        Self { ctx, tx, dice, sketch, places, shared, id, founded: 0, colleges: Vec::new(), members: Vec::new() }
    }

    pub fn into_organisations(self) -> Vec<Id<Organisation>> {
        self.members.into_iter().map(|(_, organisation)| organisation).collect()
    }

    /// A day between 2021 and 2025.
    pub fn day(&mut self) -> Option<PartialDate> {
        let year = i16::try_from(self.dice.between(2021, 2025)).ok();
        let month = i8::try_from(self.dice.between(1, 12)).ok();
        let day = i8::try_from(self.dice.between(1, 28)).ok();
        PartialDate::new(year?, month, day).ok()
    }

    pub fn organisation(&mut self) -> Option<Id<Organisation>> {
        self.dice.pick(&self.members).map(|(_, organisation)| *organisation)
    }
}
