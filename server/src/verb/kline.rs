//! `KLINE`: bans a mask of people, or an account, for a time or for good.

use futures_util::future::BoxFuture;
use salon_protocol::Message;

use super::{Handled, Handler, Phase, Verb};
use crate::ban::BanKind;
use crate::connection::Client;

pub(super) const VERB: Verb = Verb {
    name: "KLINE",
    params_min: 1,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "KLINE [duration] mask [:reason]\nBans a mask of people, or an account (nick!user@host with * and ?, or ~a:account) for a time such as 30m, 2h or 7d, where a bare number is minutes, or for good; for operators of the server. STATS k lists these bans.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(client.ban(BanKind::Mask, message))
}
