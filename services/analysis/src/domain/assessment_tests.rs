use std::collections::BTreeSet;

use contracts::{
    FailureKind, Principal, Role,
    analysis::assessments::{Calibration, JudgementOutcome, Resolution, Signature},
};
use domain::{
    ObservationId, Threat, Timestamp, Tlp, UnClass,
    likelihood::{Confidence, Word},
};

use super::*;
use crate::domain::calibration::calibrations;

fn person(subject: &str) -> Principal {
    Principal {
        subject: subject.into(),
        name: subject.into(),
        roles: BTreeSet::from([Role::SeniorAnalyst]),
        organisation: None,
    }
}

fn at(text: &str) -> Timestamp {
    text.parse().unwrap()
}

fn judgement(word: Word) -> JudgementForm {
    JudgementForm {
        statement: "Fire is exchanged again by the end of January".into(),
        likelihood: word.range(),
        confidence: Confidence::Moderate,
        basis: "two owners agree".into(),
        evidence: vec![ObservationId::derived(&["a"])],
        sources: vec![],
        alternatives: vec!["the canal is shared".into()],
        would_change: vec!["a schedule".into()],
        due: "2027-01-31".parse().unwrap(),
    }
}

fn form(judgements: Vec<JudgementForm>) -> AssessmentForm {
    AssessmentForm {
        title: "Water in Batken".into(),
        question: "Will it escalate?".into(),
        summary: String::new(),
        provinces: BTreeSet::from(["KG-B".parse().unwrap()]),
        threat: Some(Threat::BorderTension),
        judgements,
        handling: Handling::new(Tlp::Green, UnClass::Unclassified),
        supersedes: None,
        answers: None,
        exercise: false,
    }
}

struct Story {
    author: Principal,
    peer: Principal,
}

impl Story {
    fn new() -> Self {
        Self { author: person("author"), peer: person("peer") }
    }
    fn by_author(&self) -> Actor<'_> {
        Actor { principal: &self.author, at: at("2026-11-23T08:00:00Z") }
    }
    fn by_peer(&self) -> Actor<'_> {
        Actor { principal: &self.peer, at: at("2026-11-23T09:00:00Z") }
    }
    fn draft(&self, form: AssessmentForm, evidence: &Handling) -> Assessment {
        draft(AssessmentId::derived(&["1"]), form, evidence, &self.by_author()).unwrap()
    }
    fn published(&self, words: &[Word]) -> Assessment {
        let open = Handling::new(Tlp::Clear, UnClass::Unclassified);
        let draft = self.draft(form(words.iter().map(|word| judgement(*word)).collect()), &open);
        let review = act(draft, AssessmentAction::Submit, "", &self.by_author()).unwrap();
        let approved = act(review, AssessmentAction::Approve, "", &self.by_peer()).unwrap();
        act(approved, AssessmentAction::Publish, "", &self.by_author()).unwrap()
    }
}

fn pointers(failure: &Failure) -> Vec<&str> {
    failure.errors.iter().map(|error| error.pointer.as_str()).collect()
}

#[test]
fn it_is_written_reviewed_by_another_and_published() {
    let published = Story::new().published(&[Word::Likely]);
    let states: Vec<AssessmentState> = published.history.iter().map(|step| step.state).collect();
    let words: Vec<&str> = states.iter().map(|state| state.as_str()).collect();
    assert_eq!(words, ["draft", "review", "approved", "published"]);
    assert_eq!(published.reviewer.unwrap().subject, "peer");
    assert_eq!((published.version, published.published_at.is_some()), (4, true));
}

