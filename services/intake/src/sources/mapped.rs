//! Tables of somebody else, read by a saved mapping as rows of Mirab's own observation table.
//!
//! What a row must hold and how it is checked is the own table's alone; a mapping only says whence each field is taken.

use std::{borrow::Cow, collections::HashMap};

use contracts::intake::mapping::{Field, Mapping, Taken};
use domain::{Country, Day, Handling};

use super::{
    Terms,
    element::Encoding,
    iso,
    quote::{listed, short},
    records::{
        Shape,
        lines::{Dialect, fields_of},
    },
    roads,
    row::{Columns, Row},
    table,
};
use crate::domain::draft::Draft;

/// A mapping made ready for one file.
#[derive(Clone, Debug)]
pub struct Mapped {
    mapping: Mapping,
    encoding: Encoding,
    dialect: Dialect,
    /// The columns of the file.
    columns: Columns,
    /// The fields that the mapping fills, as columns of the own table.
    fields: Columns,
    /// For each of them: its parts.
    parts: Vec<(Field, Vec<Part>)>,
    meanings: HashMap<Field, HashMap<String, String>>,
}

/// A part of a field's value.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Column(usize),
}

/// What every mapping says: the fields without which no observation is made.
const NEEDED: &[Field] = &[
    Field::Id,
    Field::Date,
    Field::Precision,
    Field::Threat,
    Field::Kind,
    Field::Severity,
    Field::Title,
    Field::Source,
    Field::SourceOwner,
    Field::Reliability,
    Field::Credibility,
];

/// How files of a mapping fall into records.
pub fn shape(mapping: &Mapping) -> Shape {
    Shape::Lines(dialect(mapping))
}

fn dialect(mapping: &Mapping) -> Dialect {
    Dialect { delimiter: u8::try_from(mapping.delimiter).unwrap_or(b','), quotes: true }
}

/// Everything that is wrong with a mapping by itself: where, and what.
pub fn objections(mapping: &Mapping) -> Vec<(String, String)> {
    let mut found: Vec<(String, String)> = Vec::new();
    let mut wrong = |place: &str, what: String| found.push((format!("/{place}"), what));
    let name = &mapping.name;
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    if !(2..=60).contains(&name.len()) || !name.chars().all(letters) {
        wrong("name", "takes 2 to 60 small letters, digits and hyphens".to_owned());
    }
    if !mapping.delimiter.is_ascii()
        || mapping.delimiter.is_ascii_alphanumeric()
        || matches!(mapping.delimiter, '"' | '\n' | '\r' | '\0' | ' ')
    {
        wrong(
            "delimiter",
            "takes one character of ASCII that is neither letter, digit, quote nor space, as , or ;"
                .to_owned(),
        );
    }
    if let Err(why) = Encoding::named(&mapping.encoding) {
        wrong("encoding", why);
    }
    for field in NEEDED.iter().filter(|field| !mapping.fields.contains_key(*field)) {
        wrong(&format!("fields/{field}"), "is missing; say whence it is taken".to_owned());
    }
    let placed =
        [Field::Country, Field::Province, Field::Lat].iter().any(|field| mapping.fields.contains_key(field));
    let nowhere = mapping.fields.get(&Field::Precision) == Some(&Taken::Constant("none".to_owned()));
    if !placed && !nowhere {
        wrong(
            "fields/country",
            "is missing, and so are province and lat; say whence the place is taken".to_owned(),
        );
    }
    if let Some(source) = roads::constant_source(mapping).filter(|source| roads::is_reserved(source)) {
        wrong("fields/source", roads::kept(source));
    }
    if mapping.fields.contains_key(&Field::Lat) != mapping.fields.contains_key(&Field::Lon) {
        wrong("fields/lat", "lat and lon go together".to_owned());
    }
    for (field, taken) in &mapping.fields {
        if let Taken::Pattern(pattern) = taken
            && let Err(why) = names(pattern)
        {
            wrong(&format!("fields/{field}"), why);
        }
    }
    for (number, format) in mapping.dates.iter().enumerate() {
        if let Err(why) = strptime(format) {
            wrong(&format!("dates/{number}"), why);
        }
    }
    if mapping.dates.is_empty() {
        wrong("dates", "takes at least one, as YYYY-MM-DD".to_owned());
    }
    if mapping.licence.ids.is_empty() {
        wrong("licence/ids", "names no licence; where the table is the centre's own, write own".to_owned());
    }
    found
}

