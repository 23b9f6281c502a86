//! Journeys through the hub, one file a room.

mod demo;
mod sheet;
