//! Journeys through the hub, one file a room.

mod alerts;
mod board;
mod calendar;
mod console;
mod demo;
mod imports;
mod live;
mod mail;
mod organizations;
mod recovery;
mod requests;
mod sheet;
mod signin;
mod strength;
mod trail;
