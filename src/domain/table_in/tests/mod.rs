//! Tests of tables, by the kind of file.

mod files;
mod workbooks;

use super::*;
