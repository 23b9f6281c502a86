//! Journeys through the hub, one file a room.

mod demo;
mod imports;
mod requests;
mod sheet;
