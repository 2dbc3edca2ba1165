//! The index of texts: one seam for the one thing that each database does in a way of its own.
//!
//! Both hold the same words, cut and folded before (`domain::words`), and are asked the same: SQLite by FTS5 without a copy of
//! the texts, PostgreSQL by a `tsvector` that no dictionary touches. What is looked for therefore is found alike.

use std::collections::BTreeMap;

use kit::{Db, EngineSchema, Tx, db::Connection, on_db, on_tx};
use sqlx::{Postgres, QueryBuilder, Sqlite};

use crate::domain::{
    marks::ANY,
    query::{Term, TextQuery},
};

/// The tables of the index. The tokenizer takes every sign beyond ASCII, digits, letters and the underscore for a part of a
/// word: what it is given are words with spaces between.
pub const SCHEMA: EngineSchema = EngineSchema {
    sqlite: "create virtual table if not exists observation_text using fts5(words, content='', contentless_delete=1,
                    tokenize=\"ascii tokenchars '_'\");",
    postgres: "create table if not exists observation_text (rank bigint primary key, words tsvector not null);
               create index if not exists observation_text_words on observation_text using gin (words);",
};

/// What is looked for: words of the text, and marks, of every list one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Sought {
    /// The words.
    pub text: TextQuery,
    /// The marks.
    pub marks: Vec<Vec<String>>,
}

/// A database that can look into the index.
pub trait Engine: sqlx::Database {
    /// The index beside the observations, as `o`; what is looked for follows.
    const FOUND: &'static str;
    /// What follows behind it.
    const BEHIND: &'static str;
    /// The rank in the index.
    const RANK: &'static str;
    /// What is looked for, in its own words.
    fn ask(sought: &Sought) -> String;
}

impl Engine for Sqlite {
    const FOUND: &'static str =
        "observation_text t cross join observation o on o.rank = t.rowid where t.words match ";
    const BEHIND: &'static str = "";
    const RANK: &'static str = "t.rowid";
    fn ask(sought: &Sought) -> String {
        let phrase = |term: &Term| {
            let begins = if term.begins { " *" } else { "" };
            let others = term.others.iter().map(|other| format!(" OR \"{}\"", other.join(" ")));
            format!("(\"{}\"{begins}{})", term.stems.join(" "), others.collect::<String>())
        };
        let written = |without: bool| -> Vec<String> {
            sought.text.terms.iter().filter(|term| term.without == without).map(phrase).collect()
        };
        let quoted = |mark: &String| format!("\"{mark}\"");
        let mut all = written(false);
        let marks =
            |any: &Vec<String>| format!("({})", any.iter().map(quoted).collect::<Vec<_>>().join(" OR "));
        all.extend(sought.marks.iter().map(marks));
        if all.is_empty() {
            all.push(quoted(&ANY.to_owned()));
        }
        match written(true).as_slice() {
            [] => all.join(" AND "),
            none => format!("({}) NOT ({})", all.join(" AND "), none.join(" OR ")),
        }
    }
}

impl Engine for Postgres {
    const FOUND: &'static str = "observation_text t join observation o on o.rank = t.rank where t.words @@ ";
    const BEHIND: &'static str = "::text::tsquery";
    const RANK: &'static str = "t.rank";
    fn ask(sought: &Sought) -> String {
        let phrase = |term: &Term| {
            let row = |stems: &[String]| {
                stems.iter().map(|stem| format!("'{stem}'")).collect::<Vec<_>>().join(" <-> ")
            };
            let (not, goes_on) = (if term.without { "!" } else { "" }, if term.begins { ":*" } else { "" });
            let others = term.others.iter().map(|other| format!(" | ({})", row(other)));
            format!("{not}(({}{goes_on}){})", row(&term.stems), others.collect::<String>())
        };
        let quoted = |mark: &String| format!("'{mark}'");
        let mut all: Vec<String> = sought.text.terms.iter().map(phrase).collect();
        let marks =
            |any: &Vec<String>| format!("({})", any.iter().map(quoted).collect::<Vec<_>>().join(" | "));
        all.extend(sought.marks.iter().map(marks));
        if sought.text.terms.iter().all(|term| term.without) && sought.marks.is_empty() {
            all.push(quoted(&ANY.to_owned()));
        }
        all.join(" & ")
    }
}

