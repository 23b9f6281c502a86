//! Nouns and rules of keeping watch together: pure values, no clock, no database, no web.

pub mod alert;
pub mod attendance;
pub mod calendar;
pub mod clock;
pub mod coded;
pub mod csv_out;
pub mod demo;
pub mod facility;
pub mod grade;
pub mod ground;
pub mod history;
pub mod ids;
pub mod judgement;
pub mod limit;
pub mod mail;
pub mod name;
pub mod recovery;
pub mod roster;
pub mod rule;
pub mod streak;
pub mod times;
pub mod wareki;
