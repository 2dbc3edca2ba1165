//! One record by the names of its columns, with everything wrong in it gathered.

use std::{collections::HashMap, fmt::Display, str::FromStr};

use domain::Day;
use geography::{Resolution, resolve_province};

use crate::domain::place::{Within, contradiction};

use super::{
    quote::{listed, short},
    records::lines,
};

/// Where the columns of a file stand.
#[derive(Clone, Debug)]
pub struct Columns {
    by_name: HashMap<String, usize>,
    names: Vec<String>,
}

impl Columns {
    /// Reads the names of a header.
    pub fn read(header: &[u8]) -> Result<Self, String> {
        Self::of_names(lines::fields(header).map_err(|why| format!("the header cannot be read: {why}"))?)
    }
    /// Columns of these names, in letters of any case; the same name twice is refused.
    pub fn of_names(names: Vec<String>) -> Result<Self, String> {
        let names: Vec<String> = names.iter().map(|n| n.trim().to_lowercase()).collect();
        let mut by_name = HashMap::new();
        for (at, name) in names.iter().enumerate() {
            if by_name.insert(name.clone(), at).is_some() && !name.is_empty() {
                return Err(format!(
                    "the column {} stands twice in the header; keep one of them",
                    short(name)
                ));
            }
        }
        Ok(Self { by_name, names })
    }
    /// Columns of these names, in order, for a table that does not name them itself.
    pub fn named(names: Vec<String>) -> Self {
        let by_name = names.iter().enumerate().map(|(at, name)| (name.clone(), at)).collect();
        Self { by_name, names }
    }
    /// None at all: a document has no columns.
    pub fn none() -> Self {
        Self { by_name: HashMap::new(), names: Vec::new() }
    }
    /// Checks that these columns are there.
    pub fn require(&self, required: &[&str]) -> Result<(), String> {
        let missing: Vec<&str> =
            required.iter().copied().filter(|name| !self.by_name.contains_key(*name)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let found = listed(&self.names);
        let found = if found.trim().is_empty() { "nothing" } else { found.as_str() };
        Err(format!("the header lacks the columns {}; found was: {found}", listed(&missing)))
    }
    /// Their names, in small letters.
    pub fn names(&self) -> &[String] {
        &self.names
    }
    /// Where the column of this name stands, in letters of any case.
    pub fn position(&self, name: &str) -> Option<usize> {
        self.by_name.get(&name.trim().to_lowercase()).copied()
    }
    /// How many there are.
    pub fn width(&self) -> usize {
        self.names.len()
    }
}

/// The digits of a whole number as a table writes it, `12` or `12.0`, without zeros in front; `None` of what is none.
pub fn whole(text: &str) -> Option<&str> {
    let (whole, rest) = text.split_once('.').unwrap_or((text, ""));
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if whole.is_empty() || !digits(whole) || !rest.bytes().all(|byte| byte == b'0') {
        return None;
    }
    let bare = whole.trim_start_matches('0');
    Some(if bare.is_empty() { "0" } else { bare })
}

/// One record, and what is wrong with it.
#[derive(Debug)]
pub struct Row<'a> {
    columns: &'a Columns,
    fields: &'a [String],
    /// What its parts are called in what is said of them.
    noun: &'static str,
    problems: Vec<String>,
}

