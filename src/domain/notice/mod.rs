//! A notice: that somebody must look, and nothing else. How each person wants to be told, and when not.

#[cfg(test)]
mod tests;

use jiff::{
    SignedDuration, Timestamp, ToSpan as _,
    civil::{Time, time},
};

use super::{
    clock::{in_japan, japan_instant},
    coded::coded,
    rule::Severity,
};

/// The one sentence a device ever shows.
pub const SENTENCE: &str = "確認が必要なお知らせがあります";

coded! {
    /// How somebody is told. The open page tells in any case.
    pub enum Way {
        Both = "both",
        Mail = "mail",
        Push = "push",
        /// In the page only.
        Page = "page",
    }
}

impl Way {
    pub const fn by_mail(self) -> bool {
        matches!(self, Self::Both | Self::Mail)
    }

    pub const fn by_push(self) -> bool {
        matches!(self, Self::Both | Self::Push)
    }
}

/// A span of the day in which only 緊急 is told at once; it may run over midnight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quiet {
    pub from: Time,
    pub until: Time,
}

impl Quiet {
    fn has(self, at: Time) -> bool {
        if self.from <= self.until { self.from <= at && at < self.until } else { at >= self.from || at < self.until }
    }

    /// `at` itself, or the end of the quiet it falls into.
    fn end(self, at: Timestamp) -> Timestamp {
        let local = in_japan(at);
        if !self.has(local.time()) {
            return at;
        }
        let day = if local.time() < self.until { Some(local.date()) } else { local.date().checked_add(1.day()).ok() };
        day.map_or(at, |day| japan_instant(day.to_datetime(self.until)))
    }
}

/// What somebody has chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Choices {
    pub urgent: Way,
    pub warning: Way,
    pub caution: Way,
    pub quiet: Option<Quiet>,
}

impl Default for Choices {
    /// 緊急 by every way there is, the rest by mail, and nothing of it at night.
    fn default() -> Self {
        Self {
            urgent: Way::Both,
            warning: Way::Mail,
            caution: Way::Mail,
            quiet: Some(Quiet { from: time(19, 0, 0, 0), until: time(7, 0, 0, 0) }),
        }
    }
}

/// How and when one notice goes out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Plan {
    pub mail: bool,
    pub push: bool,
    pub at: Timestamp,
}

/// A notice that could not be delivered within a day after it was due is none.
pub const LIFE: SignedDuration = SignedDuration::from_hours(24);

impl Choices {
    /// How somebody with or without a device for pushes is told of something this grave. 緊急 is never left to the open page.
    pub fn plan(&self, severity: Severity, now: Timestamp, has_device: bool) -> Plan {
        let way = match severity {
            Severity::Urgent if self.urgent == Way::Page => Way::Both,
            Severity::Urgent => self.urgent,
            Severity::Warning => self.warning,
            Severity::Caution => self.caution,
            Severity::Notice => Way::Page,
        };
        let push = way.by_push() && has_device;
        // Without a device a push reaches nobody.
        let mail = way.by_mail() || way.by_push() && !has_device;
        let quiet = self.quiet.filter(|_| severity != Severity::Urgent);
        Plan { mail, push, at: quiet.map_or(now, |quiet| quiet.end(now)) }
    }
}
