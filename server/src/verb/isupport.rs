//! `ISUPPORT`: shows `005` again, or before registration. <https://ircv3.net/specs/extensions/extended-isupport>

use salon_protocol::Message;

use super::{Handled, Handler, Phase, Verb};
use crate::connection::{Caps, Client, not_registered};

pub(super) const VERB: Verb = Verb {
    name: "ISUPPORT",
    params_min: 0,
    phase: Phase::Any,
    handler: Handler::Now(run),
    help: "ISUPPORT\nShows what the hub supports; before registration it needs the capability draft/extended-isupport.",
};

fn run(client: &mut Client, _message: &Message<'_>) -> Handled {
    if client.user.is_none() && !client.caps.contains(Caps::EXTENDED_ISUPPORT) {
        return Err(not_registered());
    }
    client.show_isupport();
    Ok(())
}
