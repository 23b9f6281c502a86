//! What runs beside requests: the clock's duties, and news for open inboxes.

pub mod clock;
pub mod news;
