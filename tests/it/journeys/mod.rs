//! Journeys through the hub, one file a room.

mod console;
mod imports;
mod requests;
mod sheet;
