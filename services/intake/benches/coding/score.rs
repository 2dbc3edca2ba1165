//! What a way of telling is worth: precision, recall, and the two of them together.

/// How often something was said rightly, said wrongly, and not said.
#[derive(Clone, Copy, Default)]
pub struct Count {
    pub right: u64,
    pub wrong: u64,
    pub missed: u64,
}

impl Count {
    /// Notes one text: whether it was said of it, and whether it is so.
    pub fn note(&mut self, said: bool, is: bool) {
        match (said, is) {
            (true, true) => self.right += 1,
            (true, false) => self.wrong += 1,
            (false, true) => self.missed += 1,
            (false, false) => {}
        }
    }
    /// What is noted of all these.
    pub fn of(pairs: impl IntoIterator<Item = (bool, bool)>) -> Self {
        let mut count = Self::default();
        pairs.into_iter().for_each(|(said, is)| count.note(said, is));
        count
    }
    /// The share of what was said that is so.
    pub fn precision(self) -> f64 {
        self.right as f64 / (self.right + self.wrong) as f64
    }
    /// The share of what is so that was said.
    pub fn recall(self) -> f64 {
        self.right as f64 / (self.right + self.missed) as f64
    }
    /// The harmonic mean of both; 0 where nothing was right.
    pub fn f1(self) -> f64 {
        2.0 * self.right as f64 / (2 * self.right + self.wrong + self.missed).max(1) as f64
    }
    /// As it stands in a table.
    pub fn told(self) -> String {
        let shown = |x: f64| if x.is_finite() { format!("{x:.3}") } else { "-".to_owned() };
        format!("{:>6} {:>6} {:>6}", shown(self.precision()), shown(self.recall()), shown(self.f1()))
    }
}

/// The mean F1 over classes of texts that are each in one and told as one.
pub fn macro_f1(told: &[(usize, usize)], classes: usize) -> f64 {
    let f1 = |class: usize| Count::of(told.iter().map(|(said, is)| (*said == class, *is == class))).f1();
    (0..classes).map(f1).sum::<f64>() / classes as f64
}

/// The precision of a ranking where this share of what is so has been said: the surest first, texts of one chance together.
pub fn precision_at(ranked: &[(f64, bool)], recall: f64) -> f64 {
    let mut ranked = ranked.to_vec();
    ranked.sort_by(|one, other| other.0.total_cmp(&one.0));
    let all = ranked.iter().filter(|(_, is)| *is).count() as f64;
    let (mut said, mut right) = (0_u64, 0_u64);
    for group in ranked.chunk_by(|one, other| one.0.total_cmp(&other.0).is_eq()) {
        said += group.len() as u64;
        right += group.iter().filter(|(_, is)| *is).count() as u64;
        if right as f64 + 1e-9 >= recall * all {
            break;
        }
    }
    right as f64 / said as f64
}
