//! First start: keys, passwords and nats.conf, made once and never shown. On one machine they lie in the data folder; for
//! containers each goes to a folder of its own, readable by its owner alone.

use std::path::{Path, PathBuf};

use anyhow::Context;
use base64::{Engine, prelude::BASE64_URL_SAFE_NO_PAD};
use contracts::Service as Name;
use kit::bus::broker::{ADMIN, Keys, ServerConfig, write_secret};
use nkeys::XKey;
use rand::Rng;

use crate::topology;

/// The key that seals reporters' identities; only intake holds its other half.
const SEAL_PUBLIC: &str = "intake.seal.public";
/// The other half.
const SEAL_PRIVATE: &str = "intake.seal";
/// The key that turns identities into pseudonyms.
const PSEUDONYM: &str = "pseudonym.key";

/// Makes what the gateway needs besides its identity, where it is missing.
///
/// # Errors
/// When the folder cannot be written.
pub fn ensure_gateway_secrets(keys: &Path) -> anyhow::Result<()> {
    if !keys.join(SEAL_PRIVATE).exists() {
        let seal = XKey::new();
        write_secret(&keys.join(SEAL_PRIVATE), &seal.seed()?)?;
        std::fs::write(keys.join(SEAL_PUBLIC), seal.public_key())?;
    }
    if !keys.join(PSEUDONYM).exists() {
        write_secret(&keys.join(PSEUDONYM), &secret())?;
    }
    Ok(())
}

/// The gateway's own keys when everything lies in one folder.
pub fn gateway_section(data: &Path) -> String {
    let (data, keys) = (data.display(), data.join("keys"));
    let keys = keys.display();
    format!(
        "[gateway]\nadmin_token_file = \"{data}/admin.token\"\nseal_key_file = \"{keys}/{SEAL_PUBLIC}\"\npseudonym_key_file = \"{keys}/{PSEUDONYM}\"\n"
    )
}

/// Thirty-two random bytes as text.
fn secret() -> String {
    let mut bytes = [0_u8; 32];
    rand::rng().fill(&mut bytes);
    BASE64_URL_SAFE_NO_PAD.encode(bytes)
}

/// What a set-up for containers is made for.
#[derive(Clone, Debug)]
pub struct Containers {
    /// The folder that holds one folder for each container.
    pub keys: PathBuf,
    /// The host name of PostgreSQL.
    pub postgres: String,
    /// Where NATS keeps its streams, inside its container.
    pub nats_store: PathBuf,
}

impl Containers {
    /// Makes everything that is missing; what is there stays, so that it may run at every start.
    ///
    /// # Errors
    /// When a folder cannot be written.
    pub fn ensure(&self) -> anyhow::Result<()> {
        let all = self.keys.join("all");
        let keys = Keys::ensure(&all)?;
        ensure_gateway_secrets(&all)?;
        self.give(&keys.seed_file(ADMIN), ADMIN, "seed.nk")?;
        for service in Name::ALL {
            let name = service.as_str();
            self.give(&keys.seed_file(name), name, "seed.nk")?;
            self.give(&keys.trust_file(), name, "trust.json")?;
            self.database(name)?;
        }
        for file in [SEAL_PUBLIC, PSEUDONYM] {
            self.give(&all.join(file), Name::Gateway.as_str(), file)?;
        }
        self.give(&all.join(SEAL_PRIVATE), Name::Intake.as_str(), SEAL_PRIVATE)?;
        self.once("postgres", "superuser.password", secret)?;
        let config = ServerConfig {
            listen: "0.0.0.0:4222".to_owned(),
            monitor: Some("127.0.0.1:8222".to_owned()),
            store: self.nats_store.clone(),
            max_store_bytes: 32 << 30,
            permissions: topology::permissions(),
        };
        let file = self.keys.join("nats").join("nats.conf");
        std::fs::write(&file, config.render(&keys)?)
            .with_context(|| format!("cannot write {}", file.display()))
    }

    /// A password for the service's role, known to PostgreSQL and inside the service's URL, and nowhere else.
    fn database(&self, name: &str) -> anyhow::Result<()> {
        let password = self.once("postgres", &format!("{name}.password"), secret)?;
        let url = format!("postgres://{name}:{password}@{}/{name}", self.postgres);
        self.once(name, "store.url", || url)?;
        Ok(())
    }

    /// Copies a file into a container's folder, where it is not there yet or has changed.
    fn give(&self, file: &Path, to: &str, as_name: &str) -> anyhow::Result<()> {
        let target = self.keys.join(to).join(as_name);
        std::fs::copy(file, &target).with_context(|| format!("cannot write {}", target.display()))?;
        Ok(())
    }

    /// The text in a container's file, made where it is not there yet.
    fn once(&self, to: &str, name: &str, make: impl FnOnce() -> String) -> anyhow::Result<String> {
        let file = self.keys.join(to).join(name);
        if !file.exists() {
            write_secret(&file, &make()).with_context(|| format!("cannot write {}", file.display()))?;
            // PostgreSQL's container reads as a user of its own; the volume is mounted nowhere else
            if to == "postgres" {
                use std::os::unix::fs::PermissionsExt;
                std::fs::set_permissions(&file, std::fs::Permissions::from_mode(0o444))?;
            }
        }
        Ok(std::fs::read_to_string(&file)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_set_up_changes_no_secret() {
        let folder = tempfile::tempdir().unwrap();
        let containers = Containers {
            keys: folder.path().into(),
            postgres: "postgres".into(),
            nats_store: "/data/js".into(),
        };
        for name in Name::ALL.iter().map(|n| n.as_str()).chain([ADMIN, "all", "nats", "postgres"]) {
            std::fs::create_dir(folder.path().join(name)).unwrap();
        }
        let read = |file: &str| std::fs::read_to_string(folder.path().join(file)).unwrap();
        containers.ensure().unwrap();
        let before: Vec<String> =
            ["intake/store.url", "gateway/pseudonym.key", "alerts/seed.nk", "nats/nats.conf"]
                .map(read)
                .into();
        containers.ensure().unwrap();
        let after: Vec<String> =
            ["intake/store.url", "gateway/pseudonym.key", "alerts/seed.nk", "nats/nats.conf"]
                .map(read)
                .into();
        assert_eq!(before, after);
        assert!(!folder.path().join("alerts/pseudonym.key").exists());
        let admin: Vec<_> = std::fs::read_dir(folder.path().join(ADMIN)).unwrap().flatten().collect();
        assert_eq!(admin.len(), 1, "whoever applies the topology holds its own seed and no other's");
    }
}
