//! `salond gen-cert`: a self-signed certificate for a hub that has none, and its key.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use rcgen::{CertificateParams, DistinguishedName, DnType, KeyPair};

use super::fingerprint::Fingerprint;
use crate::clock;

/// For how many years a certificate is good. Nobody renews a self-signed one by the calendar.
const YEARS: i16 = 10;

/// The folder, below the hub's data, of a certificate that was made without saying where.
const FOLDER: &str = "tls";

/// Who may read a private key: its owner.
const KEY_MODE: u32 = 0o600;

/// Who may read a certificate: everyone.
const CERTIFICATE_MODE: u32 = 0o644;

/// The files of a certificate and its key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The certificate.
    pub cert: PathBuf,
    /// Its private key.
    pub key: PathBuf,
}

impl Files {
    /// The files in a folder.
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            cert: folder.join("cert.pem"),
            key: folder.join("key.pem"),
        }
    }

    /// The files of a hub that keeps its data in `data_dir`, where nothing else is said.
    pub fn of_hub(data_dir: &Path) -> Self {
        Self::in_folder(&data_dir.join(FOLDER))
    }
}

/// Why no certificate was made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// There is one already, which is never overwritten.
    #[error("'{}' is there already; expected a place for a new file, so move it away or name another folder", path.display())]
    Exists {
        /// The file.
        path: PathBuf,
    },
    /// A file cannot be written.
    #[error("cannot write '{}': {source}", path.display())]
    Write {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A name cannot stand in a certificate.
    #[error(
        "cannot make a certificate for {names}: {source}; expected names such as 'chat.example' or addresses"
    )]
    Names {
        /// The names.
        names: String,
        /// What is wrong with them.
        source: rcgen::Error,
    },
}

/// Makes a certificate for names and addresses, the first of them its common name, and writes it and its key. Neither
/// overwrites a file; if one of them cannot be written, neither is there. Gives the certificate's SHA-256, as 64 hexadecimal
/// digits, by which clients can trust it.
pub fn generate(names: &[String], files: &Files) -> Result<String, GenerateError> {
    for path in [&files.cert, &files.key] {
        if path.exists() {
            return Err(GenerateError::Exists { path: path.clone() });
        }
    }
    let (certificate, key, fingerprint) = make(names).map_err(|source| GenerateError::Names {
        names: names.join(", "),
        source,
    })?;
    write_new(&files.key, &key, KEY_MODE)?;
    write_new(&files.cert, &certificate, CERTIFICATE_MODE).inspect_err(|_| {
        // A key without its certificate would stand in the way of the next attempt. Failing at that is told by it.
        let _ = fs::remove_file(&files.key);
    })?;
    Ok(fingerprint.to_string())
}

fn make(names: &[String]) -> Result<(String, String, Fingerprint), rcgen::Error> {
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = DistinguishedName::new();
    if let Some(name) = names.first() {
        params
            .distinguished_name
            .push(DnType::CommonName, name.as_str());
    }
    let (year, month, day) = clock::today();
    params.not_before = rcgen::date_time_ymd(year.into(), month, day);
    // A 29th of February is not in every year.
    params.not_after = rcgen::date_time_ymd((year + YEARS).into(), month, day.min(28));
    let key = KeyPair::generate()?;
    let certificate = params.self_signed(&key)?;
    let fingerprint = Fingerprint::of(certificate.der());
    Ok((certificate.pem(), key.serialize_pem(), fingerprint))
}

fn write_new(path: &Path, text: &str, mode: u32) -> Result<(), GenerateError> {
    let write = || {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create_new(true).mode(mode).open(path)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()
    };
    write().map_err(|source| match source.kind() {
        io::ErrorKind::AlreadyExists => GenerateError::Exists {
            path: path.to_owned(),
        },
        _ => GenerateError::Write {
            path: path.to_owned(),
            source,
        },
    })
}
