//! `USER`: who is behind a new connection. <https://modern.ircdocs.horse/#user-message>

use futures_util::future::BoxFuture;
use salon_protocol::Message;

use super::{Handled, Handler, Phase, Verb, cut, need_more_params};
use crate::connection::Client;
use crate::isupport::TEXT_BYTES_MAX;

/// The longest user name, in bytes; what is longer is cut, as is the custom.
pub(crate) const USERNAME_BYTES_MAX: usize = 20;

pub(super) const VERB: Verb = Verb {
    name: "USER",
    params_min: 4,
    phase: Phase::Unregistered,
    handler: Handler::Ask(run),
    help: "USER username 0 * :real name\nIntroduces a new connection, together with NICK.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(async move {
        let realname = message.param(3).unwrap_or_default();
        if realname.is_empty() {
            return Err(need_more_params("USER"));
        }
        let username = fit(message.param(0).unwrap_or_default());
        client.introduce().user = Some((username, cut(realname, TEXT_BYTES_MAX).to_owned()));
        client.try_register().await;
        Ok(())
    })
}

/// A user name that cannot be taken for another part of a mask.
fn fit(username: &str) -> String {
    let fit: String = username
        .chars()
        .filter(|one| one.is_ascii_alphanumeric() || matches!(one, '-' | '_' | '.'))
        .collect();
    let fit = cut(&fit, USERNAME_BYTES_MAX).to_owned();
    if fit.is_empty() {
        "user".to_owned()
    } else {
        fit
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_username_is_made_fit_for_a_mask() {
        assert_eq!(fit("al!ce@home"), "alcehome");
        assert_eq!(fit("😀"), "user");
        assert_eq!(fit(&"x".repeat(40)).len(), USERNAME_BYTES_MAX);
    }
}