#[test]
fn what_is_due_by_now_is_neither_approved_nor_published_and_what_was_published_comes_due_whatever_became_of_it()
 {
    let story = Story::new();
    let open = Handling::new(Tlp::Clear, UnClass::Unclassified);
    let draft = story.draft(form(vec![judgement(Word::Likely)]), &open);
    let review = act(draft, AssessmentAction::Submit, "", &story.by_author()).unwrap();
    let late = |principal| Actor { principal, at: at("2027-01-31T08:00:00Z") };
    let peer = late(&story.peer);
    let refused = act(review.clone(), AssessmentAction::Approve, "", &peer).unwrap_err();
    assert_eq!(pointers(&refused), ["/judgements/0/due"]);
    let approved = act(review, AssessmentAction::Approve, "", &story.by_peer()).unwrap();
    let refused = act(approved.clone(), AssessmentAction::Publish, "", &late(&story.author)).unwrap_err();
    assert_eq!(pointers(&refused), ["/judgements/0/due"], "hindsight: it is known by then");
    assert!(
        act(approved.clone(), AssessmentAction::Return, "it is over", &peer).is_ok(),
        "it is written anew"
    );
    let published = act(approved.clone(), AssessmentAction::Publish, "", &story.by_author()).unwrap();
    let due = |one: &Assessment| is_due(one, "2027-01-31".parse().unwrap());
    let withdrawn = act(published.clone(), AssessmentAction::Withdraw, "it was wrong", &peer).unwrap();
    let superseded = supersede(published.clone(), &AssessmentId::derived(&["2"]), &peer);
    assert!(
        due(&published) && due(&withdrawn) && due(&superseded),
        "the record is not that of the survivors"
    );
    let never = act(approved, AssessmentAction::Withdraw, "it is over", &peer).unwrap();
    assert!(!due(&never), "nothing was told");
}

#[test]
fn a_judgement_without_evidence_alternative_or_a_day_ahead_is_told_everything_it_lacks() {
    let story = Story::new();
    let open = Handling::new(Tlp::Clear, UnClass::Unclassified);
    let mut bare = judgement(Word::Likely);
    (bare.evidence, bare.alternatives, bare.would_change) = (vec![], vec![], vec![]);
    (bare.basis, bare.due) = (String::new(), "2026-11-23".parse().unwrap());
    let draft = story.draft(form(vec![judgement(Word::Likely), bare]), &open);
    let refused = act(draft, AssessmentAction::Submit, "", &story.by_author()).unwrap_err();
    assert_eq!(refused.kind, FailureKind::Invalid);
    let parts = ["evidence", "alternatives", "would_change", "basis", "due"];
    assert_eq!(pointers(&refused), parts.map(|part| format!("/judgements/1/{part}")));
    let empty = story.draft(form(vec![]), &open);
    let refused = act(empty, AssessmentAction::Submit, "", &story.by_author()).unwrap_err();
    assert_eq!(pointers(&refused), ["/judgements"]);
}

#[test]
fn who_wrote_on_it_does_not_review_it() {
    let story = Story::new();
    let open = Handling::new(Tlp::Clear, UnClass::Unclassified);
    let draft = story.draft(form(vec![judgement(Word::Likely)]), &open);
    let mut other = form(vec![judgement(Word::Likely)]);
    other.title = "Water in Batken, again".into();
    let written = revise(draft, other, &open, &story.by_peer()).unwrap();
    assert_eq!(written.authors.len(), 2);
    let review = act(written, AssessmentAction::Submit, "", &story.by_author()).unwrap();
    for actor in [story.by_author(), story.by_peer()] {
        let refused = act(review.clone(), AssessmentAction::Approve, "", &actor).unwrap_err();
        assert_eq!(pointers(&refused), ["/approve"]);
    }
}

#[test]
fn it_is_handled_no_looser_than_its_evidence_and_what_is_grave_takes_two_to_publish() {
    let story = Story::new();
    let red = Handling::new(Tlp::Red, UnClass::Unclassified);
    let draft = story.draft(form(vec![judgement(Word::Likely)]), &red);
    assert_eq!(draft.handling.tlp(), Tlp::Red);
    let review = act(draft, AssessmentAction::Submit, "", &story.by_author()).unwrap();
    let approved = act(review, AssessmentAction::Approve, "", &story.by_peer()).unwrap();
    let refused = act(approved.clone(), AssessmentAction::Publish, "", &story.by_peer()).unwrap_err();
    assert_eq!(pointers(&refused), ["/publish"]);
    assert!(act(approved, AssessmentAction::Publish, "", &story.by_author()).is_ok());
}

