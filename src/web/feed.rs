//! The line that proves that reports arrive: 「最終確認 10:12 ・ 全施設 38/40 報告済み」.

use super::{App, Lang, alert_words, words};
use crate::{
    domain::{clock, times::Times},
    store::feeds,
};

/// As pages show it.
#[derive(Debug, Clone)]
pub struct Feed {
    pub checked_at: String,
    pub reported: usize,
    pub expected: usize,
    /// Nothing has come although it was due: since when.
    pub stopped_since: Option<String>,
}

impl Feed {
    pub fn new(app: &App, lang: Lang, feed: &feeds::Feed) -> Self {
        let now = app.clock.now();
        let due = clock::in_japan(now).time() >= Times::default().facility_cutoff;
        let silent = due && !feed.expected.is_empty() && feed.sent.is_empty();
        let since = || match feed.silent_since {
            Some(at) => alert_words::moment(lang, at, app.clock.today()),
            None => words::date(lang, app.clock.today()),
        };
        Self {
            checked_at: words::time_of_day(now),
            reported: feed.reported(),
            expected: feed.expected.len(),
            stopped_since: silent.then(since),
        }
    }
}
