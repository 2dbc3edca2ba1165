//! Files in which there is nothing to read: the run of one says so.

use crate::{
    Intake,
    error::Error,
    sources::records::Shape,
    store::{remarks, runs::RunRow},
};

/// What is said of a table that names its columns and has no row, or of a document without what it should hold.
pub(super) const fn nothing_in(shape: Shape) -> Option<&'static str> {
    match shape {
        Shape::Lines(_) => Some(
            "the file holds its header line and no row below it, so that there was nothing to read; where rows were to come, look \
             at what was exported, and send it again",
        ),
        Shape::Elements(_) => Some(
            "the document holds no item, so that there was nothing to read; where items were to come, look at the address, and at \
             what is published there",
        ),
        Shape::Array => None,
    }
}

/// Why a file is not read that has no line to name its columns.
pub(super) fn no_header(bytes: u64) -> String {
    if bytes == 0 {
        "the file is empty: it has 0 bytes; check that it was saved or fetched whole, and send it again"
            .to_owned()
    } else {
        format!("the file has {bytes} bytes and no header line in them; the first line names the columns")
    }
}

/// Says so of a run: once, however often it is tried.
pub(super) async fn remark(service: &Intake, row: &RunRow, why: &str) -> Result<(), Error> {
    let mut tx = service.db.begin_from(row.cause.origin()).await?;
    remarks::add(&mut tx, &row.import_id, &[(why.to_owned(), (0, 1))].into()).await?;
    Ok(tx.commit().await?)
}
