//! What is written of the barometer: the figures of a month by Maillage itself, a comment by who manages the governance.

use jiff::civil::Date;
use kernel::register::Act;
use kernel::{Capability, Context, Error, Id, Result, Scope, text};
use store::{Tx, params, versions};

use super::dial::Figure;
use super::month::Month;
use super::store as reads;
use crate::governances::acts::subject;
use crate::governances::store::lock;
use crate::{Governance, State};

/// Longest comment, in characters.
pub const COMMENT_MAX: usize = 3_000;

/// The figures of one governance at the end of a month.
#[derive(Clone, Debug)]
pub struct Taken {
    pub governance: Id<Governance>,
    pub figures: Vec<(&'static str, Figure)>,
}

/// Keeps the figures of a month of several governances. Those that another node has kept already stay as they are: run
/// twice, it changes nothing the second time. Gives of how many governances something was kept.
pub fn keep(ctx: &Context<'_>, tx: &mut Tx<'_>, month: Month, taken: &[Taken]) -> Result<i64> {
    ctx.require(Capability::ManagePlatform, Scope::Platform)?;
    let mut count = 0i64;
    for one in taken {
        if reads::keep(tx, one.governance, month, &one.figures, ctx.now())? > 0 {
            count += 1;
        }
    }
    if count > 0 {
        let plural = if count > 1 { "s" } else { "" };
        let summary = format!("Relevé mensuel du baromètre {} : {count} gouvernance{plural}", month.french_of());
        tx.record(
            ctx,
            Act::new("barometer.kept", format!("barometre:{month}"), summary)
                .with("mois", month.to_string())
                .with("gouvernances", count),
        );
        tx.touch(versions::BAROMETER);
    }
    Ok(count)
}

/// The months of which a comment may be written, the latest first: this one and the three before.
pub fn months(today: Date) -> Vec<Month> {
    std::iter::successors(Some(Month::of(today)), |month| Some(month.before())).take(4).collect()
}

/// Writes what the governance says of its barometer of a month; an empty text withdraws it. The versions before stay.
///
/// # Errors
/// `comment` when it is too long; `mois` when it is not of the last months; a conflict when somebody wrote since `opened`,
/// or when the governance is closed.
pub fn comment(
    ctx: &Context<'_>,
    tx: &mut Tx<'_>,
    governance: Id<Governance>,
    month: Month,
    typed: &str,
    opened: i64,
) -> Result<()> {
    ctx.require(Capability::ManageGovernance, Scope::Governance(governance.uuid()))?;
    let head = lock(tx, governance)?;
    if head.state == State::Closed {
        return Err(Error::Conflict("Cette gouvernance est close : son baromètre ne se commente plus.".to_owned()));
    }
    if !months(ctx.now().day()).contains(&month) {
        return Err(Error::invalid("mois", "On commente le mois en cours ou l'un des trois précédents."));
    }
    let (present, version) = reads::comment(tx, governance, month)?;
    if version != opened {
        return Err(Error::Conflict(
            "Quelqu'un d'autre a enregistré ce commentaire pendant que vous écriviez.".to_owned(),
        ));
    }
    let comment = text::paragraphs(typed, COMMENT_MAX).map_err(|fault| Error::invalid("comment", fault.to_string()))?;
    let comment = comment.unwrap_or_default();
    if comment == present {
        return Ok(());
    }
    tx.execute(
        "insert into barometer_comment (governance, month, version, comment, written_at) values ($1, $2, $3, $4, $5)",
        params![governance, month.to_string(), version + 1, &comment, ctx.now()],
    )?;
    let (code, verb) = match (present.is_empty(), comment.is_empty()) {
        (_, true) => ("barometer.comment_withdrawn", "retiré"),
        (true, false) => ("barometer.commented", "publié"),
        (false, false) => ("barometer.commented", "modifié"),
    };
    let summary = format!("Commentaire du baromètre {} {verb} par « {} »", month.french_of(), head.name);
    tx.record(
        ctx,
        Act::new(code, subject(governance), summary)
            .in_governance(governance.uuid())
            .with("mois", month.to_string())
            .with("version", version + 1),
    );
    Ok(())
}
