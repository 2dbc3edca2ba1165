//! The players and their moves, each over the API as a person or a system would make it.

use std::time::Duration;

use anyhow::{Context, bail};
use contracts::{Page, Role, alerts::Warning, coordination::Dissemination, intake::ImportRun};
use domain::{Level, ProvinceCode};
use indicatif::ProgressBar;
use kit::Clock;
use serde_json::{Value, json};

use super::{
    receiver::{DemoReceiver, Registration},
    scenario::Scenario,
};
use crate::{
    client::Client,
    command::{follow, print},
};

/// The provinces whose warnings are issued.
const WARNED: [&str; 2] = ["KG-B", "TJ-SU"];
/// How long any step is waited for.
const PATIENCE: Duration = Duration::from_mins(2);

/// What came in.
#[derive(Clone, Debug)]
pub struct Inflow {
    /// The two import runs.
    pub runs: Vec<ImportRun>,
    /// Field reports accepted as facts.
    pub reports: usize,
}

/// Everyone who acts.
#[derive(Debug)]
pub struct Players {
    clock: Clock,
    scenario: Scenario,
    /// Tells this play from an earlier one on the same data.
    play: String,
    pub(super) admin: Client,
    monitor: Client,
    analyst: Client,
    duty_officer: Client,
    head: Client,
    coordinator: Client,
    political_officer: Client,
}

impl Players {
    /// Gives everyone a token of their own.
    pub(super) async fn cast(admin: &Client, clock: Clock) -> anyhow::Result<Self> {
        let play = domain::ids::random_ulid(clock.now()).to_string();
        let scenario = Scenario::around(clock.now());
        let player = async |name: &str, role: Role| {
            token(admin, &play, name, (role, None)).await.map(|t| admin.as_token(&t))
        };
        Ok(Self {
            monitor: player("EXERCISE field monitor", Role::FieldMonitor).await?,
            analyst: player("EXERCISE analyst", Role::Analyst).await?,
            duty_officer: player("EXERCISE duty officer", Role::DutyOfficer).await?,
            head: player("EXERCISE head of the centre", Role::Head).await?,
            coordinator: player("EXERCISE coordinator", Role::Coordinator).await?,
            political_officer: player("EXERCISE political officer", Role::PoliticalOfficer).await?,
            admin: admin.clone(),
            clock,
            scenario,
            play,
        })
    }

    /// The key of one move in this play.
    fn key(&self, what: &str) -> String {
        format!("demo-{}-{what}", self.play)
    }

    /// Partners with their mandates, agreements and endpoints; the government's consents.
    pub(super) async fn set_the_scene(&self, receiver: &DemoReceiver) -> anyhow::Result<()> {
        for partner in self.scenario.partners()? {
            let key = partner.key();
            let post = async |path: &str, what: String, body: &Value| -> anyhow::Result<Value> {
                self.coordinator.post(path, &self.key(&what), body).await
            };
            post("/v1/organisations", format!("org-{key}"), &partner.organisation).await?;
            let held: Value = self.coordinator.get(&format!("/v1/mandates?organisation={key}")).await?;
            if held["items"].as_array().is_none_or(Vec::is_empty) {
                for (n, mandate) in partner.mandates.iter().enumerate() {
                    post("/v1/mandates", format!("mandate-{key}-{n}"), mandate).await?;
                }
                post("/v1/agreements", format!("agreement-{key}"), &partner.agreement).await?;
            }
            let token =
                token(&self.admin, &self.play, &format!("EXERCISE {key}"), (Role::Partner, Some(key)))
                    .await?;
            let endpoint: Value = self
                .admin
                .as_token(&token)
                .post(
                    "/v1/partner/endpoints",
                    &self.key(&format!("endpoint-{key}")),
                    &json!({ "url": receiver.url(key) }),
                )
                .await?;
            let secret = endpoint["secret"].as_str().context("the endpoint has no secret")?.to_owned();
            let (answer, note) = if key == "oscx" {
                ("acting", "EXERCISE: the situation cell takes it up")
            } else {
                ("understood", "")
            };
            receiver.register(key, Registration { secret, token, answer, note });
        }
        for (n, consent) in self.scenario.consents()?.iter().enumerate() {
            let asked: Value = self
                .political_officer
                .post("/v1/consents", &self.key(&format!("consent-{n}")), consent)
                .await?;
            let id = asked["id"].as_str().context("the consent has no id")?;
            let granted = json!({ "note": "EXERCISE: granted for the exercise" });
            let _: Value = self
                .political_officer
                .post(&format!("/v1/consents/{id}/grant"), &self.key(&format!("grant-{n}")), &granted)
                .await?;
        }
        print(
            "  scene         three partners with mandates and agreements; two consents of the KGZ government",
        );
        Ok(())
    }

    /// What went before, then the field reports, then the escalation.
    pub(super) async fn send_everything(&self) -> anyhow::Result<Inflow> {
        let [before, escalation] = self.scenario.observations()?;
        let first = self.import("ferghana-before.csv", before).await?;
        let reports = self.report().await?;
        let second = self.import("ferghana-escalation.csv", escalation).await?;
        Ok(Inflow { runs: vec![first, second], reports })
    }