#[test]
fn moves_begin_where_they_begin_twice_is_once_and_taking_back_needs_a_reason() {
    let story = Story::new();
    let published = story.published(&[Word::Likely]);
    let again = act(published.clone(), AssessmentAction::Publish, "", &story.by_author()).unwrap();
    assert_eq!(again, published);
    let refused = act(published.clone(), AssessmentAction::Submit, "", &story.by_author()).unwrap_err();
    assert_eq!(refused.kind, FailureKind::Conflict);
    let refused = act(published.clone(), AssessmentAction::Withdraw, " ", &story.by_author()).unwrap_err();
    assert_eq!(pointers(&refused), ["/note"]);
    let withdrawn =
        act(published, AssessmentAction::Withdraw, "the source lied", &story.by_author()).unwrap();
    assert_eq!(withdrawn.state, AssessmentState::Withdrawn);
    assert!(
        revise(
            withdrawn,
            form(vec![]),
            &Handling::new(Tlp::Clear, UnClass::Unclassified),
            &story.by_author()
        )
        .is_err()
    );
}

#[test]
fn what_was_said_to_have_come_too_soon_is_taken_back_by_another_and_open_until_it_is_due() {
    let story = Story::new();
    let published = story.published(&[Word::Likely]);
    let came = resolve(published, 1, (Resolution::Came, "misread a report"), &story.by_peer()).unwrap();
    let own = resolve(came.clone(), 1, (Resolution::DidNotCome, "it had not"), &story.by_peer()).unwrap_err();
    assert_eq!(own.kind, FailureKind::Forbidden, "by another person");
    let other = person("other");
    let other = Actor { principal: &other, at: at("2026-12-20T08:00:00Z") };
    let open = resolve(came.clone(), 1, (Resolution::DidNotCome, "it had not"), &other).unwrap();
    assert_eq!((open.outcomes[0].is_none(), open.version), (true, came.version + 1));
    let said = &open.history.last().unwrap().note;
    assert_eq!(said, "judgement 1: came is taken back, it is open until it is due. it had not");
    let due = open.form.judgements[0].due;
    assert!(is_due(&open, due), "somebody must look again");
    let late = Actor { principal: &story.peer, at: due.plus(1).start() };
    let done = resolve(open, 1, (Resolution::DidNotCome, "quiet"), &late).unwrap();
    assert_eq!(done.outcomes[0].as_ref().unwrap().resolution, Resolution::DidNotCome);
}