/// What bytes of a file say that a mapping reads.
///
/// # Errors
/// Where they are not in the encoding that the mapping names.
pub fn text(mapping: &Mapping, bytes: &[u8]) -> Result<String, String> {
    Encoding::named(&mapping.encoding)?.text(bytes)
}

impl Mapped {
    /// Makes a mapping ready for a file whose first line says this.
    ///
    /// # Errors
    /// Which columns it names that the file has not.
    pub fn of(mapping: Mapping, first: &str) -> Result<Self, String> {
        let (encoding, dialect) = (Encoding::named(&mapping.encoding)?, dialect(&mapping));
        let first = fields_of(first, dialect)?;
        let columns = if mapping.header {
            Columns::of_names(first)?
        } else {
            Columns::of_names((1..=first.len()).map(|number| number.to_string()).collect())?
        };
        let mut parts = Vec::new();
        let mut missing: Vec<String> = Vec::new();
        for (field, taken) in &mapping.fields {
            let (made, lacks) = taken_from(taken, &columns);
            missing.extend(lacks);
            parts.push((*field, made));
        }
        if !missing.is_empty() {
            missing.dedup();
            return Err(format!(
                "the file lacks the columns {} that the mapping {} names; it has: {}",
                listed(&missing),
                short(&mapping.name),
                listed(columns.names())
            ));
        }
        let fields = Columns::of_names(parts.iter().map(|(field, _)| field.to_string()).collect())?;
        let lowered = |words: &std::collections::BTreeMap<String, String>| {
            words.iter().map(|(word, meant)| (word.trim().to_lowercase(), meant.clone())).collect()
        };
        let meanings = mapping.meanings.iter().map(|(field, words)| (*field, lowered(words))).collect();
        Ok(Self { mapping, encoding, dialect, columns, fields, parts, meanings })
    }
    /// The same for rows in UTF-8, whatever the file was in.
    #[must_use]
    pub fn in_utf8(&self) -> Self {
        Self { encoding: Encoding::UTF_8, ..self.clone() }
    }
    /// The columns of the file.
    pub fn columns(&self) -> &Columns {
        &self.columns
    }
    /// Reads one record.
    ///
    /// # Errors
    /// Everything that is wrong with it, by the fields of the observation.
    pub fn read(&self, bytes: &[u8], terms: Terms) -> Result<Draft, String> {
        let found = fields_of(&self.encoding.text(bytes)?, self.dialect)?;
        Row::new(&self.columns, &found)?;
        let mut problems = Vec::new();
        let values: Vec<String> = self
            .parts
            .iter()
            .map(|(field, parts)| self.value((*field, parts), (&found, terms), &mut problems))
            .collect();
        let mut row = Row::new(&self.fields, &values)?.of_fields();
        for problem in problems {
            row.wrong("date", problem);
        }
        let draft = table::read(&mut row, terms).map(|draft| Draft {
            graded_by: format!("mapping {}", self.mapping.name),
            ..draft.under(self.handling())
        });
        row.finish(draft)
    }

    fn handling(&self) -> Handling {
        let mut handling = self.mapping.handling.clone();
        handling.licence = self.mapping.licence.clone();
        handling
    }

    fn value(
        &self,
        (field, parts): (Field, &[Part]),
        (found, terms): (&[String], Terms),
        problems: &mut Vec<String>,
    ) -> String {
        let mut value = String::new();
        for part in parts {
            match part {
                Part::Text(text) => value.push_str(text),
                Part::Column(at) => value.push_str(found.get(*at).map_or("", |text| text.trim())),
            }
        }
        let known = self.meanings.get(&field).and_then(|words| words.get(&value.trim().to_lowercase()));
        let value = known.cloned().unwrap_or(value);
        match field {
            Field::Date if !value.trim().is_empty() => {
                let day = date(&value, &self.mapping.dates).unwrap_or_else(|| {
                    let formats = short(self.mapping.dates.join(" or "));
                    problems.push(format!("{:?} is no day of the calendar as {formats}", short(&value)));
                    terms.received_on // stands in for it: what is wrong was said
                });
                day.to_string()
            }
            Field::Country => country(&value).into_owned(),
            Field::Lat | Field::Lon => value.replace(',', "."),
            _ => value,
        }
    }
}

