//! Mail on its way out, and notices for devices: neutral words, known servers, nothing in the clear.

pub mod push;
mod send;
mod words;

pub use self::{
    send::{Line, Post, Unsent},
    words::words,
};
