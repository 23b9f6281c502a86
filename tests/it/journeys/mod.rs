//! Journeys through the hub, one file a room.

mod address;
mod alerts;
mod board;
mod calendar;
mod console;
mod demo;
mod imports;
mod limits;
mod live;
mod mail;
mod me;
mod organizations;
mod recovery;
mod requests;
mod sheet;
mod signin;
mod strength;
mod trail;
