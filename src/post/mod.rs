//! Mail on its way out: neutral words, one server, nothing in the clear.

mod send;
mod words;

pub use self::{
    send::{Post, Unsent},
    words::words,
};
