//! Six processes and a nats-server, each of which can be killed at once and started again.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use contracts::Service;
use kit::{
    Clock,
    bus::{
        broker::{self, ADMIN, Broker, Keys, ServerConfig},
        connect_as, topology as bus_topology,
    },
};
use mirab::{client::Client, demo, setup, topology};
use tempfile::TempDir;

/// How long anything is waited for before a test fails.
pub const PATIENCE: Duration = Duration::from_mins(2);

pub struct Processes {
    folder: TempDir,
    broker: Broker,
    children: BTreeMap<Service, Child>,
    address: String,
}

impl Drop for Processes {
    fn drop(&mut self) {
        for child in self.children.values_mut() {
            drop(child.kill());
            drop(child.wait());
        }
    }
}

impl Processes {
    pub async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_owned();
        let keys = Keys::ensure(&data.join("keys")).unwrap();
        setup::ensure_gateway_secrets(&data.join("keys")).unwrap();
        let server = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../.tools/nats-server");
        let program = broker::find(Some(&server)).await.unwrap();
        let config = ServerConfig {
            listen: String::new(),
            monitor: None,
            store: data.join("nats/js"),
            max_store_bytes: 32 << 30,
            permissions: topology::permissions(),
        };
        let broker = Broker::start(&program, &data.join("nats"), config, &keys).await.unwrap();
        let admin = connect_as(ADMIN, &broker.url(), &keys.seed_file(ADMIN)).await.unwrap();
        bus_topology::apply(&admin, &topology::consumers(), 1).await.unwrap();
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let address = format!("http://127.0.0.1:{port}");
        for service in Service::ALL {
            let listen = if *service == Service::Gateway { port } else { 0 };
            let own = match service {
                Service::Gateway => setup::gateway_section(&data),
                _ => demo::on_top().remove(service).unwrap_or_default(),
            };
            let text = format!(
                "[service]\nlisten = \"127.0.0.1:{listen}\"\n[store]\nurl = \"sqlite:{}/{service}.db\"\n[bus]\nurl = \"{}\"\nseed_file = \"{}\"\ntrust_file = \"{}\"\n[telemetry]\nlog = \"warn\"\n{own}",
                data.display(),
                broker.url(),
                keys.seed_file(service.as_str()).display(),
                keys.trust_file().display(),
            );
            std::fs::write(data.join(format!("{service}.toml")), text).unwrap();
        }
        let mut processes = Self { folder, broker, children: BTreeMap::new(), address };
        for service in Service::ALL {
            processes.spawn(*service);
        }
        processes.wait_for_the_door().await;
        processes
    }

    fn spawn(&mut self, service: Service) {
        let config = self.folder.path().join(format!("{service}.toml"));
        let log = self.folder.path().join(format!("{service}.log"));
        let log = std::fs::OpenOptions::new().create(true).append(true).open(log).unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_mirab"))
            .args(["service", service.as_str(), "--config"])
            .arg(config)
            .args(["run"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        self.children.insert(service, child);
    }

    async fn wait_for_the_door(&self) {
        until("the gateway answers", async || {
            let at = self.address.strip_prefix("http://").unwrap();
            tokio::net::TcpStream::connect(at).await.ok().map(drop)
        })
        .await;
    }

    /// kill -9, then starts it again.
    pub async fn kill(&mut self, service: Service) {
        let child = self.children.get_mut(&service).unwrap();
        child.kill().unwrap();
        child.wait().unwrap();
        self.spawn(service);
        if service == Service::Gateway {
            self.wait_for_the_door().await;
        }
    }

    /// kill -9 of nats-server, then starts it again.
    pub async fn kill_broker(&mut self) {
        self.broker.restart().await.unwrap();
    }

    pub fn admin(&self) -> Client {
        Client::with_token_file(&self.address, &self.token_file()).unwrap()
    }
    pub fn token_file(&self) -> PathBuf {
        self.folder.path().join("admin.token")
    }
    pub fn address(&self) -> &str {
        &self.address
    }
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }
}

/// Asks again and again until there is an answer.
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
    tokio::time::timeout(PATIENCE, asking).await.unwrap_or_else(|_| panic!("too long, and not yet: {what}"))
}
