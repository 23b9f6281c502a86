//! The clock everybody is handed: real in a running hub, set by hand in tests.

use std::sync::{Arc, Mutex, PoisonError};

use jiff::{
    Span, Timestamp,
    civil::{Date, DateTime, Time},
    tz::{Offset, TimeZone},
};

/// Where "now" comes from. Cloning shares the hands.
#[derive(Debug, Clone)]
pub struct Clock(Hands);

#[derive(Debug, Clone)]
enum Hands {
    System,
    Set(Arc<Mutex<Timestamp>>),
}

impl Clock {
    pub const fn system() -> Self {
        Self(Hands::System)
    }

    /// A clock that stands still at `now` until it is moved.
    pub fn set_to(now: Timestamp) -> Self {
        Self(Hands::Set(Arc::new(Mutex::new(now))))
    }

    #[expect(clippy::disallowed_methods, reason = "the one place where time is read")]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Hands::System => Timestamp::now(),
            Hands::Set(hands) => *hands.lock().unwrap_or_else(PoisonError::into_inner),
        }
    }

    /// Moves a set clock; a system clock does not move for anybody.
    pub fn move_to(&self, now: Timestamp) {
        if let Hands::Set(hands) = &self.0 {
            *hands.lock().unwrap_or_else(PoisonError::into_inner) = now;
        }
    }

    pub fn advance(&self, by: Span) {
        if let Ok(later) = self.now().checked_add(by) {
            self.move_to(later);
        }
    }

    /// Today in Japan.
    pub fn today(&self) -> Date {
        in_japan(self.now()).date()
    }

    pub fn time_of_day(&self) -> Time {
        in_japan(self.now()).time()
    }
}

/// Japan Standard Time: UTC+9, no summer time since 1951.
pub fn japan() -> TimeZone {
    TimeZone::fixed(Offset::constant(9))
}

pub fn in_japan(at: Timestamp) -> DateTime {
    at.to_zoned(japan()).datetime()
}

/// Wall clock and offset, as machines read it (RFC 3339).
pub fn stamp_in_japan(at: Timestamp) -> String {
    at.to_zoned(japan()).strftime("%Y-%m-%dT%H:%M:%S%:z").to_string()
}

/// The instant of a wall-clock time in Japan; years outside what a timestamp can hold end at its border.
pub fn japan_instant(at: DateTime) -> Timestamp {
    at.to_zoned(japan()).map_or(Timestamp::MAX, |zoned| zoned.timestamp())
}
