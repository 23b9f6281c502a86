//! What runs beside requests: the clock's duties, news for open inboxes, mail, and what the operator's console does to a whole ward.

pub mod clock;
pub mod demo;
pub mod mail;
pub mod news;
pub mod recovery;
pub mod reminders;
pub mod ward;
