//! Journeys through the hub, one file a room.

mod sheet;
