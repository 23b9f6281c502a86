//! Journeys through the hub, one file a room.

mod demo;
mod console;
mod imports;
mod requests;
mod sheet;