    async fn import(&self, name: &str, text: String) -> anyhow::Result<ImportRun> {
        let received: Value = self
            .analyst
            .upload(&format!("/v1/imports?format=csv&exercise=true&name={name}"), text.into())
            .await?;
        let id = received["id"].as_str().context("the upload has no run")?;
        let run = tokio::time::timeout(PATIENCE, follow(&self.analyst, id, &ProgressBar::hidden())).await??;
        if !run.failure.is_empty() || run.quarantined > 0 {
            bail!("{name}: {} {} rows quarantined", run.failure, run.quarantined);
        }
        print(&format!(
            "  import        {name}: {} read, {} new, {} unchanged",
            run.read, run.accepted, run.unchanged
        ));
        Ok(run)
    }

    /// A monitor reports; a duty officer checks each and takes it as a fact.
    async fn report(&self) -> anyhow::Result<usize> {
        let reports = self.scenario.reports()?;
        for (n, report) in reports.iter().enumerate() {
            let receipt: Value =
                self.monitor.post("/v1/reports", &self.key(&format!("report-{n}")), report).await?;
            let id = receipt["report"].as_str().context("the receipt names no report")?.to_owned();
            self.until("a report is taken up", async || {
                let report: Value = self.duty_officer.get(&format!("/v1/reports/{id}")).await.ok()?;
                (report["state"] != "submitted").then_some(())
            })
            .await?;
            for action in ["investigate", "verify", "accept"] {
                let body = json!({ "note": "EXERCISE: checked by telephone with a second source" });
                let _: Value = self
                    .duty_officer
                    .post(&format!("/v1/reports/{id}/{action}"), &self.key(&format!("{action}-{n}")), &body)
                    .await?;
            }
        }
        print(&format!(
            "  reports       {} field reports received, checked by a second person and accepted",
            reports.len()
        ));
        Ok(reports.len())
    }

    /// Waits for the drafts, has one person submit and another approve them.
    pub(super) async fn warn(&self) -> anyhow::Result<Vec<Warning>> {
        let mut issued = Vec::new();
        for province in WARNED {
            let code: ProvinceCode = province.parse()?;
            let draft = self
                .until(&format!("a warning for {province} is drafted"), async || {
                    let drafts: Page<Warning> = self.duty_officer.get("/v1/warnings?limit=100").await.ok()?;
                    drafts.items.into_iter().find(|w| {
                        w.places.iter().any(|p| p.province.as_ref() == Some(&code)) && w.level >= Level::High
                    })
                })
                .await?;
            if draft.approved_by.is_none() {
                let path = |action: &str| format!("/v1/warnings/{}/{action}", draft.id);
                let note = json!({ "note": "EXERCISE: facts checked against the reports" });
                let _: Warning = self
                    .analyst
                    .post(&path("submit"), &self.key(&format!("submit-{province}")), &note)
                    .await?;
                let approved: Warning = self
                    .head
                    .post(&path("approve"), &self.key(&format!("approve-{province}")), &note)
                    .await?;
                print(&format!(
                    "  warning       {province}: {}, submitted by the analyst, approved by the head",
                    approved.infos.first().map_or("", |i| &i.headline)
                ));
                issued.push(approved);
            } else {
                issued.push(draft);
            }
        }
        Ok(issued)
    }

    /// Waits until every partner that was told has acknowledged.
    pub(super) async fn wait_for_partners(&self, warnings: &[Warning]) -> anyhow::Result<Vec<Dissemination>> {
        let partners = self.scenario.partners()?.len();
        let mut all = Vec::new();
        for warning in warnings {
            let told = self
                .until("every partner told has acknowledged", async || {
                    let page: Page<Dissemination> = self
                        .coordinator
                        .get(&format!("/v1/disseminations?warning={}", warning.id))
                        .await
                        .ok()?;
                    let settled =
                        |d: &Dissemination| !d.decision.releases() || !d.acknowledgements.is_empty();
                    (page.items.len() >= partners && page.items.iter().all(settled)).then_some(page.items)
                })
                .await?;
            all.extend(told);
        }
        Ok(all)
    }

    /// Asks again and again until there is an answer, at most two minutes.
    async fn until<T>(&self, what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> anyhow::Result<T> {
        let asking = async {
            loop {
                if let Some(answer) = ask().await {
                    return answer;
                }
                self.clock.sleep(Duration::from_millis(100)).await;
            }
        };
        tokio::time::timeout(PATIENCE, asking)
            .await
            .with_context(|| format!("two minutes passed and not yet: {what}"))
    }
}

/// A token of its own for one player.
async fn token(
    admin: &Client,
    play: &str,
    name: &str,
    (role, organisation): (Role, Option<&str>),
) -> anyhow::Result<String> {
    let wish = json!({ "name": name, "roles": [role], "organisation": organisation });
    let made: Value =
        admin.post("/v1/tokens", &format!("demo-{play}-{}", name.replace(' ', "-")), &wish).await?;
    Ok(made["token"].as_str().context("the answer holds no token")?.to_owned())
}
