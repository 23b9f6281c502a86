//! What runs beside requests: the clock's duties, back-tests, calls and notices, news for open inboxes, mail, the hub's own pulse, and what the operator's console does to a whole ward.

pub mod alerts;
pub mod back_tests;
pub mod changed_days;
pub mod clock;
pub mod demo;
pub mod escalation;
mod lanes;
pub mod mail;
pub mod news;
pub mod notices;
pub mod pulse;
mod push_services;
pub mod recovery;
pub mod reminders;
pub mod slips;
pub mod transfers;
pub mod ward;
pub mod warnings;
