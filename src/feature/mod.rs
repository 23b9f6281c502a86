//! One room per thing people do; rooms never import each other. What two share moves down.

#[cfg(border)]
pub mod border;
pub mod hub;
pub mod watch;
