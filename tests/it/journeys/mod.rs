//! Journeys through the hub, one file a room.

mod alerts;
mod board;
mod imports;
mod live;
mod requests;
mod sheet;