/// Puts observations into the index: each by its rank and the words it holds, in order.
pub async fn insert(tx: &mut Tx, held: &[(i64, Vec<String>)]) -> Result<(), sqlx::Error> {
    // the index of SQLite takes them fastest in their order
    let mut held: Vec<&(i64, Vec<String>)> = held.iter().collect();
    held.sort_unstable_by_key(|(rank, _)| *rank);
    for rows in held.chunks(500) {
        match tx.connection() {
            Connection::Sqlite(transaction) => {
                let mut insert = QueryBuilder::<Sqlite>::new("insert into observation_text (rowid, words) ");
                insert.push_values(rows, |mut row, (rank, words)| {
                    row.push_bind(*rank).push_bind(words.join(" "));
                });
                insert.build().execute(&mut **transaction).await?;
            }
            Connection::Postgres(transaction) => {
                let mut insert = QueryBuilder::<Postgres>::new("insert into observation_text (rank, words) ");
                insert.push_values(rows, |mut row, (rank, words)| {
                    row.push_bind(*rank).push_bind(vector(words)).push_unseparated("::text::tsvector");
                });
                insert.push(" on conflict (rank) do nothing");
                insert.build().execute(&mut **transaction).await?;
            }
        }
    }
    Ok(())
}

/// Takes observations out of the index.
pub async fn remove(tx: &mut Tx, ranks: &[i64]) -> Result<(), sqlx::Error> {
    for ranks in ranks.chunks(500) {
        match tx.connection() {
            Connection::Sqlite(transaction) => {
                let mut delete = QueryBuilder::<Sqlite>::new("delete from observation_text where rowid in (");
                let mut list = delete.separated(", ");
                for rank in ranks {
                    list.push_bind(*rank);
                }
                delete.push(")").build().execute(&mut **transaction).await?;
            }
            Connection::Postgres(transaction) => {
                let mut delete =
                    QueryBuilder::<Postgres>::new("delete from observation_text where rank in (");
                let mut list = delete.separated(", ");
                for rank in ranks {
                    list.push_bind(*rank);
                }
                delete.push(")").build().execute(&mut **transaction).await?;
            }
        }
    }
    Ok(())
}

/// Words with their positions, as PostgreSQL writes them.
fn vector(words: &[String]) -> String {
    let mut positions: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (at, word) in (1_usize..).zip(words) {
        positions.entry(word).or_default().push(at.to_string());
    }
    let word = |(word, at): (&&str, &Vec<String>)| format!("'{word}':{}", at.join(","));
    positions.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// How far the index has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq, sqlx::FromRow)]
pub struct Reach {
    /// The last ordinal that is in it.
    pub reached: i64,
    /// The last one there is.
    pub last: i64,
}

impl Reach {
    /// How many observations are not in it yet, at most.
    pub fn behind(self) -> u64 {
        (self.last - self.reached).max(0).unsigned_abs()
    }
}

/// How far the index has come.
pub async fn reach(db: &Db) -> Result<Reach, sqlx::Error> {
    on_db!(db, |p| sqlx::query_as(
        "select i.reached, coalesce((select max(ordinal) from observation), 0) as last from text_index i"
    )
    .fetch_one(p)
    .await)
}

/// Moves the reach on; `false` where another has done so.
pub async fn advance(tx: &mut Tx, (from, to): (i64, i64)) -> Result<bool, sqlx::Error> {
    let rows = on_tx!(tx, |c| sqlx::query("update text_index set reached = $2 where reached = $1")
        .bind(from)
        .bind(to)
        .execute(c)
        .await
        .map(|done| done.rows_affected()))?;
    Ok(rows == 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_is_asked_of_both_in_their_own_words() {
        let text = TextQuery::read("\"border guards\" shel* -river -\"two words\"");
        let sought = Sought { text, marks: vec![vec!["_c_kgz".into()], vec!["_r_a".into(), "_r_b".into()]] };
        assert_eq!(
            Sqlite::ask(&sought),
            "((\"border guard\") AND (\"shel\" *) AND (\"_c_kgz\") AND (\"_r_a\" OR \"_r_b\")) NOT ((\"river\") OR (\"two word\"))"
        );
        assert_eq!(
            Postgres::ask(&sought),
            "(('border' <-> 'guard')) & (('shel':*)) & !(('river')) & !(('two' <-> 'word')) & ('_c_kgz') & ('_r_a' | '_r_b')"
        );
        let only_without = Sought { text: TextQuery::read("-river"), marks: vec![] };
        assert_eq!(Sqlite::ask(&only_without), "(\"_o\") NOT ((\"river\"))");
        assert_eq!(Postgres::ask(&only_without), "!(('river')) & '_o'");
    }
}
