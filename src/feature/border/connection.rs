//! The connection of a transaction, over which a feature could say SQL.

use crate::store::Tx;

pub fn reach(tx: &mut Tx) -> impl std::fmt::Debug + '_ {
    #[cfg(border = "connection")]
    return tx.conn(); // must not compile: E0624
    #[cfg(border = "connection-ok")]
    return tx.now();
}