impl<'a> Row<'a> {
    /// The record over these columns.
    pub fn new(columns: &'a Columns, fields: &'a [String]) -> Result<Self, String> {
        if fields.len() == columns.width() {
            return Ok(Self { columns, fields, noun: "column", problems: Vec::new() });
        }
        Err(format!(
            "the record has {} columns and the header has {}; look for a comma or quote too many or too few (a text with a \
             comma or a quote stands in quotes, a quote within it is doubled)",
            fields.len(),
            columns.width()
        ))
    }
    /// The same as fields of an observation, which were filled from columns of other names.
    pub fn of_fields(self) -> Self {
        Self { noun: "field", ..self }
    }
    /// What stands in a column, without white space around it; empty where there is no such column.
    pub fn text(&self, column: &str) -> &'a str {
        let at = self.columns.by_name.get(column);
        at.and_then(|at| self.fields.get(*at)).map_or("", |field| field.trim())
    }
    /// What stands in a column, unless it is empty.
    pub fn filled(&self, column: &str) -> Option<&'a str> {
        Some(self.text(column)).filter(|text| !text.is_empty())
    }
    /// Notes something wrong in a column.
    pub fn wrong(&mut self, column: &str, what: impl Display) {
        self.problems.push(format!("{} {column}: {what}", self.noun));
    }
    /// What stands in a column that must not be empty.
    pub fn needed(&mut self, column: &str) -> Option<&'a str> {
        let filled = self.filled(column);
        if filled.is_none() {
            self.wrong(column, "is empty and must not be");
        }
        filled
    }
    /// The value of a column that must have one.
    pub fn value<T: FromStr<Err: Display>>(&mut self, column: &str) -> Option<T> {
        let text = self.needed(column)?;
        self.read(column, text)
    }
    /// The value of a column that may be empty.
    pub fn optional<T: FromStr<Err: Display>>(&mut self, column: &str) -> Option<T> {
        let text = self.filled(column)?;
        self.read(column, text)
    }
    fn read<T: FromStr<Err: Display>>(&mut self, column: &str, text: &str) -> Option<T> {
        text.parse().map_err(|invalid| self.wrong(column, invalid)).ok()
    }
    /// A count in a column: a whole number from 0, as `12`, `12.0` or nothing.
    pub fn count(&mut self, column: &str) -> Option<u32> {
        let text = self.filled(column)?;
        let count = whole(text).and_then(|whole| whole.parse().ok());
        if count.is_none() {
            self.wrong(
                column,
                format_args!("{:?} is not a whole number from 0 to {}", short(text), u32::MAX),
            );
        }
        count
    }
    /// The point in two columns; `None` where both are empty or something is wrong with them.
    pub fn point(&mut self, lat: &str, lon: &str) -> Option<domain::Point> {
        match (self.filled(lat), self.filled(lon)) {
            (None, None) => None,
            (None, _) => self.missing_half(lat, lon),
            (_, None) => self.missing_half(lon, lat),
            (Some(_), Some(_)) => {
                let (lat_value, lon_value) = (self.degrees(lat), self.degrees(lon));
                let point = domain::Point::new(lat_value?, lon_value?);
                point.map_err(|invalid| self.wrong(lat, invalid)).ok()
            }
        }
    }
    /// The point in two columns that must not be empty.
    pub fn needed_point(&mut self, lat: &str, lon: &str) -> Option<domain::Point> {
        if self.filled(lat).is_none() || self.filled(lon).is_none() {
            self.wrong(lat, format_args!("the point is needed: {lat} or {lon} is empty"));
            return None;
        }
        self.point(lat, lon)
    }
    /// Notes when a point cannot be one of the province that this column names.
    pub fn check_fit(
        &mut self,
        column: &str,
        province: Option<&domain::ProvinceCode>,
        point: Option<domain::Point>,
    ) {
        let Some((province, point)) = province.zip(point) else { return };
        let within = Within { province: Some(province), ..Within::default() };
        if let Some(why) = contradiction(point, within) {
            self.wrong(column, why);
        }
    }
    /// Notes when what a column calls a unit is none of the country that the row is of, and is one of another country.
    pub fn check_country(&mut self, column: &str, country: domain::Country) {
        let Some(name) = self.filled(column).filter(|_| country.in_region()) else { return };
        if !matches!(resolve_province(name, Some(country.as_str())), Resolution::Unknown) {
            return;
        }
        let elsewhere = match resolve_province(name, None) {
            Resolution::Found(unit) => unit,
            Resolution::Ambiguous(_) | Resolution::Unknown => return,
        };
        self.wrong(
            column,
            format_args!(
                "{:?} is {} ({}), and the row is of {country}; correct the place or the country",
                short(name),
                elsewhere.id,
                elsewhere.name_en
            ),
        );
    }
    /// Notes when a day lies before this year or after the file came; east of UTC the next day begins before its own.
    pub fn check_day(&mut self, column: &str, day: Day, (earliest, received_on): (i32, Day)) {
        let Some(earliest) = Day::of(earliest, 1, 1) else { return };
        if day < earliest || day > received_on.plus(1) {
            self.wrong(
                column,
                format_args!("{day} lies outside {earliest} to the day of the import; check the year"),
            );
        }
    }
    fn missing_half(&mut self, empty: &str, filled: &str) -> Option<domain::Point> {
        self.wrong(empty, format_args!("is empty while {filled} is not; give both or none"));
        None
    }
    fn degrees(&mut self, column: &str) -> Option<f64> {
        let text = self.text(column);
        let degrees = text.parse::<f64>().ok().filter(|degrees| degrees.is_finite());
        if degrees.is_none() {
            self.wrong(column, format_args!("{:?} is not a number of degrees, as 40.0604", short(text)));
        }
        degrees
    }
    /// What was made of the record, unless anything is wrong with it.
    pub fn finish<T>(self, made: Option<T>) -> Result<T, String> {
        match made {
            Some(made) if self.problems.is_empty() => Ok(made),
            _ if self.problems.is_empty() => Err("the record cannot be read".to_owned()),
            _ => Err(self.problems.join("; ")),
        }
    }
}
