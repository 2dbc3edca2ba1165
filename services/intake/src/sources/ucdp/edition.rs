//! Which release a file of UCDP is of, by its name.

use domain::Day;

/// About when the release came out that a file of this name holds. `GEDEvent_v24_1.csv`, which comes packed as `ged241-csv.zip`, is the yearly
/// one of 2024, which comes in June; `GEDEvent_v23_0_11.csv` the candidate of November 2023, which comes a month later, and
/// `GEDEvent_v23_01_23_11.csv` all of 2023 up to it. What a browser adds to a second copy, ` (1)`, says nothing. `None` where the name does not tell.
pub fn edition(name: &str) -> Option<Day> {
    let numbers = version(name)?;
    let year = 2000 + i32::try_from(*numbers.first()?).ok().filter(|year| *year < 100)?;
    let after = |month: u32| Some(Day::of(year, month, 1)?.month().1.plus(20));
    match numbers.get(1..)? {
        [0, month] => after(*month),
        // the candidates from the first month of the year to the last of these, in one file
        [1, again, month] if *again as i32 + 2000 == year => after(*month),
        [1] => Day::of(year, 6, 1),
        _ => None,
    }
}

/// The numbers of the release in the name of a file: 25 and 1 of `GEDEvent_v25_1.csv` and of `ged251-csv.zip`.
pub fn version(name: &str) -> Option<Vec<u32>> {
    let name = name.to_ascii_lowercase();
    let numbered = |text: &str| -> Vec<u32> {
        let digits = |part: &str| part.chars().take_while(char::is_ascii_digit).collect::<String>();
        let mut numbers = Vec::new();
        for part in text.split(['_', '.', '-']) {
            let number = digits(part);
            numbers.extend(number.parse::<u32>().ok());
            if number.len() != part.len() || number.is_empty() {
                break;
            }
        }
        numbers
    };
    let written = ["_v", "-v"].into_iter().filter_map(|mark| name.rsplit_once(mark));
    let written = written.chain(name.strip_prefix('v').map(|version| ("", version)));
    if let Some((_, version)) = written.max_by_key(|(before, _)| before.len()) {
        return Some(numbered(version)).filter(|numbers| !numbers.is_empty());
    }
    let short = name.strip_prefix("ucdp-").unwrap_or(&name).strip_prefix("ged")?;
    let digits: String = short.chars().take_while(char::is_ascii_digit).collect();
    let ends = short.get(digits.len()..).is_some_and(|rest| !rest.starts_with(char::is_alphabetic));
    match (digits.get(..2), digits.get(2..)) {
        (Some(year), Some("1")) if ends => Some(vec![year.parse().ok()?, 1]),
        _ => None,
    }
}
