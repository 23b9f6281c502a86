//! Notices for devices (Web Push): one fixed sentence, sealed for the one browser that asked for it.

mod hand;
mod seal;
mod sign;

pub use self::{
    hand::{Pusher, Unpushed},
    seal::{Device, UnfitKeys, seal},
    sign::PushKey,
};