#[test]
fn a_judgement_is_scored_by_the_middle_of_its_range_once_it_can_be_known() {
    let story = Story::new();
    let published = story.published(&[Word::Likely, Word::Unlikely]);
    let early =
        resolve(published.clone(), 1, (Resolution::DidNotCome, "nothing"), &story.by_peer()).unwrap_err();
    assert_eq!(pointers(&early), ["/resolution"]);
    let came = resolve(published.clone(), 1, (Resolution::Came, "two owners"), &story.by_peer()).unwrap();
    let brier = came.outcomes[0].as_ref().unwrap().brier.unwrap();
    assert!((brier - (1.0_f64 - 0.675).powi(2)).abs() < 1e-12);
    assert_eq!(resolve(came.clone(), 1, (Resolution::Came, "two owners"), &story.by_peer()).unwrap(), came);
    let other = person("other");
    let other = Actor { principal: &other, at: at("2026-12-20T08:00:00Z") };
    let again = resolve(came.clone(), 1, (Resolution::Came, "a third owner"), &other).unwrap_err();
    assert_eq!(again.kind, FailureKind::Conflict, "another reason corrects nothing");
    let own = resolve(published.clone(), 1, (Resolution::Came, "I said so"), &story.by_author()).unwrap_err();
    assert_eq!(own.kind, FailureKind::Forbidden);
    let late = Actor { principal: &story.peer, at: at("2027-02-01T08:00:00Z") };
    let both = resolve(came, 2, (Resolution::DidNotCome, "quiet"), &late).unwrap();
    let records = calibrations(std::slice::from_ref(&both));
    assert_eq!(records.len(), 2, "of everybody, and of the author");
    let all = &records[0];
    assert_eq!((all.author.as_ref(), all.judgements), (None, 2));
    assert!((all.brier - f64::midpoint(0.325_f64.powi(2), 0.325_f64.powi(2))).abs() < 1e-12);
    assert!((all.naive - 0.25).abs() < 1e-12, "nothing was resolved when they were told");
    assert_eq!((all.reference.as_str(), all.too_few), ("running base rate", true));
    assert_eq!(
        all.words.iter().map(|word| (word.word, word.came)).collect::<Vec<_>>(),
        [(Word::Unlikely, 0.0), (Word::Likely, 1.0)]
    );
    let mistaken = resolve(both.clone(), 2, (Resolution::Undecidable, "mistake"), &late).unwrap_err();
    assert_eq!(mistaken.kind, FailureKind::Forbidden, "who resolved it does not take it out of the score");
    let second = person("second");
    let second = Actor { principal: &second, at: at("2027-02-02T08:00:00Z") };
    let unsaid = resolve(both.clone(), 2, (Resolution::Undecidable, " "), &second).unwrap_err();
    assert_eq!(pointers(&unsaid), ["/note"]);
    let untold = resolve(both, 2, (Resolution::Undecidable, "no access"), &second).unwrap();
    let outcome = untold.outcomes[1].as_ref().unwrap();
    assert_eq!((outcome.brier, outcome.corrected[0].resolution), (None, Resolution::DidNotCome));
    assert_eq!((outcome.corrected[0].note.as_str(), outcome.corrected[0].at), ("quiet", late.at));
    assert!(untold.history.last().unwrap().note.contains("corrected from did_not_come to undecidable"));
    let records = calibrations(&[untold]);
    let counted = |one: &Calibration| (one.judgements, one.undecidable, one.corrected);
    assert_eq!((counted(&records[0]), counted(&records[1])), ((1, 1, 1), (1, 1, 1)));
    let open = Handling::new(Tlp::Clear, UnClass::Unclassified);
    let draft = story.draft(form(vec![judgement(Word::Likely)]), &open);
    assert!(resolve(draft, 1, (Resolution::Came, "x"), &late).is_err(), "nothing was told yet");
    assert!(resolve(published, 3, (Resolution::Came, "x"), &late).is_err(), "there is no third");
}

/// Assessments published one a day, each with one judgement that is resolved the same day; whether it came.
fn one_a_day(came: &[bool]) -> Vec<Assessment> {
    let story = Story::new();
    let days = came.iter().zip(0..).map(|(came, day)| {
        let mut one = story.published(&[Word::Likely]);
        let published: Timestamp = at("2026-01-01T08:00:00Z").plus(chrono::TimeDelta::days(day));
        one.published_at = Some(published);
        one.outcomes[0] = Some(JudgementOutcome {
            resolution: if *came { Resolution::Came } else { Resolution::DidNotCome },
            note: "seen".into(),
            by: Signature { subject: "peer".into(), name: "peer".into() },
            at: published.plus(chrono::TimeDelta::hours(2)),
            brier: Some(0.1),
            corrected: Vec::new(),
        });
        one
    });
    days.collect()
}

#[test]
fn the_score_to_beat_knows_nothing_of_what_was_resolved_later() {
    let records = calibrations(&one_a_day(&[true, true, true, false]));
    let told: [f64; 4] = [1.0 / 2.0, 2.0 / 3.0, 3.0 / 4.0, 4.0 / 5.0];
    let naive = (told[..3].iter().map(|chance| (1.0 - chance).powi(2)).sum::<f64>() + told[3].powi(2)) / 4.0;
    assert!((records[0].naive - naive).abs() < 1e-12, "{}", records[0].naive);
    let hindsight = 0.75 * 0.25;
    assert!(
        records[0].naive > hindsight,
        "always telling what came of all of them would have been knowing it"
    );
    assert!((records[1].naive - naive).abs() < 1e-12, "the same reference for a person as for everybody");
}

