//! 目視確認: who saw the child, when and how. Only eyes confirm; a voice on the telephone is kept and confirms nothing.

use jiff::{SignedDuration, Timestamp};

use super::{Alert, Care, Event, Refusal, Step, verbs::checked};
use crate::domain::{
    coded::coded,
    name::{self, Text},
};

coded! {
    /// How it was tried.
    pub enum Method {
        /// 直接目視
        Direct = "direct",
        /// 他機関目視
        OtherAgency = "other_agency",
        /// 電話のみ
        Phone = "phone",
        /// 訪ねたが会えなかった
        NotMet = "not_met",
    }
}

impl Method {
    /// Somebody saw the child with their own eyes.
    pub const fn confirms(self) -> bool {
        matches!(self, Self::Direct | Self::OtherAgency)
    }

    /// Somebody went there, so that a planned visit has been made.
    pub const fn is_visit(self) -> bool {
        !matches!(self, Self::Phone)
    }
}

/// How many characters say who saw the child.
pub const WHO_LENGTH: usize = 60;

/// How far back a sighting may be recorded.
const REACH: SignedDuration = SignedDuration::from_hours(31 * 24);

/// What was typed about it.
#[derive(Debug, Clone, Copy)]
pub struct Seeing<'a> {
    pub at: Timestamp,
    pub method: Method,
    pub by: &'a str,
    pub note: &'a str,
    /// Why it was after the deadline of the safety check, if it was.
    pub late_reason: &'a str,
}

/// What is kept of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sighting {
    pub at: Timestamp,
    pub method: Method,
    pub by: String,
    /// Empty when it was in time.
    pub late_reason: String,
    pub note: Option<String>,
}

impl Alert {
    /// Records a sighting, or that it was tried in vain.
    pub fn see(&self, care: &Care, seeing: &Seeing<'_>, now: Timestamp) -> Result<Step, Refusal> {
        self.in_hand()?;
        if seeing.at > now {
            return Err(Refusal::SightingAhead);
        }
        if now.duration_since(seeing.at) > REACH {
            return Err(Refusal::SightingLongAgo);
        }
        let by = Text::<WHO_LENGTH>::parse(seeing.by).map_err(|refusal| match refusal {
            name::Refusal::TooLong { .. } => Refusal::WhoTooLong,
            _ => Refusal::WhoMissing,
        })?;
        let answered = care.check.as_ref().filter(|check| seeing.method.confirms() && check.answered_by(seeing.at));
        let is_late = answered.is_some_and(|check| check.is_late(seeing.at));
        let late_reason = checked(seeing.late_reason, false).map_err(|_| Refusal::LateReasonMissing)?;
        if is_late && late_reason.is_none() {
            return Err(Refusal::LateReasonMissing);
        }
        let sighting = Sighting {
            at: seeing.at,
            method: seeing.method,
            by: by.into(),
            late_reason: late_reason.filter(|_| is_late).unwrap_or_default(),
            note: checked(seeing.note, false)?,
        };
        Ok(self.step(Event::Sighted(sighting), |_| {}))
    }
}
