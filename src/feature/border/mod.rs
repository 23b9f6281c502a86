//! What a feature must not be able to write: each case is one line that does not compile, beside the line that does.
//!
//! Never part of a hub: the cases exist under `--cfg border="…"` only, and `tests/border/run` tries them from where a real
//! feature would stand. A case `name` holds the forbidden line, `name-ok` the same without what the compiler objects to.

#[cfg(any(border = "connection", border = "connection-ok"))]
mod connection;
#[cfg(any(border = "forged_deed", border = "forged_deed-ok"))]
mod forged_deed;
#[cfg(any(border = "forged_permit", border = "forged_permit-ok"))]
mod forged_permit;
#[cfg(any(border = "no_deed", border = "no_deed-ok"))]
mod no_deed;
#[cfg(any(border = "no_door", border = "no_door-ok"))]
mod no_door;
#[cfg(any(border = "no_permit", border = "no_permit-ok"))]
mod no_permit;
#[cfg(any(border = "other_permit", border = "other_permit-ok"))]
mod other_permit;
#[cfg(any(border = "other_router", border = "other_router-ok"))]
mod other_router;
#[cfg(any(border = "other_scope", border = "other_scope-ok"))]
mod other_scope;
#[cfg(any(border = "unsaid", border = "unsaid-ok"))]
mod unsaid;
