//! What coordination keeps. Reads look through a [`View`]; writes take a transaction.

pub mod acknowledgements;
pub mod attempts;
pub mod decisions;
pub mod deliveries;
pub mod due;
pub mod endpoints;
pub mod organisations;
pub mod papers;
pub mod turn;
pub mod warnings;

use kit::{Db, Tx};

/// What a read sees: what is committed, or also what this transaction has written.
#[derive(Debug)]
pub enum View<'a> {
    /// What is committed.
    Committed(&'a Db),
    /// What this transaction sees.
    Within(&'a mut Tx),
}
impl<'a> From<&'a Db> for View<'a> {
    fn from(db: &'a Db) -> Self {
        Self::Committed(db)
    }
}
impl<'a> From<&'a mut Tx> for View<'a> {
    fn from(tx: &'a mut Tx) -> Self {
        Self::Within(tx)
    }
}

/// Runs one `sqlx` expression for reading through a view.
macro_rules! on_view {
    ($view:expr, |$c:ident| $expression:expr) => {
        match $view {
            $crate::store::View::Committed(db) => kit::on_db!(db, |$c| $expression),
            $crate::store::View::Within(tx) => kit::on_tx!(tx, |$c| $expression),
        }
    };
}
pub(crate) use on_view;

/// A number that counts, from a column.
pub(crate) fn count(number: i64) -> u32 {
    u32::try_from(number).unwrap_or_default()
}
