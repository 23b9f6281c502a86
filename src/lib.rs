//! つなぎ: the hub through which the people around a child keep watch together.
//!
//! The rooms, in the order in which they may look: each only to its left.
//! `config · domain · gate · vault · store · post · web · feature · work · http · main`

pub mod config;
pub mod domain;
pub mod feature;
pub mod gate;
pub mod http;
pub mod post;
pub mod store;
pub mod vault;
pub mod web;
pub mod work;
