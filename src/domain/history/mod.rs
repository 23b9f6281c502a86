//! The days of a child as they were reported, across facilities.

#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};

use jiff::civil::Date;

use super::attendance::{Contact, Mark, Reason, Sign, Status};

/// What the rules need to know of one reported day: codes only, no text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reported {
    pub status: Status,
    /// As `Mark::is_seen_on` found it on the day itself.
    pub seen: bool,
    pub contact: Option<Contact>,
    pub reason: Option<Reason>,
    pub signs: Vec<Sign>,
}

impl Reported {
    pub fn of(mark: &Mark, day: Date) -> Self {
        Self {
            status: mark.status,
            seen: mark.is_seen_on(day),
            contact: mark.contact,
            reason: mark.reason,
            signs: mark.signs.clone(),
        }
    }

    /// 欠席
    pub fn is_absence(&self) -> bool {
        self.status == Status::Absent
    }

    /// 連絡なし欠席: not come, and nobody at home has said anything.
    pub fn is_silent_absence(&self) -> bool {
        self.status == Status::Absent && self.contact.is_none_or(Contact::is_silent)
    }

    /// 連絡なし又は理由不明の欠席 (2019 guideline, "理由不明又は連絡のない欠席").
    pub fn is_unexplained_absence(&self) -> bool {
        self.is_silent_absence() || (self.status == Status::Absent && matches!(self.reason, None | Some(Reason::Unknown)))
    }

    /// Two facilities on one day: who stayed away from one stayed away, who was seen at one was seen.
    fn merged(self, other: Self) -> Self {
        let (mut worse, better) = if rank(&self) >= rank(&other) { (self, other) } else { (other, self) };
        worse.seen |= better.seen;
        worse.signs.extend(better.signs);
        worse.signs.sort_unstable();
        worse.signs.dedup();
        worse
    }
}

/// How much a day at one facility says against a day at another.
fn rank(reported: &Reported) -> u8 {
    match reported.status {
        // Whoever was told that the child is in care knows better than whoever was not.
        Status::InCare => 6,
        Status::Absent if reported.is_silent_absence() => 5,
        Status::Absent => 4,
        status if status.counts_absent() => 3,
        status if status.breaks_absence() => 1,
        status if status.counts_as_open() => 2,
        _ => 0,
    }
}

/// The reported days of one child, keyed by the child: a transfer does not begin a new one.
///
/// Filled with the latest version of each report; a correction replaces, it does not add. A day without an entry was not
/// reported. Counting in a row needs every report since the last day the child *came* (`Status::breaks_absence`), that day
/// included; earlier days change nothing for it. The rules of a month or a year want of those the absent, late and early ones.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct History {
    days: BTreeMap<Date, Reported>,
    /// What was said in urgent reports: true whatever the sheet of that day says, and whether or not there is one.
    urgent: BTreeMap<Date, Vec<Sign>>,
    /// 目視確認: days on which a caseworker saw the child.
    met: BTreeSet<Date>,
}

impl History {
    pub fn on(&self, day: Date) -> Option<&Reported> {
        self.days.get(&day)
    }

    /// The signs somebody reported on `day`, on the sheet or urgently; sorted, each once.
    pub fn signs_on(&self, day: Date) -> Vec<Sign> {
        let reported = self.on(day).into_iter().flat_map(|reported| &reported.signs);
        let mut signs: Vec<_> = reported.chain(self.urgent.get(&day).into_iter().flatten()).copied().collect();
        signs.sort_unstable();
        signs.dedup();
        signs
    }

    /// Adds the signs of an urgent report; the day stays unreported where it was.
    pub fn hear(&mut self, day: Date, signs: impl IntoIterator<Item = Sign>) {
        self.urgent.entry(day).or_default().extend(signs);
    }

    /// The days with a report from one day to another, oldest first.
    pub fn days(&self, from: Date, to: Date) -> impl DoubleEndedIterator<Item = Date> {
        // A range that ends before it begins is an error to the map, and no day to the rules.
        (from <= to).then(|| self.days.range(from..=to)).into_iter().flatten().map(|(day, _)| *day)
    }

    /// The last report up to a day.
    pub fn latest(&self, as_of: Date) -> Option<(Date, &Reported)> {
        self.days.range(..=as_of).next_back().map(|(day, reported)| (*day, reported))
    }

    /// A caseworker saw the child on `day`.
    pub fn meet(&mut self, day: Date) {
        self.met.insert(day);
    }

    pub fn was_met(&self, day: Date) -> bool {
        self.met.contains(&day)
    }

    /// Puts the only word on `day`, over whatever was there: the report just made or corrected.
    pub fn replace(&mut self, day: Date, reported: Reported) {
        self.days.insert(day, reported);
    }

    /// Takes away what was said of `day`, as if nobody had reported it yet.
    pub fn forget(&mut self, day: Date) -> Option<Reported> {
        self.days.remove(&day)
    }

    /// Adds a report beside one that another facility may have made for the same day.
    pub fn add(&mut self, day: Date, reported: Reported) {
        let merged = match self.days.remove(&day) {
            Some(earlier) => earlier.merged(reported),
            None => reported,
        };
        self.days.insert(day, merged);
    }

    /// The last day up to `as_of` on which somebody saw the child, as far back as this history goes.
    pub fn last_seen(&self, as_of: Date) -> Option<Date> {
        let reported = self.days.range(..=as_of).rev().find(|(_, reported)| reported.seen).map(|(day, _)| *day);
        reported.max(self.met.range(..=as_of).next_back().copied())
    }
}

impl FromIterator<(Date, Reported)> for History {
    fn from_iter<I: IntoIterator<Item = (Date, Reported)>>(reports: I) -> Self {
        let mut history = Self::default();
        for (day, reported) in reports {
            history.add(day, reported);
        }
        history
    }
}
