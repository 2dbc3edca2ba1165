//! Weekly duties: which monitor owes a report of which province, and how it stands with each. The door turns monitors into
//! pseudonyms: who they are goes no further.

use contracts::{
    Failure, Principal,
    intake::weekly::{AssignMonitor, AssignmentAction, ChangeAssignment, ListAssignments, ListDue},
};
use domain::{Day, ProvinceCode, Timestamp};
use serde::Deserialize;

use super::{JSON, KNOWN_ON, Moment};
use crate::{
    Error, Gateway,
    domain::policy::{DUE_READERS, REPORT_READERS, VERIFIERS},
    http::{
        Answer, Call, Handler, Route,
        table::{handle, param},
    },
    store::tokens,
};

const fn changes(path: &'static str, handle: crate::http::table::Handle) -> Route {
    Route::post(path, VERIFIERS, Handler::Forward(handle))
        .takes("AssignmentChange")
        .answers(200, &[(JSON, "Assignment")])
        .matched()
}

/// What is done with weekly duties.
pub(crate) const ROUTES: &[Route] = &[
    Route::get("/v1/reports/due", DUE_READERS, handle!(due))
        .named(
            "listDueReports",
            "The weekly reports owed for a week, and whether they came; a monitor sees the own ones.",
        )
        .with(&[
            param("week", "Day", "any day of the week; the newest week that is over unless given"),
            param("known_on", "Time", "as was known at this moment: what had come, and was owed then"),
        ])
        .answers(200, &[(JSON, "DueReportPage")])
        .veiled(),
    Route::get("/v1/assignments", REPORT_READERS, handle!(list))
        .named("listAssignments", "Who reports of which province every week, those that go on first.")
        .with(&[KNOWN_ON])
        .answers(200, &[(JSON, "AssignmentPage")]),
    Route::post("/v1/assignments", VERIFIERS, Handler::Forward(handle!(assign)))
        .named("assignMonitor", "Has a monitor report of a province every week.")
        .takes("AssignmentForm")
        .answers(200, &[(JSON, "Assignment")])
        .tagged(),
    changes("/v1/assignments/{id}/pause", |g, c| Box::pin(change(g, c, AssignmentAction::Pause)))
        .named("pauseAssignment", "Asks for no reports for a while, with a reason."),
    changes("/v1/assignments/{id}/resume", |g, c| Box::pin(change(g, c, AssignmentAction::Resume)))
        .named("resumeAssignment", "Asks for reports again."),
    changes("/v1/assignments/{id}/end", |g, c| Box::pin(change(g, c, AssignmentAction::End)))
        .named("endAssignment", "Asks for no reports any more."),
];

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Filter {
    #[serde(default, deserialize_with = "super::when::day")]
    week: Option<Day>,
    #[serde(default, deserialize_with = "super::when::moment")]
    known_on: Option<Timestamp>,
}

async fn due(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Filter { week, known_on } = call.query()?;
    let (asker, source) = due_to(gateway, &call.principal).await?;
    Answer::whole(gateway.ask_as(&asker, None, &ListDue { week, source, known_on }).await?)
}

/// Who asks for duties, and whose: a reader for everybody's, a monitor, as a reporter, for the own ones.
///
/// # Errors
/// When the store cannot be read or written.
pub(crate) async fn due_to(
    gateway: &Gateway,
    principal: &Principal,
) -> Result<(Principal, Option<String>), Error> {
    if principal.has_any(REPORT_READERS) {
        return Ok((principal.clone(), None));
    }
    let reporter = gateway.as_reporter(principal).await?;
    let source = reporter.subject.clone();
    Ok((reporter, Some(source)))
}

async fn list(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let Moment { known_on } = call.query()?;
    Answer::whole(gateway.ask(call, &ListAssignments { source: None, known_on }).await?)
}

/// A monitor and what is asked of them.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Duty {
    /// The subject of the monitor's token.
    pub monitor: String,
    /// What the desk calls them.
    pub call_sign: String,
    /// The province.
    pub province: ProvinceCode,
    /// From when.
    #[serde(default, deserialize_with = "super::when::day")]
    pub from: Option<Day>,
}

/// The same with a pseudonym in the monitor's place.
///
/// # Errors
/// When nobody of this name is a monitor, or the call sign gives the name away.
pub(crate) async fn veiled(gateway: &Gateway, duty: Duty) -> Result<AssignMonitor, Error> {
    let Duty { monitor, call_sign, province, from } = duty;
    let refused = || Failure::invalid("the assignment cannot be made");
    if !tokens::is_monitor(&gateway.db, &monitor).await? {
        let why = "no token that counts speaks for this subject as a field_monitor; make one first, or mend the subject";
        return Err(refused().at("/monitor", why).into());
    }
    if call_sign.to_lowercase().contains(&monitor.to_lowercase()) {
        let why =
            "must not hold who the monitor is: everybody reads it; take the name of a post, as Batken 1";
        return Err(refused().at("/call_sign", why).into());
    }
    let source = gateway.pseudonym_of(&monitor).await?;
    Ok(AssignMonitor { source, call_sign, province, from })
}

async fn assign(gateway: &Gateway, call: &Call) -> Result<Answer, Error> {
    let wish = veiled(gateway, call.json()?).await?;
    let one = gateway.ask(call, &wish).await?;
    Ok(Answer::ok(&one)?.revised(one.version))
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Change {
    #[serde(default, deserialize_with = "super::when::day")]
    from: Option<Day>,
    #[serde(default, deserialize_with = "super::when::day")]
    until: Option<Day>,
    #[serde(default)]
    note: String,
}

async fn change(gateway: &Gateway, call: &Call, action: AssignmentAction) -> Result<Answer, Error> {
    let Change { from, until, note } = call.json()?;
    let wish =
        ChangeAssignment { id: call.param("id")?, action, from, until, note, version: call.if_match()? };
    let one = gateway.ask(call, &wish).await?;
    Ok(Answer::ok(&one)?.revised(one.version))
}
