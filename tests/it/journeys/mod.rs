//! Journeys through the hub, one file a room.

mod alerts;
mod board;
mod calendar;
mod console;
mod demo;
mod imports;
mod live;
mod organizations;
mod organizations_closing;
mod organizations_edit;
mod organizations_security;
mod requests;
mod set_up;
mod sheet;
mod signin;
mod strength;
mod templates;
mod trail;
