//! `DLINE`: bans an address or a range of them, for a time or for good.

use futures_util::future::BoxFuture;
use salon_protocol::Message;

use super::{Handled, Handler, Phase, Verb};
use crate::ban::BanKind;
use crate::connection::Client;

pub(super) const VERB: Verb = Verb {
    name: "DLINE",
    params_min: 1,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "DLINE [duration] address [:reason]\nBans an address or a range of them (such as 192.0.2.7 or 2001:db8::/32) for a time such as 30m, 2h or 7d, where a bare number is minutes, or for good; for operators of the server. STATS d lists these bans.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(client.ban(BanKind::Address, message))
}
