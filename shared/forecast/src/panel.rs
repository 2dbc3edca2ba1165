//! Counts by month and unit, without gaps.

use std::fmt;

/// Why a panel cannot be used.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Malformed(String);

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for Malformed {}

/// The months a forecast speaks of, counted from its origin: the last month it knows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Window {
    /// The first, 1 or more.
    lead: usize,
    /// How many, 1 or more.
    months: usize,
}

impl Window {
    /// The sum of the next so many months; at least one.
    pub const fn next(months: usize) -> Self {
        Self { lead: 1, months: if months == 0 { 1 } else { months } }
    }
    /// One month alone, so many ahead; at least one.
    pub const fn month(ahead: usize) -> Self {
        Self { lead: if ahead == 0 { 1 } else { ahead }, months: 1 }
    }
    /// How many months it sums.
    pub const fn months(self) -> usize {
        self.months
    }
    /// How far its last month is ahead.
    pub const fn ends(self) -> usize {
        self.lead + self.months - 1
    }
    /// How far its middle is ahead, in months.
    pub fn centre(self) -> f64 {
        self.lead as f64 + (self.months as f64 - 1.0) / 2.0
    }
}

/// Counts by month and unit, with who touches whom and which country each is of.
#[derive(Clone, Debug, PartialEq)]
pub struct Panel {
    units: usize,
    counts: Vec<f64>,
    /// `before[t * units + unit]`: the sum of all months before t
    before: Vec<f64>,
    first_month: usize,
    region: Option<Region>,
}

#[derive(Clone, Debug, PartialEq)]
struct Region {
    neighbours: Vec<Vec<usize>>,
    countries: Vec<usize>,
}

impl Panel {
    /// A panel of so many units from its counts, month after month; `first_month` is the calendar month of the first,
    /// 0 for January.
    ///
    /// # Errors
    /// When the counts are no whole months, or one is negative or no number.
    pub fn new(units: usize, counts: Vec<f64>, first_month: usize) -> Result<Self, Malformed> {
        if units == 0 || !counts.len().is_multiple_of(units) {
            return Err(Malformed(format!("{} counts are no whole months of {units} units", counts.len())));
        }
        if let Some(at) = counts.iter().position(|count| !count.is_finite() || *count < 0.0) {
            let (month, unit) = (at / units, at % units);
            return Err(Malformed(format!("the count of month {month}, unit {unit} is {}", counts[at])));
        }
        let mut before = vec![0.0; counts.len() + units];
        for (at, count) in counts.iter().enumerate() {
            before[at + units] = before[at] + count;
        }
        Ok(Self { units, counts, before, first_month: first_month % 12, region: None })
    }

    /// The same with what is around each unit: its neighbours, and the number of its country.
    ///
    /// # Errors
    /// When there is not one of each for every unit, or a neighbour does not exist.
    pub fn in_region(self, neighbours: Vec<Vec<usize>>, countries: Vec<usize>) -> Result<Self, Malformed> {
        let units = self.units;
        if neighbours.len() != units || countries.len() != units {
            let told = (neighbours.len(), countries.len());
            return Err(Malformed(format!(
                "{} neighbourhoods and {} countries for {units} units",
                told.0, told.1
            )));
        }
        if let Some(unit) = neighbours.iter().position(|of| of.iter().any(|other| *other >= units)) {
            return Err(Malformed(format!("unit {unit} has a neighbour that does not exist")));
        }
        Ok(Self { region: Some(Region { neighbours, countries }), ..self })
    }

    /// How many months it holds.
    pub fn months(&self) -> usize {
        self.counts.len() / self.units
    }
    /// How many units it holds.
    pub fn units(&self) -> usize {
        self.units
    }
    /// What was counted.
    pub fn count(&self, month: usize, unit: usize) -> f64 {
        self.counts[month * self.units + unit]
    }
    pub(crate) fn counts(&self) -> &[f64] {
        &self.counts
    }
    pub(crate) fn calendar_month(&self, month: usize) -> usize {
        (month + self.first_month) % 12
    }
    pub(crate) fn neighbours(&self) -> Option<&[Vec<usize>]> {
        self.region.as_ref().map(|region| region.neighbours.as_slice())
    }
    pub(crate) fn countries(&self) -> Option<&[usize]> {
        self.region.as_ref().map(|region| region.countries.as_slice())
    }

    /// The sum of `months` months that ends with `last`.
    pub(crate) fn sum_to(&self, last: usize, months: usize, unit: usize) -> f64 {
        let at = |month: usize| self.before[month * self.units + unit];
        at(last + 1) - at(last + 1 - months)
    }
    /// What came of a window; `None` while it is open.
    pub fn outcome(&self, origin: usize, window: Window, unit: usize) -> Option<f64> {
        let last = origin + window.ends();
        (last < self.months()).then(|| self.sum_to(last, window.months(), unit))
    }
    /// What would be "at least a doubling": twice the window's share of the last twelve months, ten at least.
    pub fn escalation(&self, origin: usize, window: Window, unit: usize) -> f64 {
        let months = (origin + 1).min(12);
        let share = 2.0 * window.months() as f64 / 12.0;
        (share * self.sum_to(origin, months, unit)).max(10.0).ceil()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_panel_is_refused_with_the_place() {
        assert!(Panel::new(0, vec![], 0).is_err());
        assert!(Panel::new(2, vec![1.0; 3], 0).is_err());
        let error = Panel::new(2, vec![1.0, 2.0, 3.0, f64::NAN], 0).unwrap_err();
        assert_eq!(error.to_string(), "the count of month 1, unit 1 is NaN");
        let panel = Panel::new(2, vec![1.0; 4], 0).unwrap();
        assert!(panel.clone().in_region(vec![vec![2], vec![]], vec![0, 0]).is_err());
        assert!(panel.in_region(vec![vec![1]], vec![0]).is_err());
    }

    #[test]
    fn a_window_is_summed_once_it_is_closed() {
        let panel = Panel::new(1, vec![1.0, 2.0, 3.0, 4.0, 5.0], 0).unwrap();
        assert_eq!(panel.outcome(0, Window::next(3), 0), Some(9.0));
        assert_eq!(panel.outcome(1, Window::month(3), 0), Some(5.0));
        assert_eq!(panel.outcome(2, Window::next(3), 0), None);
        let escalation = |panel: &Panel, month| panel.escalation(month, Window::next(3), 0).to_string();
        assert_eq!(escalation(&panel, 4), "10");
        assert_eq!(escalation(&Panel::new(1, vec![9.0; 12], 0).unwrap(), 11), "54");
    }
}
