//! What became of a judgement: said by somebody who did not write it, scored, and corrected by another person.

use contracts::{
    Failure,
    analysis::assessments::{Assessment, EarlierOutcome, JudgementForm, JudgementOutcome, Resolution},
};
use domain::Day;
use forecast::score;

use super::step;
use crate::domain::deed::{Actor, Faults};

/// Says what became of a judgement and scores it. Saying the same again changes nothing. What stands is corrected by another person
/// than whoever said it, and stays beside the correction (decision 0036).
///
/// # Errors
/// When it was never published, there is no such judgement, the note is missing, it cannot be known yet, or whoever said what stands
/// would say otherwise.
pub fn resolve(
    before: Assessment,
    number: u32,
    (resolution, note): (Resolution, &str),
    actor: &Actor<'_>,
) -> Result<Assessment, Failure> {
    if before.published_at.is_none() {
        return Err(Failure::conflict("it was never published: nothing was told that could be scored"));
    }
    if before.authors.iter().any(|author| author.subject == actor.principal.subject) {
        return Err(Failure::forbidden("who wrote a judgement does not score it; ask somebody who did not"));
    }
    let at = (number as usize).wrapping_sub(1);
    let judgement = before.form.judgements.get(at);
    let judgement = judgement.ok_or_else(|| Failure::not_found(format!("there is no judgement {number}")))?;
    let mut faults = Faults::default();
    faults.text("/note", note, true);
    let stands = before.outcomes.get(at).and_then(Option::as_ref);
    let early = resolution == Resolution::DidNotCome && actor.at.day() <= judgement.due;
    let said_too_soon = stands.is_some_and(|known| known.resolution == Resolution::Came);
    if early && !said_too_soon {
        faults.add("/resolution", format!("it may still come: the judgement is due on {}", judgement.due));
    }
    faults.into_result("the judgement cannot be resolved so")?;
    let chance = judgement.likelihood.middle();
    let brier = match resolution {
        Resolution::Came => Some(score::brier(chance, true)),
        Resolution::DidNotCome => Some(score::brier(chance, false)),
        Resolution::Undecidable => None,
    };
    if stands.is_some_and(|known| known.resolution == resolution && known.note == note.trim()) {
        return Ok(before); // twice is once
    }
    if stands.is_some_and(|known| known.resolution == resolution) {
        return Err(Failure::conflict("the same stands already: only who says otherwise corrects it"));
    }
    if stands.is_some_and(|known| known.by.subject == actor.principal.subject) {
        return Err(Failure::forbidden(
            "who said what became of a judgement does not correct it; ask another who did not write it either",
        ));
    }
    // said to have come, it had not and may still come: it is open again until it is due, and what was said stays in the history
    let outcome = (!early).then(|| JudgementOutcome {
        resolution,
        note: note.trim().to_owned(),
        by: actor.signature(),
        at: actor.at,
        brier,
        corrected: corrected(stands),
    });
    let said = match stands {
        _ if early => "came is taken back, it is open until it is due".to_owned(),
        Some(was) => format!("corrected from {} to {resolution}", was.resolution),
        None => resolution.to_string(),
    };
    let mut now = before;
    if let Some(slot) = now.outcomes.get_mut(at) {
        *slot = outcome;
    }
    now.version += 1;
    now.history.push(step(now.state, actor, &format!("judgement {number}: {said}. {}", note.trim())));
    Ok(now)
}

/// What was said before, the newest last, once what stands is corrected.
fn corrected(stands: Option<&JudgementOutcome>) -> Vec<EarlierOutcome> {
    let Some(was) = stands else { return Vec::new() };
    let (resolution, note, by, at) = (was.resolution, was.note.clone(), was.by.clone(), was.at);
    let earlier = was.corrected.iter().cloned();
    earlier.chain([EarlierOutcome { resolution, note, by, at }]).collect()
}

/// Whether it was ever published, whatever became of it, and holds a judgement that was due by this day and that nobody has resolved.
pub fn is_due(one: &Assessment, by: Day) -> bool {
    let open = |number: usize| one.outcomes.get(number).is_none_or(Option::is_none);
    let due = |(number, judgement): (usize, &JudgementForm)| judgement.due <= by && open(number);
    one.published_at.is_some() && one.form.judgements.iter().enumerate().any(due)
}
