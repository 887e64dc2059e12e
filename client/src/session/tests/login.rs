//! Logging in before the server lets us in.

use salon_config::Secret;

use super::Transcript;
use crate::session::{Login, Proving};

/// Somebody with a password whose link is up, on a server that offers this.
fn arriving(offer: &str) -> Transcript {
    let mut t = Transcript::new(&[]);
    t.session.identity.login = Some(Login {
        account: Some("user".to_owned()),
        proving: Proving::Password(Secret::new("pencil")),
    });
    t.session.identity.nonce = "rOprNGfwEbeRWgbNEkqO".to_owned();
    t.up();
    t.outputs();
    t.server(&format!(":hub CAP * LS :{offer}"));
    t
}

#[test]
fn scram_proves_both_sides_before_registration_ends() {
    let mut t = arriving("sasl=PLAIN,SCRAM-SHA-256");
    t.expect(&["-> CAP REQ sasl"]);
    t.server(":hub CAP * ACK sasl");
    t.expect(&["-> AUTHENTICATE SCRAM-SHA-256"]);
    t.server("AUTHENTICATE +");
    t.expect(&["-> AUTHENTICATE biwsbj11c2VyLHI9ck9wck5HZndFYmVSV2diTkVrcU8="]);
    // The server's part of the example in RFC 7677.
    t.server(
        "AUTHENTICATE cj1yT3ByTkdmd0ViZVJXZ2JORWtxTyVodllEcFdVYTJSYVRDQWZ1eEZJbGopaE5sRiRrMCxzPVcyMlphSjBTTlk3c29Fc1VFamI2Z1E9PSxpPTQwOTY=",
    );
    let answer = t.outputs();
    assert!(
        answer.len() == 1 && answer[0].starts_with("-> AUTHENTICATE Yz1iaXdz"),
        "{answer:?}"
    );
    t.server("AUTHENTICATE dj02cnJpVFJCaTIzV3BSUi93dHVwK21NaFVaVW4vZEI1bkxUSlJzamw5NUc0PQ==");
    t.expect(&["-> AUTHENTICATE +"]);
    t.server(":hub 900 * *!*@* user :You are now logged in as user");
    t.server(":hub 903 * :SASL authentication successful");
    t.expect(&["info You are now logged in as user", "-> CAP END"]);
}

#[test]
fn a_server_that_skips_its_proof_is_left() {
    let mut t = arriving("sasl=SCRAM-SHA-256");
    t.server(":hub CAP * ACK sasl");
    t.server("AUTHENTICATE +");
    t.outputs();
    t.server(":hub 903 * :SASL authentication successful");
    let outputs = t.outputs();
    assert_eq!(
        outputs[0],
        "rejected: could not log in: the hub can't prove that it is the one with the account"
    );
}

#[test]
fn a_refused_login_ends_it_with_the_reason() {
    let mut t = arriving("sasl=SCRAM-SHA-256");
    t.server(":hub CAP * ACK sasl");
    t.server("AUTHENTICATE +");
    t.outputs();
    t.server(":hub 904 * :SASL authentication failed");
    let outputs = t.outputs();
    assert_eq!(
        outputs[0],
        "rejected: could not log in as 'user': SASL authentication failed"
    );
}

#[test]
fn without_accounts_or_privacy_no_password_goes_out() {
    let mut t = arriving("sasl=PLAIN");
    t.server(":hub CAP * ACK sasl");
    let outputs = t.outputs();
    assert!(
        outputs[1].starts_with("rejected: could not log in: the hub wants the password as it is"),
        "{outputs:?}"
    );
    let mut t = arriving("vendor/cats");
    let outputs = t.outputs();
    assert_eq!(
        outputs[0],
        "rejected: could not log in: the hub has no accounts: it offers no SASL"
    );
}

#[test]
fn who_logs_in_by_hand_gets_the_nick_of_the_account() {
    let mut t = Transcript::new(&[]);
    t.log_in("sasl");
    t.server(":hub PONG hub :salon-0");
    t.outputs();
    t.session.me.nick = "ann_".to_owned();
    t.session.hoped_for = Some(Login {
        account: Some("Ann".to_owned()),
        proving: Proving::Password(Secret::new("pencil")),
    });
    t.server(":hub 900 ann_ ann_!a@h Ann :You are now logged in as Ann");
    let outputs = t.outputs();
    assert_eq!(
        outputs[..2],
        ["info You are now logged in as Ann", "-> NICK ann"]
    );
    assert!(
        outputs[2].starts_with("info ':save hub' keeps"),
        "{outputs:?}"
    );
    assert_eq!(outputs.len(), 3);
}
