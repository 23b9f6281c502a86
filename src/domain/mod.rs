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
pub mod membership;
pub mod municipality_code;
pub mod name;
pub mod networks;
pub mod role;
pub mod roster;
pub mod rule;
pub mod school_code;
pub mod streak;
pub mod table_in;
pub mod times;
pub mod wareki;
pub mod xlsx_out;
