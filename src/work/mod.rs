//! What runs beside requests: the clock's duties.

pub mod clock;
