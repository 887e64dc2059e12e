//! Accounts of the server: logging in after registration, making one, changing its password.
//!
//! A password comes in, goes to the server, and is in nothing that is kept or shown. Each of these
//! waits for the server's answer like any other request.

use salon_commands::Account;
use salon_config::Secret;
use salon_protocol::{Message, Timestamp};

use super::Session;
use super::capability::Capability;
use super::outcome::{Refusal, Ticket};
use super::registration::NICK_STEM_BYTES;
use super::requests::{Purpose, Request};
use super::sasl::{Login, Proving};
use super::status::Accounts;

/// The passwords that an action needs, as they were typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Passwords {
    /// The one that there is, or is to be.
    pub(crate) present: Secret,
    /// The new one, when one is changed.
    pub(crate) new: Option<Secret>,
}

impl Session {
    /// Does something with an account. The ticket is resolved when the server has dealt with it.
    pub(crate) fn account(
        &mut self,
        ticket: Ticket,
        account: Account,
        passwords: Passwords,
        now: Timestamp,
    ) {
        self.now = now;
        self.requests.open_ticket(ticket);
        let done = self
            .check_account(&account)
            .and_then(|()| self.perform_account(ticket, account, passwords));
        if let Err(refusal) = done {
            self.requests.refuse_ticket(ticket, refusal);
        }
        if let Some(outcome) = self.requests.complete_ticket(ticket) {
            self.resolve(ticket, outcome);
        }
    }

    /// Refuses what the server can't do with accounts, which needs no password to be known.
    pub(crate) fn check_account(&self, account: &Account) -> Result<(), Refusal> {
        self.require_ready()?;
        let (capability, lacking) = match account {
            Account::Register { .. } => (Capability::AccountRegistration, NO_REGISTRATION),
            Account::Login { .. } | Account::Password => (Capability::Sasl, NO_ACCOUNTS),
        };
        if self.can(capability) {
            Ok(())
        } else {
            Err(Refusal::new(lacking))
        }
    }

    fn perform_account(
        &mut self,
        ticket: Ticket,
        account: Account,
        passwords: Passwords,
    ) -> Result<(), Refusal> {
        match account {
            Account::Login { account } => {
                self.log_in(ticket, account.as_deref(), passwords.present)
            }
            Account::Register { account, email } => self.make_account(
                ticket,
                account.as_deref(),
                email.as_deref(),
                &passwords.present,
            ),
            Account::Password => self.change_password(ticket, &passwords),
        }
    }

    fn log_in(
        &mut self,
        ticket: Ticket,
        account: Option<&str>,
        password: Secret,
    ) -> Result<(), Refusal> {
        let account = account
            .unwrap_or_else(|| own_account(&self.me.nick, &self.identity.nick))
            .to_owned();
        let login = Login {
            account: Some(account),
            proving: Proving::Password(password),
            former: None,
        };
        self.begin_login(Some(ticket), &login)
            .map_err(Refusal::new)?;
        self.hoped_for = Some((ticket, login));
        Ok(())
    }

    fn make_account(
        &mut self,
        ticket: Ticket,
        account: Option<&str>,
        email: Option<&str>,
        password: &Secret,
    ) -> Result<(), Refusal> {
        let message = Message::new("REGISTER")
            .with_param(account.unwrap_or("*").to_owned())
            .with_param(email.unwrap_or("*").to_owned())
            .with_text(password.expose().to_owned());
        self.send_secret(ticket, Purpose::Ask, message)?;
        let login = Login {
            account: account.map(str::to_owned),
            proving: Proving::Password(password.clone()),
            former: None,
        };
        self.hoped_for = Some((ticket, login));
        Ok(())
    }

    fn change_password(&mut self, ticket: Ticket, passwords: &Passwords) -> Result<(), Refusal> {
        let Some(new) = &passwords.new else {
            return Err(Refusal::new("expected a new password"));
        };
        if passwords.present.expose().contains(' ') || new.expose().contains(' ') {
            return Err(Refusal::new("expected passwords without blanks"));
        }
        // A message to the service would come back as an echo; this command does not. Ergo wants the new one twice.
        let message = Message::new("NICKSERV")
            .with_param("PASSWORD")
            .with_param(passwords.present.expose().to_owned())
            .with_param(new.expose().to_owned())
            .with_param(new.expose().to_owned());
        let purpose = self.login_with(passwords.present.clone(), new.clone());
        let purpose = purpose.map_or(Purpose::Ask, Purpose::ChangePassword);
        self.send_secret(ticket, purpose, message)
    }

