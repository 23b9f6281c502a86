//! Journeys through the hub, one file a room.

mod imports;
mod requests;
mod sheet;
