//! `receipts` in the data folder: the private key in a file of mode 0600, beside it the list of all public ones.

use std::{
    fs::{self, DirBuilder, File, OpenOptions},
    io::{self, Write as _},
    os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _},
    path::{Path, PathBuf},
};

use super::{
    secret::{SealError, Secret},
    verifier::{Verifier, Verifiers},
};

pub(super) struct Folder(PathBuf);

impl Folder {
    pub(super) fn of(data: &Path) -> Self {
        Self(data.join("receipts"))
    }

    pub(super) fn open(data: &Path) -> Result<Self, SealError> {
        let folder = Self::of(data);
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&folder.0);
        made.map_err(failed("create", &folder.0))?;
        Ok(folder)
    }

    fn key(&self) -> PathBuf {
        self.0.join("key")
    }

    fn list(&self) -> PathBuf {
        self.0.join("public-keys")
    }

    pub(super) fn has_key(&self) -> bool {
        self.key().exists()
    }

    pub(super) fn secret(&self) -> Result<Secret, SealError> {
        let path = self.key();
        let text = fs::read_to_string(&path).map_err(failed("read", &path))?;
        Secret::read(&text).ok_or(SealError::Unreadable(path))
    }

    pub(super) fn known(&self) -> Result<Verifiers, SealError> {
        let path = self.list();
        let text = match fs::read_to_string(&path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => String::new(),
            text => text.map_err(failed("read", &path))?,
        };
        Verifiers::read(&text).map_err(|_| SealError::Unreadable(path))
    }

    /// Writes the first key; where another node was quicker, its key stays.
    pub(super) fn keep_first(&self, secret: &Secret) -> Result<(), SealError> {
        let (draft, path) = (self.draft(secret)?, self.key());
        let linked = fs::hard_link(&draft, &path);
        fs::remove_file(&draft).map_err(failed("remove", &draft))?;
        match linked {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(()),
            linked => linked.and_then(|()| self.settle()).map_err(failed("write", &path)),
        }
    }

    pub(super) fn replace(&self, secret: &Secret) -> Result<(), SealError> {
        let (draft, path) = (self.draft(secret)?, self.key());
        fs::rename(&draft, &path).and_then(|()| self.settle()).map_err(failed("write", &path))
    }

    /// Adds a public key to the list.
    pub(super) fn make_known(&self, verifier: &Verifier) -> Result<(), SealError> {
        let path = self.list();
        let append = || {
            let mut file = OpenOptions::new().append(true).create(true).mode(0o644).open(&path)?;
            file.write_all(format!("{verifier}\n").as_bytes())?;
            file.sync_all()
        };
        append().map_err(failed("write", &path))
    }

    /// The key in a file of this process's own, whole on the disk.
    fn draft(&self, secret: &Secret) -> Result<PathBuf, SealError> {
        let path = self.0.join(format!("key.{}", std::process::id()));
        let write = || {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                _ => {}
            }
            let mut file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
            file.write_all(secret.text().as_bytes())?;
            file.sync_all()
        };
        write().map_err(failed("write", &path))?;
        Ok(path)
    }

    /// Makes a change of names outlive a power cut.
    fn settle(&self) -> io::Result<()> {
        File::open(&self.0)?.sync_all()
    }
}

fn failed(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> SealError {
    let path = path.to_owned();
    move |error| SealError::Folder { what, path, error }
}
