use std::sync::Arc;

use salon_protocol::Timestamp;

use super::*;
use crate::log::MemoryLog;

fn accounts() -> Accounts {
    Accounts::new(Arc::new(MemoryLog::new(1, 10)), Vec::new())
}

fn password(text: &str) -> Password {
    Password::prepare(text).expect("a password")
}

async fn register(accounts: &Accounts, name: &str, text: &str) -> Result<(), AccountError> {
    let name = name.parse().expect("a nick");
    let now = Timestamp::from_millis(1);
    let mailbox = Mailbox {
        stream: StreamId(1),
        place: DirectPlace::default(),
    };
    accounts
        .register(&name, mailbox, None, password(text), now)
        .await
        .map(drop)
}

async fn check(accounts: &Accounts, name: &str, text: &str) -> Result<String, LoginError> {
    let peer = Some("192.0.2.1".parse().expect("an address"));
    let account = accounts.check_password(peer, name, text).await;
    account.map(|account| account.name.to_string())
}

#[tokio::test]
async fn an_account_is_registered_once_and_found_whatever_the_case() {
    let accounts = accounts();
    assert_eq!(register(&accounts, "Alice", "sesame").await, Ok(()));
    assert_eq!(
        register(&accounts, "alice", "other").await,
        Err(AccountError::Exists)
    );
    assert_eq!(
        check(&accounts, "ALICE", "sesame").await,
        Ok("Alice".into())
    );
    let nick = "aLICE".parse().expect("a nick");
    assert!(accounts.keeps_from(&nick, None));
    assert!(accounts.keeps_from(&nick, Some("bob")));
    assert!(!accounts.keeps_from(&nick, Some("alice")));
}

#[tokio::test]
async fn of_two_who_register_a_name_at_once_one_gets_it() {
    let accounts = accounts();
    let (one, other) = tokio::join!(
        register(&accounts, "alice", "one"),
        register(&accounts, "alice", "other")
    );
    let mut results = [one, other];
    results.sort_by_key(Result::is_err);
    assert_eq!(results, [Ok(()), Err(AccountError::Exists)]);
}

#[tokio::test]
async fn another_password_ends_the_one_before() {
    let accounts = accounts();
    register(&accounts, "alice", "sesame").await.expect("made");
    let changed = accounts.set_password("alice", password("millet")).await;
    assert_eq!(changed, Ok(()));
    assert_eq!(
        check(&accounts, "alice", "sesame").await,
        Err(LoginError::Wrong)
    );
    assert_eq!(
        check(&accounts, "alice", "millet").await,
        Ok("alice".into())
    );
}

#[tokio::test]
async fn failures_lock_an_address_out_though_the_password_be_right() {
    let accounts = accounts();
    register(&accounts, "alice", "sesame").await.expect("made");
    for _ in 0..10 {
        let wrong = check(&accounts, "alice", "millet").await;
        assert_eq!(wrong, Err(LoginError::Wrong));
    }
    assert_eq!(
        check(&accounts, "alice", "sesame").await,
        Err(LoginError::LockedOut)
    );
    let spared = accounts.check_password(None, "alice", "sesame").await;
    assert!(spared.is_ok());
}

#[tokio::test]
async fn a_certificate_stands_for_one_account() {
    let accounts = accounts();
    for name in ["alice", "bob"] {
        register(&accounts, name, "sesame").await.expect("made");
    }
    assert_eq!(accounts.add_certificate("alice", "aa").await, Ok(()));
    assert_eq!(
        accounts.add_certificate("bob", "aa").await,
        Err(AccountError::CertificateTaken)
    );
    let owner = |fingerprint| {
        accounts
            .by_certificate(fingerprint)
            .map(|one| one.name.to_string())
    };
    assert_eq!(owner("aa").as_deref(), Some("alice"));
    assert_eq!(accounts.remove_certificate("alice", "aa").await, Ok(()));
    assert_eq!(owner("aa"), None);
}

#[tokio::test]
async fn what_the_log_refuses_to_note_is_not_known_and_may_be_noted_later() {
    let log = crate::tests::FickleLog::new();
    let accounts = Accounts::new(Arc::<crate::tests::FickleLog>::clone(&log), Vec::new());
    let (alice, bob): (Nick, Nick) = (
        "alice".parse().expect("a nick"),
        "bob".parse().expect("a nick"),
    );
    let notes = accounts.notes(&alice).await;
    let time = Timestamp::from_millis(5);
    let note = async |refuses| {
        log.refuse(refuses);
        let key = || vec![Note::Metadata("url".to_owned(), Some("x".to_owned()))];
        let done = [
            accounts
                .note(&notes, || notes.of_reading("#room", time))
                .await,
            accounts
                .note(&notes, || notes.of_writing_to(&bob, time))
                .await,
            accounts.note(&notes, key).await,
        ];
        let known = (
            notes.marker("#room"),
            notes.partners(),
            notes.metadata().iter().count(),
        );
        (done.map(Result::ok), known)
    };
    assert_eq!(note(true).await, ([None; 3], (None, Vec::new(), 0)));
    let known = (Some(time), vec![bob.clone()], 1);
    assert_eq!(note(false).await, ([Some(true); 3], known.clone()));
    assert_eq!(
        note(false).await,
        ([Some(false), Some(false), Some(true)], known)
    );
}
