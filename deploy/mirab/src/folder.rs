//! The data folder, held by one process at a time: two of them would each put messages in order by themselves.

use std::{
    fs::{File, TryLockError},
    path::Path,
};

use anyhow::Context;

/// The file by which a folder is held.
const LOCK: &str = "in-use.lock";

/// A data folder that this process holds until it ends; the operating system frees it, however the process ends.
#[derive(Debug)]
pub struct Held {
    _file: File,
}

impl Held {
    /// Makes the folder where it is missing, and holds it.
    ///
    /// # Errors
    /// When the folder cannot be written, or another process holds it.
    pub fn of(folder: &Path) -> anyhow::Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        let path = folder.join(LOCK);
        let file = File::create(&path).with_context(|| format!("cannot write {}", path.display()))?;
        match file.try_lock() {
            Ok(()) => Ok(Self { _file: file }),
            Err(TryLockError::WouldBlock) => anyhow::bail!(
                "{} is in use: another `mirab up` runs on it. Stop that one, or give this one a folder of its own with --data",
                folder.display()
            ),
            Err(TryLockError::Error(error)) => {
                Err(error).with_context(|| format!("cannot hold {}", path.display()))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_in_use_is_refused_and_free_again_behind_whoever_held_it() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let held = Held::of(&data).unwrap();
        let refused = Held::of(&data).unwrap_err().to_string();
        assert!(refused.contains("is in use") && refused.contains("--data"), "{refused}");
        drop(held);
        Held::of(&data).unwrap();
    }
}
