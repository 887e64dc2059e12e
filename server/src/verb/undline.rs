//! `UNDLINE`: takes back what `DLINE` set.

use futures_util::future::BoxFuture;
use salon_protocol::Message;

use super::{Handled, Handler, Phase, Verb};
use crate::ban::BanKind;
use crate::connection::Client;

pub(super) const VERB: Verb = Verb {
    name: "UNDLINE",
    params_min: 1,
    phase: Phase::Registered,
    handler: Handler::Ask(run),
    help: "UNDLINE address\nTakes back a ban that DLINE set; for operators of the server.",
};

fn run<'a>(client: &'a mut Client, message: &'a Message<'a>) -> BoxFuture<'a, Handled> {
    Box::pin(client.unban(BanKind::Address, message))
}
