//! Stores for tests: an SQLite file, and a PostgreSQL database of a server that this process starts.

use std::{
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::Duration,
};

use kit::{Clock, Db, Nudges, Service};
use tempfile::TempDir;

/// One store, empty and migrated, with whatever must live as long as it.
pub struct Database {
    /// `sqlite` or `postgres`.
    pub engine: &'static str,
    /// Its URL.
    pub url: String,
    /// The store.
    pub db: Db,
    /// The clock it runs by; it stands at 2026-11-23T00:00:00Z until moved.
    pub clock: Clock,
    _folder: TempDir,
    _server: Option<PostgresServer>,
}

/// A store of each kind for this service. PostgreSQL is left out, with a message, where it is not installed.
///
/// # Panics
/// When a store that should work does not: a test cannot go on.
pub async fn databases<S: Service>() -> Vec<Database> {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let url = format!("sqlite:{}/store.db", folder.path().display());
    let mut all = vec![open::<S>("sqlite", url, folder, None).await];
    match PostgresServer::start() {
        Some(server) => {
            let folder = tempfile::tempdir().expect("a temporary folder");
            let url = server.url();
            all.push(open::<S>("postgres", url, folder, Some(server)).await);
        }
        None => eprintln!("left out: PostgreSQL's initdb is not installed (Debian: postgresql)"),
    }
    all
}

async fn open<S: Service>(
    engine: &'static str,
    url: String,
    folder: TempDir,
    server: Option<PostgresServer>,
) -> Database {
    let clock = Clock::manual("2026-11-23T00:00:00Z".parse().expect("a time"));
    let db = Db::open(&url, clock.clone(), Nudges::default()).await.expect("the store opens");
    db.migrate(&S::migrations()).await.expect("the store migrates");
    db.complete(S::ENGINE_SCHEMA).await.expect("the store is completed");
    Database { engine, url, db, clock, _folder: folder, _server: server }
}

/// A PostgreSQL server on a socket of its own, without TCP.
pub struct PostgresServer {
    folder: TempDir,
    child: Child,
}

impl Drop for PostgresServer {
    fn drop(&mut self) {
        // told to end at once it gives its shared memory back; killed it would not, and the system has some thousand pieces of it
        let told = Command::new("kill").args(["-QUIT", &self.child.id().to_string()]).status();
        if !told.is_ok_and(|told| told.success()) {
            drop(self.child.kill());
        }
        drop(self.child.wait());
    }
}

impl PostgresServer {
    /// Starts one; `None` where PostgreSQL is not installed. As root it runs as the user postgres.
    ///
    /// # Panics
    /// When it is installed and does not start.
    pub fn start() -> Option<Self> {
        let programs = programs()?;
        let folder = tempfile::Builder::new().prefix("pg").tempdir().expect("a temporary folder");
        let data = folder.path().join("data");
        if is_root() {
            let owned = Command::new("chown").arg("postgres").arg(folder.path()).status();
            assert!(owned.expect("chown runs").success(), "there is no user postgres");
        }
        let initialised = as_postgres(&programs.join("initdb"), "KILL")
            .args(["-U", "postgres", "-A", "trust", "--no-sync", "-E", "UTF8", "-D"])
            .arg(&data)
            .stdout(Stdio::null())
            .status();
        assert!(initialised.expect("initdb runs").success(), "initdb failed");
        let child = as_postgres(&programs.join("postgres"), "QUIT")
            .arg("-D")
            .arg(&data)
            .args(["-c", "listen_addresses=", "-c", "fsync=off", "-c", "shared_buffers=32MB", "-k"])
            .arg(folder.path())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .expect("postgres starts");
        let server = Self { folder, child };
        server.wait_until_up();
        Some(server)
    }

    /// The URL of its database.
    pub fn url(&self) -> String {
        format!("postgres://postgres@localhost/postgres?host={}", self.folder.path().display())
    }

    fn wait_until_up(&self) {
        let socket = self.folder.path().join(".s.PGSQL.5432");
        for _ in 0..3000 {
            if socket.exists() && std::os::unix::net::UnixStream::connect(&socket).is_ok() {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("postgres did not come up in thirty seconds");
    }
}

fn is_root() -> bool {
    let id = Command::new("id").arg("-u").output();
    id.is_ok_and(|output| output.stdout.starts_with(b"0"))
}

/// Where PostgreSQL's programs lie: the newest that Debian installed, else on PATH.
fn programs() -> Option<PathBuf> {
    let mut versions: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|e| e.path().join("bin"))
        .collect();
    versions.sort();
    let debian = versions.into_iter().rev().find(|folder| folder.join("initdb").exists());
    debian.or_else(|| Command::new("initdb").arg("--version").output().is_ok().then(PathBuf::new))
}

/// A command that dies with this process, as the user postgres when this one is root.
fn as_postgres(program: &Path, signal: &str) -> Command {
    let mut command = Command::new("setpriv");
    command.args(["--pdeathsig", signal]);
    if is_root() {
        command.args(["--reuid=postgres", "--regid=postgres", "--clear-groups"]);
    }
    command.arg("--").arg(program).current_dir("/");
    command
}
