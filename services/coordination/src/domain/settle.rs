//! What an endpoint's answer does to a delivery.

use chrono::Duration;
use contracts::coordination::DeliveryState;
use domain::Timestamp;

use super::schedule::Rank;

/// What came of one try.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answered {
    /// The endpoint has it (2xx).
    Taken,
    /// The endpoint wants nothing any more (410).
    Gone,
    /// The endpoint asks for patience (429, 503), perhaps for this long.
    Busy(Option<Duration>),
    /// It failed: any other status, a redirect included, or no answer at all.
    Failed,
}

impl Answered {
    /// What this status means; `asked` is what `Retry-After` said.
    pub fn of(status: u16, asked: Option<Duration>) -> Self {
        match status {
            200..=299 => Self::Taken,
            410 => Self::Gone,
            429 | 503 => Self::Busy(asked),
            _ => Self::Failed,
        }
    }
}

/// What a delivery knows when its try is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tried {
    /// Where it stands now; another than pending when something happened meanwhile.
    pub state: DeliveryState,
    /// Its schedule.
    pub rank: Rank,
    /// Tries so far, this one included.
    pub attempts: u32,
    /// When the warning ends.
    pub expires: Timestamp,
}

/// What becomes of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// It moves to this state; with `true` its endpoint is suspended as well.
    Becomes(DeliveryState, bool),
    /// It waits until then.
    Again(Timestamp),
    /// It waits for its end: no further try fits before the warning ends.
    Ends,
    /// It stays where it is.
    Stays,
}

impl Tried {
    /// What becomes of the delivery after this answer; `chance` in 0..=1 spreads the next try.
    ///
    /// An endpoint that has it has it, even where the delivery was withdrawn or superseded while it was under way.
    pub fn settle(self, answered: &Answered, now: Timestamp, chance: f64) -> Next {
        let waiting = self.state == DeliveryState::Pending;
        let wait = match answered {
            Answered::Taken if self.state == DeliveryState::Acknowledged => return Next::Stays,
            Answered::Taken => return Next::Becomes(DeliveryState::Transported, false),
            Answered::Gone if waiting => return Next::Becomes(DeliveryState::Exhausted, true),
            _ if !waiting => return Next::Stays,
            Answered::Busy(Some(asked)) => self.rank.asked_wait(self.attempts, *asked),
            Answered::Gone | Answered::Busy(None) | Answered::Failed => self.rank.wait(self.attempts, chance),
        };
        let Some(wait) = wait else { return Next::Becomes(DeliveryState::Exhausted, false) };
        let next = now.plus(wait);
        if next < self.expires { Next::Again(next) } else { Next::Ends }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tried(rank: Rank, attempts: u32) -> Tried {
        let expires = "2026-11-23T08:30:00Z".parse().unwrap();
        Tried { state: DeliveryState::Pending, rank, attempts, expires }
    }
    fn now() -> Timestamp {
        "2026-11-23T07:30:00Z".parse().unwrap()
    }

    #[test]
    fn a_status_means_what_the_standard_says() {
        let table = [
            (200, Answered::Taken),
            (204, Answered::Taken),
            (301, Answered::Failed),
            (302, Answered::Failed),
            (401, Answered::Failed),
            (410, Answered::Gone),
            (429, Answered::Busy(None)),
            (500, Answered::Failed),
            (503, Answered::Busy(None)),
        ];
        for (status, meaning) in table {
            assert_eq!(Answered::of(status, None), meaning, "{status}");
        }
    }

    #[test]
    fn a_failed_try_waits_for_the_next() {
        let next = tried(Rank::Grave, 1).settle(&Answered::Failed, now(), 0.5);
        assert_eq!(next, Next::Again(now().plus(Duration::seconds(5))));
    }

    #[test]
    fn no_try_is_made_after_the_warning_ends() {
        let mut last = tried(Rank::Grave, 9);
        last.expires = now().plus(Duration::minutes(10));
        assert_eq!(last.settle(&Answered::Failed, now(), 0.5), Next::Ends);
    }

    #[test]
    fn a_schedule_that_is_used_up_exhausts_the_delivery() {
        let mut last = tried(Rank::Moderate, 12);
        last.expires = now().plus(Duration::days(30));
        let next = last.settle(&Answered::Failed, now(), 0.5);
        assert_eq!(next, Next::Becomes(DeliveryState::Exhausted, false));
    }

    #[test]
    fn gone_suspends_the_endpoint() {
        let next = tried(Rank::Grave, 1).settle(&Answered::Gone, now(), 0.5);
        assert_eq!(next, Next::Becomes(DeliveryState::Exhausted, true));
    }

    #[test]
    fn what_arrived_arrived_though_it_was_withdrawn_meanwhile() {
        for state in DeliveryState::ALL.iter().copied() {
            let meanwhile = Tried { state, ..tried(Rank::Grave, 1) };
            let next = meanwhile.settle(&Answered::Taken, now(), 0.5);
            if state == DeliveryState::Acknowledged {
                assert_eq!(next, Next::Stays);
            } else {
                assert_eq!(next, Next::Becomes(DeliveryState::Transported, false));
            }
            if state != DeliveryState::Pending {
                assert_eq!(meanwhile.settle(&Answered::Failed, now(), 0.5), Next::Stays);
                assert_eq!(meanwhile.settle(&Answered::Gone, now(), 0.5), Next::Stays);
            }
        }
    }
}