    /// How one logs in with a new password: not at all where nobody is logged in, or by a certificate.
    fn login_with(&self, former: Secret, new: Secret) -> Option<Login> {
        let present = self.identity.login.as_ref().map(|login| &login.proving);
        let is_by_certificate = present == Some(&Proving::Certificate);
        let account = self.me.account.clone().filter(|_| !is_by_certificate)?;
        Some(Login {
            account: Some(account),
            proving: Proving::Password(new),
            former: Some(former),
        })
    }

    fn send_secret(
        &mut self,
        ticket: Ticket,
        purpose: Purpose,
        message: Message<'static>,
    ) -> Result<(), Refusal> {
        if message.to_line().is_err() {
            return Err(Refusal::new(
                "a password has a character that no line can hold",
            ));
        }
        self.request(account_request(ticket, purpose), message);
        Ok(())
    }

    /// What the server can do with accounts.
    pub(super) fn accounts(&self) -> Accounts {
        Accounts {
            has_login: self.can(Capability::Sasl),
            has_registration: self.can(Capability::AccountRegistration),
        }
    }

    /// Whether the server has accounts to log in to.
    pub(crate) fn has_accounts(&self) -> bool {
        self.can(Capability::Sasl)
    }

    /// The account that we are logged in to.
    pub(crate) fn account_name(&self) -> Option<&str> {
        self.me.account.as_deref()
    }

    /// What has logged in by a line since the last time, to do so again on return.
    pub(crate) fn take_login(&mut self) -> Option<Login> {
        self.logged_in_by.take()
    }

    /// We are known by an account from now on, or by none.
    pub(super) fn known_by(&mut self, account: Option<String>) {
        self.me.account = account;
        let Some(account) = &self.me.account else {
            return;
        };
        // Who has yet to prove that they know the password is not to be asked by it again.
        let is_proved = !self.is_unproved();
        if let Some((_, login)) = self.hoped_for.take_if(|_| is_proved) {
            self.logged_in_by = Some(Login {
                account: Some(account.clone()),
                ..login
            });
            let wanted = self.identity.nick.clone();
            // The nick was kept from everybody else.
            if self.server.names().eq(account, &wanted) && !self.is_me(&wanted) {
                self.change_nick(&wanted);
            }
            if self.identity.login.is_none() {
                self.show_info(KEPT_HOW);
            }
        }
    }

    pub(super) fn require_ready(&self) -> Result<(), Refusal> {
        if self.is_ready() {
            Ok(())
        } else {
            Err(Refusal::new("not connected"))
        }
    }
}

/// The account that is meant when none is named: that of the nick, or of the one that was wanted, if
/// the nick is what was left of it. A nick that has an account is refused to who isn't logged in.
fn own_account<'a>(nick: &'a str, wanted: &'a str) -> &'a str {
    let stem = wanted.get(..wanted.floor_char_boundary(NICK_STEM_BYTES));
    let rest = stem.and_then(|stem| nick.strip_prefix(stem));
    let is_left = rest.is_some_and(|rest| rest.ends_with(|c: char| c == '_' || c.is_ascii_digit()));
    if is_left { wanted } else { nick }
}

const KEPT_HOW: &str = "':save hub' keeps this hub and the account: the next 'salon' logs in here, and asks for the password";
const NO_ACCOUNTS: &str = "the server has no accounts to log in to: it offers no SASL";
const NO_REGISTRATION: &str =
    "the server makes no accounts on request: it offers no draft/account-registration";

fn account_request(ticket: Ticket, purpose: Purpose) -> Request {
    Request {
        ticket: Some(ticket),
        purpose,
        subject: String::new(),
        refusal: None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn account_is_of_the_nick_that_was_wanted_or_taken() {
        for (nick, wanted, expected) in [
            ("ann", "ann", "ann"),
            ("ann_", "ann", "ann"),
            ("ann2", "ann", "ann"),
            ("alexandr1", "alexandra", "alexandra"),
            ("bob", "ann", "bob"),
            ("anna", "ann", "anna"),
        ] {
            assert_eq!(own_account(nick, wanted), expected, "{nick} for {wanted}");
        }
    }
}
