//! What the queues of mails and of pushes have in common: lanes that look by turns, and a pulse that is felt while they are at it.

use std::{
    sync::{Mutex, PoisonError},
    time::Duration,
};

use jiff::{SignedDuration, Timestamp};
use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use super::pulse;
use crate::{store::pulses::Beat, web::App};

/// How often each lane looks at its queue; they take turns.
pub const LOOK_EVERY: Duration = Duration::from_secs(5);
/// The pulse need not be felt more often.
const BEAT_EVERY: SignedDuration = SignedDuration::from_secs(15);

/// What one round did.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Round {
    pub sent: usize,
    pub put_off: usize,
    pub dead: usize,
}

impl Round {
    pub(super) const fn and(self, other: Self) -> Self {
        Self { sent: self.sent + other.sent, put_off: self.put_off + other.put_off, dead: self.dead + other.dead }
    }
}

/// When the lane with this number looks, of so many.
pub(super) fn turns(number: u32, lanes: u32) -> Interval {
    let mut every = interval_at(Instant::now() + LOOK_EVERY * number / lanes, LOOK_EVERY);
    every.set_missed_tick_behavior(MissedTickBehavior::Delay);
    every
}

/// Says that a duty is being done, and not at every mail: handing hundreds over takes minutes, and is no stopping.
#[derive(Debug)]
pub(super) struct Pulse {
    duty: Beat,
    felt_at: Mutex<Timestamp>,
}

impl Pulse {
    pub(super) const fn of(duty: Beat) -> Self {
        Self { duty, felt_at: Mutex::new(Timestamp::MIN) }
    }

    /// Whoever asked for the round says so when it is over.
    pub(super) fn begin(&self, now: Timestamp) {
        *self.felt_at.lock().unwrap_or_else(PoisonError::into_inner) = now;
    }

    pub(super) async fn beat(&self, app: &App) {
        if self.is_due(app.clock.now()) {
            pulse::beat(app, self.duty).await;
        }
    }

    fn is_due(&self, now: Timestamp) -> bool {
        let mut felt_at = self.felt_at.lock().unwrap_or_else(PoisonError::into_inner);
        let is_due = now.duration_since(*felt_at) >= BEAT_EVERY;
        if is_due {
            *felt_at = now;
        }
        is_due
    }
}
