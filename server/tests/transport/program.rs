//! The program itself: its options about certificates, and what it does at SIGHUP.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::path::Path;
use std::process::{Child, ChildStderr, ChildStdout, Command, Output, Stdio};

use rustix::process::{Pid, Signal, kill_process};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject as _;
use sha2::Digest as _;

use crate::fixture::{connect, make_certificate, secure, trusting};
use crate::lines::Lines;

fn salond(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_salond"));
    command
        .current_dir(folder)
        .env_clear()
        .env("HOME", folder)
        .stdin(Stdio::null());
    command
}

/// A hub in a process of its own.
struct Process {
    child: Child,
    stdout: BufReader<ChildStdout>,
    stderr: BufReader<ChildStderr>,
}

impl Process {
    fn start(command: &mut Command) -> Self {
        let mut child = command
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program starts");
        Self {
            stdout: BufReader::new(child.stdout.take().expect("a pipe")),
            stderr: BufReader::new(child.stderr.take().expect("a pipe")),
            child,
        }
    }

    /// The address of the next line on stdout.
    fn address(&mut self) -> SocketAddr {
        let mut line = String::new();
        self.stdout.read_line(&mut line).expect("a line");
        let address = line.trim_end().strip_prefix("listening on ");
        address
            .expect("the line of a listener")
            .parse()
            .expect("an address")
    }

    /// The next line of the log that has a text in it.
    fn logged(&mut self, text: &str) -> String {
        loop {
            let mut line = String::new();
            let count = self.stderr.read_line(&mut line).expect("a line");
            assert!(count > 0, "the log ends without {text:?}");
            if line.contains(text) {
                return line.trim_end().to_owned();
            }
        }
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.child), signal).expect("the hub is there");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn texts(output: &Output) -> (String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).expect("UTF-8");
    (text(&output.stdout), text(&output.stderr))
}

#[test]
fn a_certificate_is_made_once_and_found_by_the_hub() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    let make = || {
        let mut command = salond(folder);
        command.args(["gen-cert", "hub.test", "127.0.0.1"]);
        command.output().expect("the program runs")
    };
    let made = make();
    assert!(made.status.success(), "{made:?}");
    let place = folder.join(".local/share/salon/hub/tls");
    let (cert, key) = (place.join("cert.pem"), place.join("key.pem"));
    let der = CertificateDer::from_pem_file(&cert).expect("a certificate");
    let digest = sha2::Sha256::digest(&der);
    let bytes: Vec<_> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    let fingerprint = bytes.concat();
    let expected = format!(
        "cert = \"{}\"\nkey = \"{}\"\n# sha256:{fingerprint}\n",
        cert.display(),
        key.display()
    );
    assert_eq!(texts(&made), (expected, String::new()));
    let again = make();
    assert_eq!(again.status.code(), Some(1));
    assert_eq!(
        texts(&again).1,
        format!(
            "salond: '{}' is there already; expected a place for a new file, so move it away or name another folder\n",
            cert.display()
        )
    );
    let mut command = salond(folder);
    let mut hub =
        Process::start(command.args(["--listen", "127.0.0.1:0", "--tls-listen", "127.0.0.1:0"]));
    let (plain, encrypted) = (hub.address(), hub.address());
    let mut ann = Lines::new(secure(connect(encrypted), trusting(&place)));
    ann.send("CAP LS 302\r\nQUIT");
    assert!(
        !ann.rest().join(" ").contains("sts"),
        "nobody can verify this certificate"
    );
    Lines::new(connect(plain)).send("QUIT");
}

#[test]
fn without_a_certificate_the_way_to_one_is_shown() {
    let folder = tempfile::tempdir().expect("a folder");
    let refused = salond(folder.path())
        .args(["--tls-listen", "127.0.0.1:0"])
        .output()
        .expect("the program runs");
    assert_eq!(refused.status.code(), Some(2));
    let place = folder.path().join(".local/share/salon/hub/tls/cert.pem");
    assert_eq!(
        texts(&refused).1,
        format!(
            "salond: cannot read '{}': No such file or directory (os error 2); `salond gen-cert` makes a certificate and its key\n",
            place.display()
        )
    );
}

#[test]
fn checking_the_settings_covers_the_certificate() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make_certificate(folder);
    let check = |settings: &str| {
        fs::write(folder.join("hub.toml"), settings).expect("written");
        let mut command = salond(folder);
        let output = command
            .args(["--check-config", "--config", "hub.toml"])
            .output();
        let output = output.expect("the program runs");
        (output.status.code(), texts(&output))
    };
    let good = "[tls]\nlisten = \"127.0.0.1:0\"\ncert = \"cert.pem\"\nkey = \"key.pem\"\n";
    let fine = ("the settings are fine\n".to_owned(), String::new());
    assert_eq!(check(good), (Some(0), fine));
    let bad =
        "salond: hub.toml:4:7: 'cert.pem' holds no private key; expected PEM with a private key\n";
    assert_eq!(
        check(&good.replace("key.pem", "cert.pem")),
        (Some(2), (String::new(), bad.to_owned()))
    );
}

#[test]
fn a_signal_reads_everything_anew_and_what_is_bad_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let folder = folder.path();
    make_certificate(folder);
    let settings = folder.join("hub.toml");
    let good = "[server]\nname = \"hub.test\"\nlisten = \"127.0.0.1:0\"\ndata_dir = \"data\"\n\
                [tls]\nlisten = \"127.0.0.1:0\"\ncert = \"cert.pem\"\nkey = \"key.pem\"\n";
    fs::write(&settings, good).expect("written");
    let mut command = salond(folder);
    let mut hub = Process::start(command.arg("--config").arg(&settings));
    let (plain, encrypted) = (hub.address(), hub.address());
    let mut ann = Lines::new(connect(plain)).register("ann");

    fs::write(
        &settings,
        good.replace("[server]", "[server]\nmotdd = \"x\""),
    )
    .expect("written");
    hub.signal(Signal::HUP);
    let refused = hub.logged("not taken");
    let hint = format!(
        "{}:2:1: unknown key `motdd`; did you mean `motd`?",
        settings.display()
    );
    assert!(
        refused.contains(" ERROR ") && refused.ends_with(&hint),
        "{refused}"
    );

    let broken = format!("{}# no key", good.replace("key.pem", "hub.toml"));
    fs::write(&settings, broken).expect("written");
    hub.signal(Signal::HUP);
    let refused = hub.logged("not taken");
    let hint = format!(
        "{0}:8:7: '{0}' holds no private key; expected PEM with a private key",
        settings.display()
    );
    assert!(refused.ends_with(&hint), "{refused}");
    assert_eq!(
        ann.does("MOTD"),
        [":hub.test 422 ann :MOTD File is missing"]
    );

    make_certificate(folder);
    let better = good.replace("[server]", "[server]\nmotd = \"better\"\nauto_join = []");
    fs::write(&settings, better).expect("written");
    hub.signal(Signal::HUP);
    hub.logged("the settings were read anew");
    let waiting = hub.logged("server.auto_join");
    assert!(
        waiting.ends_with("takes effect when salond starts anew"),
        "{waiting}"
    );
    assert!(
        ann.does("MOTD")
            .contains(&":hub.test 372 ann :- better".to_owned())
    );
    // The certificate that is in the folder now.
    Lines::new(secure(connect(encrypted), trusting(folder))).register("bob");

    hub.signal(Signal::TERM);
    assert!(hub.child.wait().expect("an end").success());
}
