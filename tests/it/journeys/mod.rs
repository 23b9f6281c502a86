//! Journeys through the hub, one file a room.

mod demo;
mod console;
mod alerts;
mod board;
mod imports;
mod live;
mod requests;
mod sheet;
