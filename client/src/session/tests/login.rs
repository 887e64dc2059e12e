//! Logging in before the server lets us in.

use salon_commands::Account;
use salon_config::Secret;

use super::{MODERN, Transcript, at};
use crate::session::{Login, Passwords, Proving, Ticket};

/// Somebody with a password whose link is up, on a server that offers this.
fn arriving(offer: &str) -> Transcript {
    let mut t = Transcript::new(&[]);
    t.session.identity.login = Some(Login {
        account: Some("user".to_owned()),
        proving: Proving::Password(Secret::new("pencil")),
        former: None,
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
fn a_refused_login_is_told_without_the_words_of_the_protocol() {
    let mut t = arriving("sasl=SCRAM-SHA-256");
    t.server(":hub CAP * ACK sasl");
    t.server("AUTHENTICATE +");
    t.outputs();
    t.server(":hub 904 * :SASL authentication failed: wrong account or password");
    let outputs = t.outputs();
    assert_eq!(
        outputs[0],
        "rejected: could not log in as 'user': wrong account or password"
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
    let hoped_for = Login {
        account: Some("Ann".to_owned()),
        proving: Proving::Password(Secret::new("pencil")),
        former: None,
    };
    t.session.hoped_for = Some((Ticket(1), hoped_for));
    t.server(":hub 900 ann_ ann_!a@h Ann :You are now logged in as Ann");
    let outputs = t.outputs();
    assert_eq!(
        outputs[..3],
        [
            "info You are now logged in as Ann",
            "-> NICK ann",
            "-> PING salon-2"
        ]
    );
    assert!(
        outputs[3].starts_with("info ':save hub' keeps"),
        "{outputs:?}"
    );
    assert_eq!(outputs.len(), 4);
}

/// Who is on a modern server without an account, and logs in by hand with this password.
fn logging_in(offer: &str, password: &str) -> Transcript {
    let mut t = Transcript::new(&[]);
    t.session.identity.is_private = true;
    t.log_in(&format!("{MODERN} sasl"));
    t.server("@label=0 :hub PONG hub salon-0");
    t.server(&format!(":hub CAP ann NEW :sasl={offer}"));
    t.outputs();
    log_in(&mut t, password);
    t
}

fn log_in(t: &mut Transcript, password: &str) {
    let passwords = Passwords {
        present: Secret::new(password),
        new: None,
    };
    let by_hand = Account::Login { account: None };
    t.ticket += 1;
    t.session
        .account(Ticket(t.ticket), by_hand, passwords, at(2));
}

#[test]
fn a_password_that_was_refused_is_not_the_one_that_logs_in() {
    let mut t = logging_in("PLAIN", "pencli");
    t.server("@label=1 AUTHENTICATE +");
    t.server("@label=2 :hub 904 ann :SASL authentication failed");
    let outputs = t.outputs();
    assert_eq!(
        outputs.last().map(String::as_str),
        Some("line 1: SASL authentication failed")
    );
    t.server(":hub 900 ann ann!a@h ann :You are now logged in as ann");
    t.expect(&["info You are now logged in as ann"]);
    assert_eq!(t.session.take_login(), None);

    let mut t = changing();
    t.server(":hub CAP ann ACK :draft/account-registration");
    let passwords = Passwords {
        present: Secret::new("short"),
        new: None,
    };
    let making = Account::Register {
        account: None,
        email: None,
    };
    t.session.account(Ticket(1), making, passwords, at(2));
    t.server("@label=1 FAIL REGISTER WEAK_PASSWORD ann :Too short");
    t.server(":hub 900 ann ann!a@h ann :You are now logged in as ann");
    assert_eq!(t.session.take_login(), None);
}

#[test]
fn a_hub_that_skips_its_proof_is_not_believed_after_arrival_either() {
    let mut t = logging_in("SCRAM-SHA-256", "pencil");
    t.expect(&["-> @label=1 AUTHENTICATE SCRAM-SHA-256"]);
    t.server("@label=1 :hub BATCH +b labeled-response");
    t.server("@batch=b :hub 900 ann ann!a@h ann :You are now logged in as ann");
    t.server("@batch=b :hub 903 ann :SASL authentication successful");
    t.server(":hub BATCH -b");
    t.expect(&[
        "info You are now logged in as ann",
        "line 1: the hub can't prove that it is the one with the account",
    ]);
    assert_eq!(t.session.take_login(), None);
}

#[test]
fn every_exchange_has_a_nonce_of_its_own() {
    let mut t = logging_in("SCRAM-SHA-256", "pencli");
    let mut firsts = Vec::new();
    for number in 0..3 {
        let (begun, said) = (1 + 2 * number, 2 + 2 * number);
        t.server(&format!("@label={begun} AUTHENTICATE +"));
        firsts.push(t.outputs().last().cloned());
        t.server(&format!(
            "@label={said} :hub 904 ann :SASL authentication failed"
        ));
        log_in(&mut t, "pencil");
    }
    // n,,n=ann,r=nonce and then the number, in base64.
    let expected = [
        "-> @label=2 AUTHENTICATE biwsbj1hbm4scj1ub25jZQ==",
        "-> @label=4 AUTHENTICATE biwsbj1hbm4scj1ub25jZTE=",
        "-> @label=6 AUTHENTICATE biwsbj1hbm4scj1ub25jZTI=",
    ];
    let firsts: Vec<_> = firsts.into_iter().flatten().collect();
    assert_eq!(firsts, expected);
}

/// Who is logged in as `ann` on a modern server, and changes the password there.
fn changing() -> Transcript {
    let mut t = Transcript::new(&[]);
    t.log_in(&format!("{MODERN} sasl"));
    t.server("@label=0 :hub PONG hub salon-0");
    t.server(":hub 900 ann ann!a@h ann :You are now logged in as ann");
    t.outputs();
    t
}

fn change(t: &mut Transcript) {
    let passwords = Passwords {
        present: Secret::new("pencil"),
        new: Some(Secret::new("crayon")),
    };
    let session = &mut t.session;
    session.account(Ticket(1), Account::Password, passwords, at(2));
    t.expect(&["-> @label=1 NICKSERV PASSWORD pencil crayon crayon"]);
}

/// The login by that password, where another one came before it.
fn login(password: &str, former: Option<&str>) -> Login {
    Login {
        account: Some("ann".to_owned()),
        proving: Proving::Password(Secret::new(password)),
        former: former.map(Secret::new),
    }
}

#[test]
fn a_changed_password_is_that_of_the_next_login() {
    let mut t = changing();
    change(&mut t);
    assert_eq!(t.session.take_login(), None, "nothing is changed yet");
    t.server("@label=1 :NickServ NOTICE ann :The password of ann is changed");
    t.expect(&[
        "notice NickServ>ann The password of ann is changed",
        "line 1: ok",
    ]);
    let expected = login("crayon", Some("pencil"));
    assert_eq!(t.session.take_login(), Some(expected));
}

#[test]
fn a_password_that_is_not_changed_stays() {
    let mut t = changing();
    change(&mut t);
    t.server("@label=1 FAIL NICKSERV NO :too short");
    t.expect(&["line 1: too short"]);
    assert_eq!(t.session.take_login(), None);

    let mut t = changing();
    let by_certificate = Login {
        account: None,
        proving: Proving::Certificate,
        former: None,
    };
    t.session.identity.login = Some(by_certificate);
    change(&mut t);
    t.server("@label=1 :NickServ NOTICE ann :The password of ann is changed");
    assert_eq!(t.session.take_login(), None, "the certificate stays");
}

#[test]
fn the_password_before_is_tried_where_a_service_did_not_take_the_new_one() {
    let mut t = Transcript::new(&[]);
    t.session.identity.is_private = true;
    t.session.identity.login = Some(login("crayon", Some("pencil")));
    t.up();
    t.outputs();
    t.server(":hub CAP * LS :sasl=PLAIN");
    t.server(":hub CAP * ACK sasl");
    t.server("AUTHENTICATE +");
    t.expect(&[
        "-> CAP REQ sasl",
        "-> AUTHENTICATE PLAIN",
        // ann, ann and crayon with NUL between them.
        "-> AUTHENTICATE YW5uAGFubgBjcmF5b24=",
    ]);
    t.server(":hub 904 * :SASL authentication failed");
    t.server("AUTHENTICATE +");
    t.server(":hub 903 * :SASL authentication successful");
    t.expect(&[
        "-> AUTHENTICATE PLAIN",
        "-> AUTHENTICATE YW5uAGFubgBwZW5jaWw=",
        "-> CAP END",
    ]);
    assert_eq!(t.session.take_login(), Some(login("pencil", None)));
}
