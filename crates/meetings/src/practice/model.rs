//! The rules of a body's meetings, as they are typed and as they count. Pure.

use governance::members::model::College;
use kernel::coded::Coded as _;
use kernel::{Errors, Id, Result, coded};

use crate::quorum::QuorumRule;

coded! {
    pub enum QuorumKind {
        None = "none", "Aucun quorum";
        Share = "share", "Une part des membres";
        CollegeShare = "college_share", "Une part des membres d'un collège";
        Number = "number", "Un nombre de membres";
    }
}

coded! {
    /// How minutes become final.
    pub enum Approval {
        NextMeeting = "next_meeting", "À la réunion suivante";
        Silence = "silence", "Par le silence, après un délai";
    }
}

/// The rules of one body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Practice {
    /// Days between the convocation and the meeting.
    pub notice_days: i64,
    pub quorum: QuorumRule,
    /// Most proxies that one participant may hold.
    pub proxies: i64,
    pub approval: Approval,
    pub silence_days: i64,
    /// Nobody is convened before those who co-chair have agreed.
    pub cosigned: bool,
}

impl Default for Practice {
    /// What holds as long as nothing is said: no quorum, one proxy a holder.
    fn default() -> Self {
        Self {
            notice_days: 0,
            quorum: QuorumRule::None,
            proxies: 1,
            approval: Approval::NextMeeting,
            silence_days: 15,
            cosigned: false,
        }
    }
}

/// What was typed.
#[derive(Clone, Debug, Default)]
pub struct PracticeDraft {
    pub notice_days: String,
    pub quorum: String,
    pub numerator: String,
    pub denominator: String,
    pub strictly: bool,
    pub number: String,
    pub college: String,
    pub proxies: String,
    pub approval: String,
    pub silence_days: String,
    pub cosigned: bool,
}

impl PracticeDraft {
    pub fn of(practice: &Practice) -> Self {
        let mut draft = Self {
            notice_days: practice.notice_days.to_string(),
            proxies: practice.proxies.to_string(),
            approval: practice.approval.code().to_owned(),
            silence_days: practice.silence_days.to_string(),
            cosigned: practice.cosigned,
            numerator: "1".to_owned(),
            denominator: "2".to_owned(),
            ..Self::default()
        };
        let mut share = |kind: QuorumKind, numerator: i64, denominator: i64, strictly: bool| {
            draft.quorum = kind.code().to_owned();
            draft.numerator = numerator.to_string();
            draft.denominator = denominator.to_string();
            draft.strictly = strictly;
        };
        match practice.quorum {
            QuorumRule::None => share(QuorumKind::None, 1, 2, false),
            QuorumRule::Share { numerator, denominator, strictly } => {
                share(QuorumKind::Share, numerator, denominator, strictly);
            }
            QuorumRule::CollegeShare { college, numerator, denominator, strictly } => {
                share(QuorumKind::CollegeShare, numerator, denominator, strictly);
                draft.college = college.to_string();
            }
            QuorumRule::Number(number) => {
                share(QuorumKind::Number, 1, 2, false);
                draft.number = number.to_string();
            }
        }
        draft
    }

    /// Understands what was typed; `colleges` are those of the governance.
    ///
    /// # Errors
    /// One message per wrong field.
    pub fn parse(&self, colleges: &[Id<College>]) -> Result<Practice> {
        let mut errors = Errors::default();
        let mut number = |field: &'static str, typed: &str, least: i64, most: i64| {
            let number = typed.trim().parse().ok().filter(|number| (least..=most).contains(number));
            if number.is_none() {
                errors.add(field, format!("Donnez un nombre, de {least} à {most}."));
            }
            number.unwrap_or(least)
        };
        let notice_days = number("notice_days", &self.notice_days, 0, 365);
        let proxies = number("proxies", &self.proxies, 0, 20);
        let approval = Approval::from_code(&self.approval);
        let silence_days = match approval {
            Some(Approval::Silence) => number("silence_days", &self.silence_days, 1, 365),
            _ => 15,
        };
        let kind = QuorumKind::from_code(&self.quorum);
        let quorum = match kind {
            None | Some(QuorumKind::None) => QuorumRule::None,
            Some(QuorumKind::Number) => QuorumRule::Number(number("number", &self.number, 1, 1_000)),
            Some(QuorumKind::Share | QuorumKind::CollegeShare) => {
                let denominator = number("denominator", &self.denominator, 1, 100);
                let numerator = number("numerator", &self.numerator, 1, denominator);
                let college = colleges.iter().copied().find(|college| college.to_string() == self.college);
                let strictly = self.strictly && numerator < denominator;
                match (kind, college) {
                    (Some(QuorumKind::CollegeShare), Some(college)) => {
                        QuorumRule::CollegeShare { college, numerator, denominator, strictly }
                    }
                    (Some(QuorumKind::CollegeShare), None) => {
                        errors.add("college", "Choisissez un collège.");
                        QuorumRule::None
                    }
                    _ => QuorumRule::Share { numerator, denominator, strictly },
                }
            }
        };
        if kind.is_none() {
            errors.add("quorum", "Choisissez une réponse dans la liste.");
        }
        if approval.is_none() {
            errors.add("approval", "Choisissez une réponse dans la liste.");
        }
        errors.into_result()?;
        let approval = approval.unwrap_or(Approval::NextMeeting);
        Ok(Practice { notice_days, quorum, proxies, approval, silence_days, cosigned: self.cosigned })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn practice(quorum: QuorumRule) -> Practice {
        Practice { quorum, cosigned: true, ..Practice::default() }
    }

    #[test]
    fn what_is_stored_reads_back_as_it_is_typed() {
        let college: Id<College> = Id::from_uuid(uuid::Uuid::from_u128(7));
        for quorum in [
            QuorumRule::None,
            QuorumRule::Number(12),
            QuorumRule::Share { numerator: 2, denominator: 3, strictly: false },
            QuorumRule::Share { numerator: 1, denominator: 2, strictly: true },
            QuorumRule::CollegeShare { college, numerator: 1, denominator: 3, strictly: true },
        ] {
            let practice = practice(quorum);
            assert_eq!(PracticeDraft::of(&practice).parse(&[college]).unwrap(), practice);
        }
    }

    #[test]
    fn a_college_of_another_governance_is_refused() {
        let college: Id<College> = Id::from_uuid(uuid::Uuid::from_u128(7));
        let rule = QuorumRule::CollegeShare { college, numerator: 1, denominator: 2, strictly: false };
        let Err(kernel::Error::Invalid(errors)) = PracticeDraft::of(&practice(rule)).parse(&[]) else { panic!() };
        assert!(errors.of("college").is_some());
    }

    proptest! {
        #[test]
        fn nothing_typed_breaks_anything(a in ".{0,20}", b in "[a-z_]{0,14}", c in "-?[0-9]{0,20}") {
            let draft = PracticeDraft {
                notice_days: c.clone(), quorum: b.clone(), numerator: c.clone(), denominator: c.clone(), strictly: true,
                number: c.clone(), college: a, proxies: c.clone(), approval: b, silence_days: c, cosigned: true,
            };
            if let Ok(practice) = draft.parse(&[]) {
                prop_assert!((0..=365).contains(&practice.notice_days));
            }
        }
    }
}
