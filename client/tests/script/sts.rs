//! The real program and a hub that wants TLS alone: without TLS it is gone to with it, and the next time at once.

use std::fs;

use tempfile::TempDir;

use crate::salon::{Outcome, Salon};
use crate::tls::Hub;

struct Scene {
    hub: Hub,
    state: TempDir,
}

impl Scene {
    /// A hub with a certificate for that name.
    fn set(name: &str) -> Self {
        let state = tempfile::tempdir().unwrap();
        let hub = Hub::named(name, "sts_duration = \"30d\"\n");
        Self { hub, state }
    }

    fn run(&self, address: &str) -> Outcome {
        let ca = self.hub.certificate();
        let args = [address, "--tls-ca", &ca, "--json"];
        let mut salon = Salon::new(&args);
        salon.command.env("XDG_STATE_HOME", self.state.path());
        salon.run("hello\n")
    }

    /// The port that is kept for a host.
    fn kept(&self, host: &str) -> Option<String> {
        let text = fs::read_to_string(self.state.path().join("salon/sts").join(host)).ok()?;
        text.split(' ').next().map(str::to_owned)
    }

    /// By name, and without TLS.
    fn plain(&self) -> String {
        format!("localhost:{}", self.hub.plain_address().port())
    }
}

#[track_caller]
fn check_said(outcome: &Outcome) {
    assert_eq!((outcome.code, outcome.stderr.as_str()), (Some(0), ""));
    let said = "\"text\":\"hello\"";
    assert!(outcome.stdout.contains(said), "{}", outcome.stdout);
}

#[test]
fn a_hub_that_wants_tls_is_gone_to_with_it_now_and_the_next_time() {
    let scene = Scene::set("localhost");
    check_said(&scene.run(&scene.plain()));
    let port = scene.hub.url().rsplit_once(':').unwrap().1.to_owned();
    assert_eq!(scene.kept("localhost"), Some(port));
    // Nobody listens there, and nobody is asked.
    check_said(&scene.run("localhost:1"));
}

#[test]
fn where_tls_fails_there_is_no_way_without_it() {
    let scene = Scene::set("elsewhere.test");
    let outcome = scene.run(&scene.plain());
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(3), ""));
    let reason = "its certificate is not for 'localhost' but for 'elsewhere.test'";
    assert!(outcome.stderr.contains(reason), "{}", outcome.stderr);
    assert_eq!(scene.kept("localhost"), None);
    fs::create_dir_all(scene.state.path().join("salon/sts")).unwrap();
    let kept = scene.state.path().join("salon/sts/localhost");
    let port = scene.hub.url().rsplit_once(':').unwrap().1.to_owned();
    fs::write(kept, format!("{port} 99999999999\n")).unwrap();
    let outcome = scene.run(&scene.plain());
    assert_eq!((outcome.code, outcome.stdout.as_str()), (Some(3), ""));
}

#[test]
fn an_address_is_held_to_nothing() {
    let scene = Scene::set("127.0.0.1");
    check_said(&scene.run(&scene.hub.plain_address().to_string()));
    check_said(&scene.run(&scene.hub.url()));
    assert!(!scene.state.path().join("salon/sts").exists());
}
