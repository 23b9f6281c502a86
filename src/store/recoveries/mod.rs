//! Recoveries: asked by one, approved by another, spent by the person with a code. At most one is open for each person.

mod list;
mod operator;
mod read;
mod spend;
mod steps;

pub use self::{
    list::{Candidate, Line, candidates, list},
    operator::{Admin, admins, operate, stands_asked},
    read::{Open, Person, open, person, standing},
    spend::{Ended, Found, Kept, find, is_mine_open, mine, spend, take_over},
    steps::{Approval, approve, ask, cancel, end_with_account},
};
use crate::domain::coded::coded;

coded! {
    pub enum State {
        Asked = "asked",
        Approved = "approved",
        Spent = "spent",
        Cancelled = "cancelled",
        /// Nobody came in time.
        Lapsed = "lapsed",
    }
}
