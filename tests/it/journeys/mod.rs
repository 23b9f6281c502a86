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
mod organizations_closing;
mod organizations_edit;
mod organizations_security;
mod people;
mod recovery;
mod requests;
mod set_up;
mod sheet;
mod signin;
mod strength;
mod templates;
mod trail;
