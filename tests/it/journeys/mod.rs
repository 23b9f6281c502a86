//! Journeys through the hub, one file a room.

mod alerts;
mod board;
mod console;
mod demo;
mod imports;
mod live;
mod requests;
mod sheet;
