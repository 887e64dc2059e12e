//! What operators do with bans, and what bans do with connections.

use std::time::Duration;

use salon_protocol::{Message, numeric};

use super::client::Client;
use crate::ban::{Ban, BanKind, expiry};
use crate::clock;
use crate::identity::Identity;
use crate::inbox::Closing;
use crate::isupport::TEXT_BYTES_MAX;
use crate::metrics::Refusal;
use crate::reply::Reply;
use crate::verb;

impl Client {
    /// Who asks, if it is an operator of the hub.
    pub(crate) fn operator(&self) -> Result<std::sync::Arc<Identity>, Reply> {
        let identity = self.asker()?.identity;
        if identity.is_operator() {
            return Ok(identity);
        }
        let text = "Permission Denied- You're not an IRC operator";
        Err(Reply::numeric(numeric::ERR_NOPRIVILEGES, &[text]))
    }

    /// Sets the ban that a line asks for, `[DURATION] MASK [:REASON]`, and ends the connections that it is about.
    pub(crate) async fn ban(&mut self, kind: BanKind, message: &Message<'_>) -> Result<(), Reply> {
        let operator = self.operator()?;
        let first = message.param(0).unwrap_or_default();
        let (duration, behind) = match duration(first) {
            Some(duration) => (Some(duration), 1),
            None => (None, 0),
        };
        let given = message.param(behind).ok_or_else(|| {
            let verb = message.verb.to_ascii_uppercase();
            verb::need_more_params(&verb)
        })?;
        let mask = Ban::mask(kind, given).ok_or_else(|| invalid(message, kind, given))?;
        let reason = message.param(behind + 1).unwrap_or("No reason given");
        let now = clock::now();
        let ban = Ban {
            kind,
            mask,
            reason: verb::cut(reason, TEXT_BYTES_MAX).to_owned(),
            setter: operator.nick.to_string(),
            created: now,
            expires: expiry(now, duration),
        };
        let own_address = self.host.parse().ok();
        if ban.is_about(&operator) || own_address.is_some_and(|own| ban.is_about_address(own)) {
            let text = "This would ban yourself";
            return Err(Reply::fail(
                &message.verb.to_ascii_uppercase(),
                "BANS_YOURSELF",
                &[&ban.mask],
                text,
            ));
        }
        let added = self.hub.bans.add(ban.clone(), now).await;
        added.map_err(|error| refused(message, &error.to_string()))?;
        let until = ban.expires.map(|time| format!(" until {time}"));
        let until = until.unwrap_or_else(|| " for good".to_owned());
        tracing::info!(operator = %operator.nick, mask = ban.mask, "banned{until}");
        let ended = self.enforce(&ban).await;
        let text = format!("{} is banned{until}; connections ended: {ended}", ban.mask);
        let nick = self.nick();
        self.hub_line("NOTICE", &[&nick, &text]);
        Ok(())
    }

    /// Takes back the ban of a mask.
    pub(crate) async fn unban(
        &mut self,
        kind: BanKind,
        message: &Message<'_>,
    ) -> Result<(), Reply> {
        let operator = self.operator()?;
        let given = message.param(0).unwrap_or_default();
        let mask = Ban::mask(kind, given).ok_or_else(|| invalid(message, kind, given))?;
        let removed = self.hub.bans.remove(kind, &mask, clock::now()).await;
        removed.map_err(|error| refused(message, &error.to_string()))?;
        tracing::info!(operator = %operator.nick, mask, "ban taken back");
        let nick = self.nick();
        self.hub_line("NOTICE", &[&nick, &format!("{mask} is banned no more")]);
        Ok(())
    }

    /// Refuses somebody who is banned as this identity or from its address, and ends the connection.
    pub(crate) fn check_bans(&mut self, identity: &Identity) -> Result<(), Reply> {
        let now = clock::now();
        let bans = &self.hub.bans;
        let of_address = || bans.against_address(self.host.parse().ok()?, now);
        let Some(ban) = bans.against(identity, now).or_else(of_address) else {
            return Ok(());
        };
        self.hub.metrics.refused(Refusal::Ban);
        self.ending = Some(format!("Banned: {}", ban.reason));
        Err(Reply::numeric(
            numeric::ERR_YOUREBANNEDCREEP,
            &[&ban.sentence()],
        ))
    }

    /// Ends the connections that a ban is about, and takes out those who are always on and banned themselves; gives the
    /// number of connections.
    async fn enforce(&self, ban: &Ban) -> usize {
        let closing = || Closing {
            line: None,
            reason: format!("Banned: {}", ban.reason),
        };
        match ban.kind {
            BanKind::Address => self
                .hub
                .close_from(|address| ban.is_about_address(address), &closing),
            BanKind::Mask => {
                let mut ended = 0;
                for user in self.hub.directory.users() {
                    let identity = user.identity();
                    if ban.is_about(&identity) {
                        ended += user.session_count();
                        self.hub.expel(&user, closing()).await;
                    } else {
                        let is_meant = |host: &str| {
                            *host != *identity.host && ban.is_about(&identity.with_host(host))
                        };
                        ended += user.close_from(is_meant, &closing());
                    }
                }
                ended
            }
        }
    }
}

/// How long a ban is to last, if the text is that: with units, or minutes as operators of other servers write them.
fn duration(text: &str) -> Option<Duration> {
    let minutes = || {
        let minutes: u32 = text.parse().ok()?;
        Some(Duration::from_mins(minutes.into()))
    };
    let duration = salon_config::parse_duration(text).ok().or_else(minutes);
    duration.filter(|duration| !duration.is_zero())
}

fn invalid(message: &Message<'_>, kind: BanKind, given: &str) -> Reply {
    let text = match kind {
        BanKind::Mask => "Expected a mask such as *!*@192.0.2.*, or ~a:account",
        BanKind::Address => "Expected an address or a range, such as 192.0.2.7 or 2001:db8::/32",
    };
    let verb = message.verb.to_ascii_uppercase();
    Reply::fail(&verb, "INVALID_MASK", &[verb::fit(given)], text)
}

fn refused(message: &Message<'_>, why: &str) -> Reply {
    Reply::fail(&message.verb.to_ascii_uppercase(), "NOT_DONE", &[], why)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations_have_units_or_are_minutes() {
        let seconds = |text| duration(text).map(|duration| duration.as_secs());
        assert_eq!(seconds("1h30m"), Some(5_400));
        assert_eq!(seconds("90"), Some(5_400));
        assert_eq!(seconds("0"), None);
        assert_eq!(seconds("bob"), None);
        assert_eq!(seconds("192.0.2.7"), None);
    }
}