#[test]
fn nothing_is_said_of_who_was_better_over_fewer_than_twenty_judgements() {
    assert!(calibrations(&one_a_day(&[true; 19]))[0].too_few);
    assert!(!calibrations(&one_a_day(&[true; 20]))[0].too_few);
}

#[test]
fn whatever_is_wrong_with_an_assessment_can_be_told_in_every_language() {
    let story = Story::new();
    let (me, peer) = (story.by_author(), story.by_peer());
    let open = Handling::new(Tlp::Clear, UnClass::Unclassified);
    let written = |form: AssessmentForm| draft(AssessmentId::derived(&["1"]), form, &open, &me);
    let bare = JudgementForm {
        basis: String::new(),
        evidence: Vec::new(),
        alternatives: Vec::new(),
        would_change: Vec::new(),
        due: "2026-01-31".parse().unwrap(),
        ..judgement(Word::Likely)
    };
    let sources = SourceKind::ALL.iter().map(|kind| SourceRef { kind: *kind, id: String::new() });
    let unfit = JudgementForm { sources: sources.collect(), ..judgement(Word::Likely) };
    let submitted = |form| act(story.draft(form, &open), AssessmentAction::Submit, "", &me);
    let in_review = || submitted(form(vec![judgement(Word::Likely)])).unwrap();
    let published = || story.published(&[Word::Likely]);
    let refusals = [
        written(AssessmentForm { title: String::new(), ..form(Vec::new()) }).unwrap_err(),
        written(AssessmentForm { summary: "x".repeat(100_000), ..form(Vec::new()) }).unwrap_err(),
        written(form(vec![judgement(Word::Likely); 100])).unwrap_err(),
        written(form(vec![unfit])).unwrap_err(),
        submitted(form(Vec::new())).unwrap_err(),
        submitted(form(vec![bare])).unwrap_err(),
        act(in_review(), AssessmentAction::Approve, "", &me).unwrap_err(),
        act(in_review(), AssessmentAction::Return, "", &peer).unwrap_err(),
        act(published(), AssessmentAction::Submit, "", &me).unwrap_err(),
        resolve(in_review(), 1, (Resolution::Came, "seen"), &peer).unwrap_err(),
        resolve(published(), 1, (Resolution::Came, "seen"), &me).unwrap_err(),
        resolve(published(), 9, (Resolution::Came, "seen"), &peer).unwrap_err(),
        resolve(published(), 1, (Resolution::DidNotCome, "quiet"), &peer).unwrap_err(),
        resolve(
            resolve(published(), 1, (Resolution::Came, "seen"), &peer).unwrap(),
            1,
            (Resolution::Came, "seen by two"),
            &peer,
        )
        .unwrap_err(),
        resolve(
            resolve(published(), 1, (Resolution::Came, "seen"), &peer).unwrap(),
            1,
            (Resolution::Undecidable, "mistake"),
            &peer,
        )
        .unwrap_err(),
    ];
    for refusal in refusals {
        let details = refusal.errors.iter().map(|error| &error.detail).chain([&refusal.detail]);
        for detail in details {
            let told = contracts::reason::ASSESSMENTS
                .iter()
                .any(|one| contracts::reason::held(one, detail).is_some());
            assert!(told, "{detail}");
        }
    }
}

#[test]
fn an_empty_text_is_named_where_it_stands() {
    // what would change the mind was blank, and the alternatives were named
    let blank = JudgementForm { would_change: vec!["  ".into()], ..judgement(Word::Likely) };
    assert_eq!(pointers(&check(&form(vec![blank])).unwrap_err()), ["/judgements/0/would_change"]);
    let blank = JudgementForm { alternatives: vec![String::new()], ..judgement(Word::Likely) };
    assert_eq!(pointers(&check(&form(vec![blank])).unwrap_err()), ["/judgements/0/alternatives"]);
}
