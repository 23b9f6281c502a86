//! 転校・転園・卒園・卒業: the last day at one facility, and where the child goes next.

#[cfg(test)]
mod tests;

use jiff::{ToSpan as _, civil::Date};

use super::{
    coded::coded,
    facility::first_day_there,
    grade::Grade,
    ids::{Id, Organization},
    name::ClassName,
};

coded! {
    /// What is known of the child's next place.
    pub enum Next {
        /// A facility of this ward, which is asked to report from its first day on.
        Facility = "facility",
        /// 次の所属が決まっていない: on the hold list, and looked for from the day after the last one.
        Undecided = "undecided",
        /// 転出: another municipality takes over.
        Outside = "outside",
        /// 所属・行方が分からない.
        Missing = "missing",
    }
}

impl Next {
    /// Somebody must still find out where the child is.
    pub const fn is_held(self) -> bool {
        matches!(self, Self::Undecided | Self::Missing)
    }
}

/// The place at the new facility.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Onward {
    pub facility: Id<Organization>,
    pub first: Date,
    pub grade: Grade,
    pub class: Option<ClassName>,
    /// The day the facility opens, while that is still to come.
    pub opens: Option<Date>,
    /// The first day on which the facility is no more, where that is known.
    pub closes: Option<Date>,
}

/// What somebody decided about a child who leaves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Plan {
    pub last: Date,
    pub next: Next,
    /// With `Next::Facility`, and only then.
    pub onward: Option<Onward>,
}

/// What is known of the request at the facility the child leaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Begun {
    pub facility: Id<Organization>,
    pub from: Date,
    /// The last day the request has by itself, without any transfer and whatever becomes of the facility.
    pub until: Option<Date>,
    /// The first day on which the facility is no more, where that is planned.
    pub closes: Option<Date>,
    /// The last day the facility has reported about.
    pub reported: Option<Date>,
    /// A last day entered before that has passed: it stays as it is.
    pub settled: Option<Date>,
}

/// What is to be mended, and of which day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The last day lies before the request began.
    LastBeforeBegin(Date),
    /// The facility has reported about later days, so the child was still there.
    LastBeforeReport(Date),
    /// The request ends before.
    LastAfterEnd(Date),
    /// The child has left already, on another day.
    LastSettled(Date),
    /// Further ahead than anybody plans.
    LastFarAhead,
    /// The first day at the new facility is not after the last day at the old one.
    FirstNotAfterLast,
    /// Months lie between the two: a slip of the pen.
    FirstFarAhead,
    /// It is the facility the child is at.
    SameFacility,
    /// The new facility is not open by then.
    FacilityOpens(Date),
    /// The new facility is no more by then.
    FacilityCloses(Date),
}

/// The last day before one on which a facility is no more.
fn eve(closes: Date) -> Date {
    closes.saturating_sub(1.day())
}

/// A year is as far ahead as a transfer is planned, and as long as a child may be between two facilities.
const MOST_YEARS: i32 = 1;

impl Begun {
    /// Whether this may be the last day here.
    pub fn may_end(&self, last: Date, today: Date) -> Result<(), Refusal> {
        let far = today.checked_add(MOST_YEARS.years()).is_ok_and(|most| last > most);
        let until = self.until.into_iter().chain(self.closes.map(eve)).min();
        match (self.settled, self.reported, until) {
            (Some(settled), ..) if last != settled => Err(Refusal::LastSettled(settled)),
            _ if last < self.from => Err(Refusal::LastBeforeBegin(self.from)),
            (_, Some(reported), _) if last < reported => Err(Refusal::LastBeforeReport(reported)),
            (_, _, Some(until)) if last > until => Err(Refusal::LastAfterEnd(until)),
            _ if far => Err(Refusal::LastFarAhead),
            _ => Ok(()),
        }
    }

    /// Whether the child may begin there on `first`.
    pub fn may_begin(&self, last: Date, first: Date) -> Result<(), Refusal> {
        let far = last.checked_add(MOST_YEARS.years()).is_ok_and(|most| first > most);
        if first <= last {
            Err(Refusal::FirstNotAfterLast)
        } else if far {
            Err(Refusal::FirstFarAhead)
        } else {
            Ok(())
        }
    }

    pub fn may_go_to(&self, facility: Id<Organization>) -> Result<(), Refusal> {
        if facility == self.facility { Err(Refusal::SameFacility) } else { Ok(()) }
    }

    /// Until when the new facility is asked: as long as the old one was, unless that is over by then, and never beyond its own end, so
    /// that the end of the request is said before it comes.
    pub fn until_after(&self, onward: &Onward) -> Option<Date> {
        let asked = self.until.filter(|until| *until >= onward.first);
        asked.into_iter().chain(onward.closes.map(eve)).min()
    }
}

impl Onward {
    /// Whether there is such a facility on the first day.
    pub fn may_be_there(&self) -> Result<(), Refusal> {
        first_day_there(self.first, self.opens).map_err(Refusal::FacilityOpens)?;
        match self.closes {
            Some(closes) if closes <= self.first => Err(Refusal::FacilityCloses(closes)),
            _ => Ok(()),
        }
    }
}
