//! The broker: keys for every identity, the server's configuration with each one's permissions, and nats-server as a child.

use std::{
    collections::BTreeMap,
    io::Write,
    os::unix::fs::OpenOptionsExt,
    path::{Path, PathBuf},
    process::Stdio,
    time::Duration,
};

use contracts::Service;
use nkeys::KeyPair;
use tokio::process::{Child, Command};

use super::permissions::Permissions;

/// The oldest nats-server that is used: older ones have known holes (RELIABILITY 0).
pub const OLDEST: (u32, u32, u32) = (2, 14, 5);

/// The identity that applies the topology.
pub const ADMIN: &str = "admin";

/// Where the keys of one deployment lie: `NAME.nk` for each identity, and `trust.json` with the public ones.
#[derive(Clone, Debug)]
pub struct Keys(PathBuf);

impl Keys {
    /// The keys in this folder; those that are missing are made. Seeds are readable by their owner alone.
    ///
    /// # Errors
    /// When the folder cannot be written or a seed there is none.
    pub fn ensure(folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let keys = Self(folder.to_owned());
        for name in identities() {
            if !keys.seed_file(name).exists() {
                let seed = KeyPair::new_user().seed()?;
                write_secret(&keys.seed_file(name), &seed)?;
            }
        }
        let trust: BTreeMap<Service, String> =
            Service::ALL.iter().map(|s| Ok((*s, keys.public(s.as_str())?))).collect::<anyhow::Result<_>>()?;
        std::fs::write(keys.trust_file(), serde_json::to_string_pretty(&trust)?)?;
        Ok(keys)
    }
    /// The seed of one identity.
    pub fn seed_file(&self, name: &str) -> PathBuf {
        self.0.join(format!("{name}.nk"))
    }
    /// The public keys of all services.
    pub fn trust_file(&self) -> PathBuf {
        self.0.join("trust.json")
    }
    /// The public key of one identity.
    ///
    /// # Errors
    /// When its seed cannot be read.
    pub fn public(&self, name: &str) -> anyhow::Result<String> {
        Ok(KeyPair::from_seed(&crate::config::read_file(&self.seed_file(name))?)?.public_key())
    }
}

/// Writes a file that only its owner may read; one that is there is not changed.
///
/// # Errors
/// When it is there already or cannot be written.
pub fn write_secret(file: &Path, secret: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600).open(file)?.write_all(secret.as_bytes())
}

/// Everyone who connects.
fn identities() -> impl Iterator<Item = &'static str> {
    Service::ALL.iter().map(|service| service.as_str()).chain([ADMIN])
}

