//! What both zones stand on: coming in, the ward's own desk, the trail, the state of the hub.

pub mod directory;
pub mod me;
pub mod notifications;
pub mod organizations;
pub mod people;
pub mod provider;
pub mod recovery;
pub mod rights;
pub mod set_up;
pub mod signin;
pub mod status;
pub mod tokens;
pub mod trail;
