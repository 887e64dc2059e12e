//! Servers that want to be spoken to over TLS alone. Without TLS such a server is left for its port with TLS, before
//! it is told any password; over TLS its wish is kept for the next time, and again when the connection ends.
//! Nothing leads back: where TLS fails, there is no connection. <https://ircv3.net/specs/extensions/sts>

use super::{Conversation, Plan, clock};
use crate::policies::Policies;
use crate::session::Strictness;

impl Plan {
    /// Goes by what the server is known to want.
    pub(super) fn heed_policy(&mut self) {
        let policies = self.policies.as_ref();
        let port = policies.and_then(|policies| policies.port(&self.host, clock()));
        self.secure_port = port
            .or(self.secure_port)
            .filter(|_| !self.is_tls_asked_for());
    }
}

impl Conversation {
    /// What a server wants is obeyed at once.
    pub(super) fn take_strictness(&mut self, wish: Strictness) {
        if !Policies::can_hold(&self.plan.host) {
            return;
        }
        if self.plan.tls().is_some() {
            self.strict_seconds = wish.seconds;
            self.keep_strictness();
        } else if let Some(port) = wish.port
            && self.session.is_registering()
            && self.quit_at.is_none()
        {
            self.go_to_secure_port(port);
        }
    }

    /// Keeps what the server wants, from now on.
    pub(super) fn keep_strictness(&mut self) {
        let (Some(seconds), Some(policies)) = (self.strict_seconds, &self.plan.policies) else {
            return;
        };
        let port = self.plan.link_port();
        if let Err(error) = policies.keep(&self.plan.host, port, seconds, clock()) {
            self.inform(&format!(
                "that {} wants TLS is not kept for the next time: {error}",
                self.plan.host
            ));
        }
    }

    fn go_to_secure_port(&mut self, port: u16) {
        self.link.abort();
        let mut plan = self.plan.clone();
        plan.secure_port = Some(port);
        self.inform(&format!("{} wants TLS, on port {port}", plan.host));
        self.begin_connecting(Box::new(plan));
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use salon_config::{Secret, Transport};
    use tokio::time::Instant;

    use super::*;
    use crate::conversation::local_tests::heard;
    use crate::conversation::tests::{plan, start_with};

    /// What is kept after a hub has said this over TLS, and then closed.
    async fn kept_after(lines: &[&str]) -> Option<u16> {
        let home = tempfile::tempdir().unwrap();
        let policies = Policies::new(home.path().join("sts"));
        policies.keep("localhost", 7000, 60, clock()).unwrap();
        let plan = Plan {
            transport: Transport::Tls,
            policies: Some(policies.clone()),
            ..plan()
        };
        let (mut conversation, mut hub) = start_with(plan);
        hub.say(lines).await;
        hub.say(&["PING end"]).await;
        while heard(&mut conversation, &mut hub).await != "PONG end" {}
        drop(hub);
        conversation.leave().await;
        policies.port("localhost", clock())
    }

    #[tokio::test(start_paused = true)]
    async fn over_tls_the_duration_counts_and_the_port_is_the_one_in_use() {
        let kept = kept_after(&[":hub CAP * LS :sts=port=1,duration=60"]).await;
        assert_eq!(kept, Some(6000));
        let kept = kept_after(&[":hub CAP * LS :sts=port=1"]).await;
        assert_eq!(kept, Some(7000), "without a duration it is no policy");
        let kept = kept_after(&[":hub CAP * LS :sts=duration=0"]).await;
        assert_eq!(kept, None);
    }

    #[tokio::test(start_paused = true)]
    async fn the_last_wish_of_a_server_counts() {
        let lines = [
            ":hub CAP * LS :sts=duration=60",
            ":hub CAP * NEW :sts=duration=0",
        ];
        assert_eq!(kept_after(&lines).await, None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_password_goes_without_tls_only_to_who_does_not_want_that() {
        let mut plan = plan();
        plan.host = "hub.example".to_owned();
        plan.identity.password = Some(Secret::new("key"));
        let (mut conversation, mut hub) = start_with(plan.clone());
        assert_eq!(heard(&mut conversation, &mut hub).await, "CAP LS 302");
        let begin = Instant::now();
        assert_eq!(heard(&mut conversation, &mut hub).await, "PASS key");
        assert_eq!(begin.elapsed(), Duration::from_secs(5), "it tells nothing");

        let (mut conversation, mut hub) = start_with(plan);
        assert_eq!(heard(&mut conversation, &mut hub).await, "CAP LS 302");
        hub.say(&[":hub CAP * LS :sts=port=6697"]).await;
        while !conversation.moving_to.is_on_the_way() {
            conversation.turn().await;
        }
        assert_eq!(hub.hear_rest().await, [""; 0]);
    }

    #[tokio::test(start_paused = true)]
    async fn without_tls_only_a_port_leads_on() {
        let (mut conversation, mut hub) = start_with(plan());
        hub.say(&[":hub CAP * LS :sts=duration=60,port=0 batch"])
            .await;
        for expected in [
            "CAP LS 302",
            "NICK ann",
            "USER ann 0 * ann",
            "CAP REQ batch",
        ] {
            assert_eq!(heard(&mut conversation, &mut hub).await, expected);
        }
        hub.say(&[":hub CAP * NEW :sts=port=6697"]).await;
        while !conversation.moving_to.is_on_the_way() {
            conversation.turn().await;
        }
    }
}
