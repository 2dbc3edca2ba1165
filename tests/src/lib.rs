//! A world for scenarios: the whole stack in this process with a real nats-server, people with their tokens, partners with
//! real endpoints, and moves as anyone makes them over the API.

use std::{collections::BTreeMap, path::PathBuf, time::Duration};

use contracts::{Page, Role, alerts::Warning, coordination::Dissemination, intake::ImportRun};
use kit::Clock;
use mirab::{Options, Stack, client::Client, demo};
use serde_json::{Value, json};
use tempfile::TempDir;
use testkit::Receiver;

/// How long anything is waited for before a test fails.
const PATIENCE: Duration = Duration::from_secs(60);

/// The stack and everyone who acts on it.
pub struct World {
    /// The stack; `None` while it is stopped.
    pub stack: Option<Stack>,
    /// The first token's principal.
    pub admin: Client,
    people: BTreeMap<&'static str, Client>,
    options: Options,
    folder: TempDir,
}

/// One partner as the world knows it.
pub struct Partner {
    /// Its short key.
    pub key: String,
    /// It, over the API.
    pub client: Client,
    /// Its endpoint.
    pub receiver: Receiver,
    /// The secret its endpoint was given.
    pub secret: String,
}

impl World {
    /// Starts everything on a free port in a new folder.
    pub async fn new() -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut options = Options::new(&folder.path().join("data"), "127.0.0.1:0");
        options.nats_server = Some(PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../.tools/nats-server"));
        options.on_top = demo::on_top();
        let local = "[intake.egress]\nallow = [\"127.0.0.0/8\"]\nallow_http = true\nports = [0]\n";
        options.on_top.insert(contracts::Service::Intake, local.to_owned());
        let stack = Stack::start(&options).await.expect("the stack starts");
        let admin = Client::with_token_file(&stack.address(), &stack.admin_token_file()).expect("a client");
        let mut world = Self { stack: Some(stack), admin, people: BTreeMap::new(), options, folder };
        let cast = [
            ("monitor", Role::FieldMonitor),
            ("analyst", Role::Analyst),
            ("duty", Role::DutyOfficer),
            ("head", Role::Head),
            ("coordinator", Role::Coordinator),
            ("officer", Role::PoliticalOfficer),
        ];
        for (name, role) in cast {
            let client = world.token(name, role, None).await;
            world.people.insert(name, client);
        }
        world
    }

    /// Stops everything in order and starts it again on the same data.
    pub async fn restart(&mut self) {
        if let Some(stack) = self.stack.take() {
            assert!(stack.stop().await, "everything is finished in time");
        }
        let stack = Stack::start(&self.options).await.expect("the stack starts again");
        let address = stack.address();
        self.stack = Some(stack);
        self.admin = self.admin.at(&address);
        for client in self.people.values_mut() {
            *client = client.at(&address);
        }
    }

    /// Stops everything; fails when anything was left unfinished.
    pub async fn end(mut self) {
        let stack = self.stack.take().expect("the stack runs");
        assert!(stack.stop().await, "everything is finished in time");
    }

