//! What the command line can do, one file a command.

pub(crate) mod check_config;
pub(crate) mod demo;
pub(crate) mod hub;
pub(crate) mod import;
pub(crate) mod migrate;
pub(crate) mod quickstart;
pub(crate) mod receipt;
pub(crate) mod recover_admin;
pub(crate) mod serve;
pub(crate) mod ward;
