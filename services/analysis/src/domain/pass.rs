//! When forecasts are worked out: once everything that comes in has come in, and not before something new did.

use chrono::TimeDelta;
use contracts::analysis::forecasting::ForecastWork;
use domain::Timestamp;

/// Of what forecasts were last worked out, and what has come in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pass {
    /// What they were last worked out of; empty: never.
    pub done: String,
    /// When it was noticed that there is more to work them out of.
    pub noticed_at: Option<Timestamp>,
    /// When a source that lists every event was last heard.
    pub heard: Option<Timestamp>,
    /// How many files intake is still reading.
    pub imports: u64,
}

impl Pass {
    /// What they would be worked out of now: what was heard last, with so many rehearsals, by this version.
    pub fn of(&self, rehearsals: u32, version: &str) -> String {
        let heard = self.heard.map_or_else(|| "nothing".to_owned(), |at| at.to_string());
        format!("{heard} {rehearsals} {version}")
    }

    /// When they may be worked out: complete sources have been silent for so long. `None` while a file is read.
    pub fn begins_at(&self, quiet: TimeDelta, now: Timestamp) -> Option<Timestamp> {
        (self.imports == 0).then(|| self.heard.map_or(now, |heard| heard.plus(quiet)))
    }

    /// How they stand. Where nothing was ever heard there is nothing to wait for.
    pub fn state(&self, of: &str, quiet: TimeDelta, now: Timestamp) -> ForecastWork {
        if self.heard.is_none() && self.imports == 0 {
            return ForecastWork::Ready;
        }
        match self.begins_at(quiet, now) {
            None => ForecastWork::Waiting,
            Some(_) if self.done == of => ForecastWork::Ready,
            Some(at) if now < at => ForecastWork::Waiting,
            Some(_) => ForecastWork::Working,
        }
    }

    /// Notes that there is more to work them out of; what is noted already stays.
    #[must_use]
    pub fn noticed(self, now: Timestamp) -> Self {
        Self { noticed_at: self.noticed_at.or(Some(now)), ..self }
    }

    /// They are worked out of this.
    #[must_use]
    pub fn finished(self, of: String) -> Self {
        Self { done: of, noticed_at: None, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minute: i64) -> Timestamp {
        "2026-11-23T08:00:00Z".parse::<Timestamp>().unwrap().plus(TimeDelta::minutes(minute))
    }

    #[test]
    fn they_wait_for_files_then_for_a_minute_of_silence_and_are_then_worked_out() {
        let quiet = TimeDelta::minutes(1);
        let pass = |heard: i64, imports| Pass { heard: Some(at(heard)), imports, ..Pass::default() };
        let state = |pass: &Pass, now| pass.state(&pass.of(24, "1"), quiet, at(now));
        assert_eq!(state(&pass(0, 2), 30), ForecastWork::Waiting, "two files are read");
        assert_eq!(pass(0, 2).begins_at(quiet, at(30)), None);
        assert_eq!(state(&pass(5, 0), 5), ForecastWork::Waiting, "more may be on its way");
        assert_eq!(pass(5, 0).begins_at(quiet, at(5)), Some(at(6)));
        assert_eq!(state(&pass(5, 0), 6), ForecastWork::Working);
        let done = pass(5, 0).noticed(at(5)).noticed(at(6));
        assert_eq!(done.noticed_at, Some(at(5)), "since it was first noticed");
        let of = done.of(24, "1");
        let done = done.finished(of.clone());
        assert_eq!((state(&done, 8), done.noticed_at), (ForecastWork::Ready, None));
        assert_eq!(
            Pass { heard: Some(at(9)), ..done.clone() }.state(&of, quiet, at(11)),
            ForecastWork::Ready
        );
        let more = Pass { heard: Some(at(9)), ..done.clone() };
        assert_eq!(state(&more, 11), ForecastWork::Working, "something came in since");
        assert_eq!(
            done.state(&done.of(36, "1"), quiet, at(8)),
            ForecastWork::Working,
            "more rehearsals are wished for"
        );
        assert_eq!(
            state(&Pass::default(), 0),
            ForecastWork::Ready,
            "nothing was ever heard: nothing is to be waited for"
        );
    }
}