/// What the server's configuration is made from.
#[derive(Clone, Debug)]
pub struct ServerConfig {
    /// Address to listen on: `127.0.0.1:4222`; port -1 takes a free one.
    pub listen: String,
    /// Address of the monitoring page; `None` for none.
    pub monitor: Option<String>,
    /// Where streams are kept.
    pub store: PathBuf,
    /// How many bytes all streams may take.
    pub max_store_bytes: u64,
    /// What each identity may do, by name.
    pub permissions: Vec<(&'static str, Permissions)>,
}

impl ServerConfig {
    /// The configuration in nats-server's own form. Every acknowledged message is on disk (`sync_interval: always`).
    ///
    /// # Errors
    /// When a key cannot be read.
    pub fn render(&self, keys: &Keys) -> anyhow::Result<String> {
        let user = |(name, permissions): &(&'static str, Permissions)| {
            let (public, publish, subscribe) =
                (keys.public(name)?, quoted(&permissions.publish), quoted(&permissions.subscribe));
            anyhow::Ok(format!(
                "      {{ nkey: {public} # {name}\n        permissions: {{\n          publish: {{ allow: [{publish}] }}\n          \
                 subscribe: {{ allow: [{subscribe}] }}\n        }} }}\n"
            ))
        };
        let users = self.permissions.iter().map(user).collect::<anyhow::Result<String>>()?;
        let monitor = self.monitor.as_ref().map(|at| format!("http: \"{at}\"\n")).unwrap_or_default();
        let (listen, store, bytes) = (&self.listen, self.store.display(), self.max_store_bytes);
        Ok(format!(
            "server_name: mirab\nlisten: \"{listen}\"\n{monitor}max_connections: 64\nmax_payload: 8MB\nmax_pending: 64MB\n\
             max_subscriptions: 1024\nwrite_deadline: \"5s\"\nping_interval: \"20s\"\nping_max: 3\n\
             lame_duck_duration: \"30s\"\nlame_duck_grace_period: \"5s\"\ndebug: false\ntrace: false\n\
             jetstream {{ store_dir: \"{store}\", max_mem: 64MB, max_file: {bytes}, sync_interval: always }}\n\
             authorization {{ timeout: 2 }}\n\
             accounts {{\n  MIRAB: {{\n    jetstream: enabled\n    users: [\n{users}    ]\n  }}\n}}\n"
        ))
    }
}

fn quoted(subjects: &[String]) -> String {
    subjects.iter().map(|subject| format!("\"{subject}\"")).collect::<Vec<_>>().join(", ")
}

/// Finds nats-server: the path given, `.tools/` here or above, then PATH. It must be new enough.
///
/// # Errors
/// When there is none or it is too old; the error says how to get one.
pub async fn find(given: Option<&Path>) -> anyhow::Result<PathBuf> {
    let mut places: Vec<PathBuf> = given.map(Path::to_owned).into_iter().collect();
    let here = std::env::current_dir()?;
    places.extend(here.ancestors().map(|folder| folder.join(".tools/nats-server")));
    if let Ok(program) = std::env::current_exe() {
        places.extend(program.ancestors().map(|folder| folder.join(".tools/nats-server")));
    }
    places.push(PathBuf::from("nats-server"));
    let mut seen = String::new();
    for place in places {
        let Ok(output) = Command::new(&place).arg("--version").output().await else { continue };
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        if version(&text).is_some_and(|version| version >= OLDEST) {
            return Ok(place);
        }
        seen = format!(" ({} is {})", place.display(), text.trim());
    }
    let (major, minor, patch) = OLDEST;
    anyhow::bail!(
        "no nats-server {major}.{minor}.{patch} or newer was found{seen}; run deploy/get-nats-server, or name one with --nats-server"
    )
}

fn version(text: &str) -> Option<(u32, u32, u32)> {
    let mut numbers = text.split('v').next_back()?.trim().split('.').map(|part| part.parse().ok());
    Some((numbers.next()??, numbers.next()??, numbers.next()??))
}

/// A nats-server that this process started, and stops.
#[derive(Debug)]
pub struct Broker {
    program: PathBuf,
    folder: PathBuf,
    config: PathBuf,
    port: u16,
    child: Child,
}

impl Broker {
    /// Starts a server in this folder on a free port of the loopback address and waits until it takes connections.
    ///
    /// # Errors
    /// When it cannot be started or does not come up within ten seconds; its log is in the folder.
    pub async fn start(
        program: &Path,
        folder: &Path,
        mut config: ServerConfig,
        keys: &Keys,
    ) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder)?;
        let port = free_port()?;
        config.listen = format!("127.0.0.1:{port}");
        let file = folder.join("nats.conf");
        std::fs::write(&file, config.render(keys)?)?;
        let child = spawn(program, folder, &file)?;
        let mut broker =
            Self { program: program.to_owned(), folder: folder.to_owned(), config: file, port, child };
        broker.wait_until_up().await?;
        Ok(broker)
    }
    /// Where it listens.
    pub fn url(&self) -> String {
        format!("nats://127.0.0.1:{}", self.port)
    }
    /// Its process id while it runs.
    pub fn id(&self) -> Option<u32> {
        self.child.id()
    }
    /// Resolves when the server ends by itself.
    pub async fn ended(&mut self) {
        drop(self.child.wait().await);
    }
    /// Starts it again on the same port after it ended.
    ///
    /// # Errors
    /// As [`Broker::start`].
    pub async fn restart(&mut self) -> anyhow::Result<()> {
        drop(self.child.kill().await);
        self.child = spawn(&self.program, &self.folder, &self.config)?;
        self.wait_until_up().await
    }
    /// Kills it at once.
    pub async fn kill(&mut self) {
        drop(self.child.kill().await);
    }
    /// Tells it to finish and waits; kills it when it does not.
    pub async fn stop(mut self) {
        if let Some(id) = self.child.id() {
            drop(Command::new("kill").args(["-TERM", &id.to_string()]).status().await);
            if tokio::time::timeout(Duration::from_secs(10), self.child.wait()).await.is_err() {
                drop(self.child.kill().await);
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "waits for another process, which knows no injected clock")]
    async fn wait_until_up(&mut self) -> anyhow::Result<()> {
        for _ in 0..1000 {
            if let Some(status) = self.child.try_wait()? {
                anyhow::bail!(
                    "nats-server ended with {status}; see {}",
                    self.folder.join("nats.log").display()
                );
            }
            if tokio::net::TcpStream::connect(("127.0.0.1", self.port)).await.is_ok() {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        anyhow::bail!(
            "nats-server did not come up in ten seconds; see {}",
            self.folder.join("nats.log").display()
        )
    }
}

fn free_port() -> std::io::Result<u16> {
    Ok(std::net::TcpListener::bind("127.0.0.1:0")?.local_addr()?.port())
}

/// Starts the server so that it dies with this process where the system can do that (`setpriv --pdeathsig`).
fn spawn(program: &Path, folder: &Path, config: &Path) -> anyhow::Result<Child> {
    let tie = Path::new("/usr/bin/setpriv");
    let mut command = if tie.exists() {
        let mut command = Command::new(tie);
        command.args(["--pdeathsig", "KILL", "--"]).arg(program);
        command
    } else {
        Command::new(program)
    };
    let log = std::fs::OpenOptions::new().create(true).append(true).open(folder.join("nats.log"))?;
    let child = command
        .arg("-c")
        .arg(config)
        .stdin(Stdio::null())
        .stdout(log.try_clone()?)
        .stderr(log)
        .kill_on_drop(true);
    Ok(child.spawn()?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_version_is_read_from_what_the_server_prints() {
        assert_eq!(version("nats-server: v2.15.1\n"), Some((2, 15, 1)));
        assert_eq!(version("something else"), None);
    }

    #[test]
    fn the_configuration_has_allow_lists_only() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::ensure(folder.path()).unwrap();
        let config = ServerConfig {
            listen: "127.0.0.1:-1".into(),
            monitor: None,
            store: "/tmp/x".into(),
            max_store_bytes: 1 << 30,
            permissions: vec![(
                "intake",
                super::super::permissions::of(
                    Service::Intake,
                    &[],
                    super::super::permissions::Extras::default(),
                ),
            )],
        };
        let text = config.render(&keys).unwrap();
        for forbidden in ["deny", "allow_responses", "password", "no_auth_user", "\">\""] {
            assert!(!text.contains(forbidden), "{forbidden}");
        }
    }
}