    /// The files of all stores, of the bus and of its streams that hold this text, in whatever case.
    ///
    /// # Errors
    /// When they cannot be read.
    pub fn files_holding(&self, text: &str) -> std::io::Result<Vec<PathBuf>> {
        let wanted = text.to_lowercase().into_bytes();
        let (mut folders, mut found) = (vec![self.folder.path().to_owned()], Vec::new());
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder)? {
                let entry = entry?;
                let kind = entry.file_type()?;
                if kind.is_dir() {
                    folders.push(entry.path());
                } else if kind.is_file() {
                    let bytes = std::fs::read(entry.path())?.to_ascii_lowercase();
                    if bytes.windows(wanted.len()).any(|window| window == wanted) {
                        found.push(entry.path());
                    }
                }
            }
        }
        Ok(found)
    }

    /// One of the people: monitor, analyst, duty, head, coordinator, officer.
    pub fn person(&self, name: &str) -> &Client {
        &self.people[name]
    }

    /// A new token with this role.
    pub async fn token(&self, name: &str, role: Role, organisation: Option<&str>) -> Client {
        let wish = json!({ "name": name, "roles": [role], "organisation": organisation });
        let made: Value =
            self.admin.post("/v1/tokens", &format!("token-{name}"), &wish).await.expect("a token");
        self.admin.as_token(made["token"].as_str().expect("a token"))
    }

    /// A partner of this key with a mandate over these threats and an agreement with this precision floor, and a real endpoint
    /// that answers with these statuses.
    pub async fn partner(&self, key: &str, threats: &[&str], floor: &str, answers: &[u16]) -> Partner {
        let post = async |path: &str, body: Value| -> Value {
            self.person("coordinator").post(path, &format!("{path}-{key}"), &body).await.expect("recorded")
        };
        let name = format!("EXERCISE {key}");
        post(
            "/v1/organisations",
            json!({ "key": key, "name": name, "kind": "regional_organisation", "exercise": true }),
        )
        .await;
        post("/v1/mandates", json!({ "organisation": key, "instrument": "charter", "citation": "charter, art. 1", "functions": [],
            "threats": threats, "countries": ["KGZ", "TJK", "UZB"], "limits": [], "valid_from": "2020-01-01" })).await;
        post("/v1/agreements", json!({ "organisation": key, "title": "exchange of letters", "tlp_ceiling": "AMBER",
            "un_class_ceiling": "unclassified", "kinds": ["warning"], "precision_floor": floor, "redistribution": "derived",
            "purposes": ["early_warning"], "valid_from": "2020-01-01" })).await;
        let client = self.token(&format!("{key}-duty"), Role::Partner, Some(key)).await;
        let receiver = Receiver::start(answers).await;
        let endpoint: Value = client
            .post("/v1/partner/endpoints", &format!("endpoint-{key}"), &json!({ "url": receiver.url }))
            .await
            .expect("an endpoint");
        let secret = endpoint["secret"].as_str().expect("a secret").to_owned();
        Partner { key: key.to_owned(), client, receiver, secret }
    }

    /// Records and grants a consent of the KGZ government to this partner; gives its id.
    pub async fn consent(&self, beneficiary: &str) -> String {
        let wish = json!({ "grantor": "KGZ", "beneficiary": beneficiary, "purpose": "early_warning", "issues": ["border_tension"],
            "instrument": "note verbale 1/2026", "official": "Ministry of Foreign Affairs, duty desk", "valid_from": "2020-01-01",
            "exercise": true });
        let asked: Value = self
            .person("officer")
            .post("/v1/consents", &format!("consent-{beneficiary}"), &wish)
            .await
            .expect("requested");
        let id = asked["id"].as_str().expect("an id").to_owned();
        self.move_consent(&id, "grant").await;
        id
    }

    /// Moves a consent on.
    pub async fn move_consent(&self, id: &str, action: &str) {
        let path = format!("/v1/consents/{id}/{action}");
        let _: Value = self
            .person("officer")
            .post(&path, &format!("{action}-{id}"), &json!({ "note": "as told" }))
            .await
            .expect("moved");
    }

    /// Sends a field report of a grave border incident in Batken and has a second person check and accept it.
    pub async fn report(&self, n: usize, consent: &[&str]) -> String {
        let place = json!({ "country": "KGZ", "province": "KG-B", "name": "Ak-Sai", "lat": 39.9, "lon": 69.4 + n as f64 * 0.4, "precision": "exact" });
        let report = json!({ "title": format!("EXERCISE incident {n}"), "text": "as seen", "threat": "border_tension",
            "kind": format!("incident_{n}"), "severity": "grave", "place": place, "grade": { "reliability": "A", "credibility": 1 },
            "handling": { "tlp": "AMBER", "audience": ["*"], "consent": consent }, "exercise": true,
            "source": { "name": format!("canary-name-{n}"), "contact": "canary-contact@example.invalid" } });
        let receipt: Value = self
            .person("monitor")
            .post("/v1/reports", &format!("report-{n}"), &report)
            .await
            .expect("a receipt");
        let id = receipt["report"].as_str().expect("an id").to_owned();
        self.accept(&id).await;
        id
    }

    /// Has a second person check and accept a report, once it is there.
    pub async fn accept(&self, id: &str) {
        let duty = self.person("duty");
        until("the report is taken up", async || {
            let report: Value = duty.get(&format!("/v1/reports/{id}")).await.ok()?;
            (report["state"] == "triage").then_some(())
        })
        .await;
        for action in ["investigate", "verify", "accept"] {
            let path = format!("/v1/reports/{id}/{action}");
            let _: Value = duty
                .post(&path, &format!("{action}-{id}"), &json!({ "note": "checked" }))
                .await
                .expect(action);
        }
    }

    /// Enough grave incidents that Batken rises to high.
    pub async fn escalate(&self, consent: &[&str]) {
        for n in 0..5 {
            self.report(n, consent).await;
        }
    }

    /// The draft for Batken, once there is one, submitted by the analyst and approved by the head.
    pub async fn issue(&self) -> Warning {
        let draft = self.draft().await;
        let path = |action: &str| format!("/v1/warnings/{}/{action}", draft.id);
        let note = json!({ "note": "checked" });
        let _: Warning =
            self.person("analyst").post(&path("submit"), "submit", &note).await.expect("submitted");
        self.person("head").post(&path("approve"), "approve", &note).await.expect("approved")
    }

    /// The draft for Batken, once there is one.
    pub async fn draft(&self) -> Warning {
        until("a warning is drafted", async || {
            let page: Page<Warning> = self.person("duty").get("/v1/warnings").await.ok()?;
            page.items.into_iter().next()
        })
        .await
    }

    /// What became of a warning for everyone, once that is so.
    pub async fn told(
        &self,
        warning: &Warning,
        settled: impl Fn(&[Dissemination]) -> bool,
    ) -> Vec<Dissemination> {
        until("it was decided and delivered", async || {
            let path = format!("/v1/disseminations?warning={}", warning.id);
            let page: Page<Dissemination> = self.person("coordinator").get(&path).await.ok()?;
            settled(&page.items).then_some(page.items)
        })
        .await
    }

    /// Sends a file and waits for its run to be over.
    pub async fn import(&self, format: &str, name: &str, body: Vec<u8>) -> ImportRun {
        let path = format!("/v1/imports?format={format}&name={name}");
        let received: Value = self.person("analyst").upload(&path, body.into()).await.expect("taken");
        let id = received["id"].as_str().expect("a run").to_owned();
        self.run(&id).await
    }

    /// A run, once it is over.
    pub async fn run(&self, id: &str) -> ImportRun {
        until("the run is over", async || {
            let run: ImportRun = self.person("analyst").get(&format!("/v1/imports/{id}")).await.ok()?;
            run.finished_at.is_some().then_some(run)
        })
        .await
    }
}

/// Asks again and again until there is an answer; fails after a minute.
pub async fn until<T>(what: &str, mut ask: impl AsyncFnMut() -> Option<T>) -> T {
    let clock = Clock::system();
    let asking = async {
        loop {
            if let Some(answer) = ask().await {
                return answer;
            }
            clock.sleep(Duration::from_millis(50)).await;
        }
    };
    tokio::time::timeout(PATIENCE, asking)
        .await
        .unwrap_or_else(|_| panic!("a minute passed and not yet: {what}"))
}