/// A country as its code, where it is written by its English name.
fn country(value: &str) -> Cow<'_, str> {
    let trimmed = value.trim();
    if trimmed.parse::<Country>().is_ok() {
        return Cow::Borrowed(trimmed);
    }
    iso::named(trimmed).map_or(Cow::Borrowed(trimmed), |country| Cow::Owned(country.to_string()))
}

fn date(value: &str, formats: &[String]) -> Option<Day> {
    let value = value.trim();
    formats.iter().find_map(|format| {
        let format = strptime(format).ok()?;
        let (date, _) = chrono::NaiveDate::parse_and_remainder(value, &format).ok().filter(|(_, rest)| {
            // a time of day may follow; digits may not go on
            rest.is_empty() || rest.starts_with([' ', 'T'])
        })?;
        Day::of(chrono::Datelike::year(&date), chrono::Datelike::month(&date), chrono::Datelike::day(&date))
    })
}

/// A date as people write it down, in the letters of chrono.
fn strptime(format: &str) -> Result<String, String> {
    let wrong = || {
        format!("{:?} is none; write it with YYYY, MM, DD, M, D, Mon or Month, as DD.MM.YYYY", short(format))
    };
    if format.contains('%') {
        return Err(wrong());
    }
    let mut made = format.to_owned();
    for (word, sign) in [("YYYY", "%Y"), ("Month", "%B"), ("Mon", "%b"), ("MM", "%m"), ("DD", "%d")] {
        made = made.replace(word, sign);
    }
    let made = single(&single(&made, 'M', "%m"), 'D', "%d");
    let whole = made.contains("%Y")
        && made.contains("%d")
        && (made.contains("%m") || made.contains("%b") || made.contains("%B"));
    if whole { Ok(made) } else { Err(wrong()) }
}

/// Puts a sign in place of a letter that stands by itself.
fn single(text: &str, letter: char, sign: &str) -> String {
    let letters: Vec<char> = text.chars().collect();
    let mut made = String::new();
    for (at, this) in letters.iter().enumerate() {
        let next_to =
            |other: Option<&char>| other.is_some_and(|other| other.is_alphabetic() || *other == '%');
        let alone = *this == letter
            && !next_to(at.checked_sub(1).and_then(|before| letters.get(before)))
            && !next_to(letters.get(at + 1).filter(|other| **other != '%'));
        if alone { made.push_str(sign) } else { made.push(*this) }
    }
    made
}

/// The parts of a value, and the columns that are not there.
fn taken_from(taken: &Taken, columns: &Columns) -> (Vec<Part>, Vec<String>) {
    let place = |name: &str| columns.position(name).map(Part::Column).ok_or_else(|| name.trim().to_owned());
    let made: Vec<Result<Part, String>> = match taken {
        Taken::Constant(text) => vec![Ok(Part::Text(text.clone()))],
        Taken::Column(name) => vec![place(name)],
        Taken::Pattern(pattern) => names(pattern)
            .unwrap_or_default()
            .into_iter()
            .map(|(is_column, text)| if is_column { place(&text) } else { Ok(Part::Text(text)) })
            .collect(),
    };
    let (mut parts, mut missing) = (Vec::new(), Vec::new());
    for part in made {
        match part {
            Ok(part) => parts.push(part),
            Err(name) => missing.push(name),
        }
    }
    (parts, missing)
}

/// The pieces of a pattern: whether each names a column, and its text.
fn names(pattern: &str) -> Result<Vec<(bool, String)>, String> {
    let (mut pieces, mut rest) = (Vec::new(), pattern);
    while let Some((before, after)) = rest.split_once('{') {
        let (name, behind) = after
            .split_once('}')
            .filter(|(name, _)| !name.trim().is_empty() && !name.contains('{'))
            .ok_or_else(|| {
                let pattern = short(pattern);
                format!("{pattern:?} has a brace that is not closed or names nothing; write {{Column}}")
            })?;
        pieces.extend([(false, before.to_owned()), (true, name.to_owned())]);
        rest = behind;
    }
    if rest.contains('}') {
        return Err(format!("{:?} has a brace that closes nothing", short(pattern)));
    }
    pieces.push((false, rest.to_owned()));
    pieces.retain(|(is_column, text)| *is_column || !text.is_empty());
    Ok(pieces)
}

#[cfg(test)]
mod tests;
