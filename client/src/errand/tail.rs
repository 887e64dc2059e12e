//! `salon tail`: what was said, and with `--follow` what is said from then on, each once and in order.
//!
//! The seam between both: pages are asked for behind the last event that was shown, while what arrives
//! is put aside. What arrived before a page was asked for is in history by then. So when a page is empty,
//! or holds something that was put aside, nothing is missing between it and what was put aside. What a
//! page has shown may arrive later still, and is known by its id. After a lost connection the same begins
//! at the last event that was shown.

use std::collections::{HashSet, VecDeque};
use std::io::Write;

use salon_commands::Target;
use salon_protocol::{Timestamp, eq_folded};
use tokio::time::Instant;

use super::arguments::TailOptions;
use super::failure::Failure;
use super::hub::{Hub, history_lacking};
use super::pages::{self, BEGINNING};
use super::printer::Printer;
use super::returning::Returning;
use super::shown::Shown;
use super::wanted::{Kinds, belongs, moment};
use crate::conversation::Plan;
use crate::event::{Event, EventKind};
use crate::script::Complaints;
use crate::session::{Found, Page, Point};

/// How many events are shown where nothing else is said.
const COUNT: usize = 10;

/// How many of the last events may be taken back without a hole.
const RECENT_MAX: usize = 4;

/// Shows the end of what was said, or all from a point on.
pub(super) async fn run<E: Write>(
    tail: &TailOptions,
    plan: Plan,
    printer: &mut Printer,
    complaints: &mut Complaints<E>,
) -> Result<(), Failure> {
    let mut plan = plan;
    super::prepare(&mut plan, &tail.target, tail.events);
    printer.put_in_front(tail.target.as_str());
    let mut following = Following::new(&tail.target, Kinds::new(tail.events));
    let mut hub = Hub::open(plan.clone()).await?;
    super::note_other_nick(&tail.target, &hub, complaints);
    if !tail.follow && hub.has_just_made(tail.target.as_str()) {
        return Err(super::no_such_room(&tail.target));
    }
    let begun = following.begin(tail, &mut hub, printer, complaints).await;
    if !tail.follow {
        begun?;
        hub.leave().await;
        return Ok(());
    }
    let mut done = begun;
    let mut returning = Returning::new(Instant::now());
    loop {
        if done.is_ok() {
            done = following.follow(&mut hub, printer, complaints).await;
        }
        let Err(failure @ (Failure::Lost(_) | Failure::Unreachable(_))) = done else {
            return done;
        };
        hub = returning.open(&plan, failure, complaints).await?;
        done = if following.has_begun {
            following.resume(&mut hub, printer).await
        } else {
            following.begin(tail, &mut hub, printer, complaints).await
        };
    }
}

/// How far it has come.
struct Following<'a> {
    target: &'a Target,
    kinds: Kinds,
    /// Whether it is known where to go on.
    has_begun: bool,
    /// The last event that was shown or passed over.
    place: Option<Point>,
    /// The ids of the last events, for when the very last was taken back meanwhile.
    recent: VecDeque<String>,
    last_time: Option<Timestamp>,
    shown: Shown,
    /// Whether the last line of a page was shown before.
    was_double: bool,
}

impl<'a> Following<'a> {
    fn new(target: &'a Target, kinds: Kinds) -> Self {
        Self {
            target,
            kinds,
            has_begun: false,
            place: None,
            recent: VecDeque::new(),
            last_time: None,
            shown: Shown::default(),
            was_double: false,
        }
    }

    /// Shows what was said before, as far as it is wanted.
    async fn begin<E: Write>(
        &mut self,
        tail: &TailOptions,
        hub: &mut Hub,
        printer: &mut Printer,
        complaints: &mut Complaints<E>,
    ) -> Result<(), Failure> {
        let since = match (&tail.after, &tail.since) {
            (Some(id), _) => Some(Point::Id(id.clone())),
            (None, Some(when)) => Some(Point::just_before(moment(when)?)),
            (None, None) => None,
        };
        if !hub.keeps_history() {
            let is_asked_for = since.is_some() || tail.count.is_some_and(|count| count > 0);
            if !tail.follow {
                return Err(history_lacking());
            }
            if is_asked_for {
                let since = match since {
                    Some(Point::Time(time)) => Some(time),
                    Some(Point::Id(_)) | None => None,
                };
                printer.print(&gap(self.target, since)).await;
            }
            if let Some(text) = history_lacking().text() {
                complaints.line(&format!(
                    "note: {text}; only what is said from now on is shown"
                ));
            }
            self.begin_now();
            return Ok(());
        }
        if let Some(Point::Id(id)) = &since
            && !pages::knows_typed(hub, self.target.as_str(), id).await?
        {
            complaints.line(&format!(
                "note: the hub does not have the message '{id}' any more; what came before the next line is not known"
            ));
            printer.print(&gap(self.target, None)).await;
        }
        let count = match (&since, tail.count) {
            (None, None) => Some(COUNT),
            (_, count) => count,
        };
        let Some(count) = count else {
            self.place = since;
            self.has_begun = true;
            return self.catch_up(hub, printer, tail.follow).await;
        };
        self.show_last(hub, printer, since.as_ref(), count).await?;
        if tail.follow {
            self.catch_up(hub, printer, true).await?;
        }
        printer.flush().await;
        Ok(())
    }

    /// Goes on behind what is said now, as nothing before it can be had.
    fn begin_now(&mut self) {
        let now = crate::conversation::clock();
        self.place = Some(Point::Time(now));
        self.last_time = Some(now);
        self.has_begun = true;
    }

    async fn show_last(
        &mut self,
        hub: &mut Hub,
        printer: &mut Printer,
        since: Option<&Point>,
        count: usize,
    ) -> Result<(), Failure> {
        let target = self.target.as_str();
        if count == 0 {
            let last = hub.page_of(target, &Page::Latest, 1).await?;
            self.place = pages::last_place(&last);
            self.has_begun = true;
            return Ok(());
        }
        let kinds = self.kinds;
        let is_wanted = |line: &Found| line.event.as_ref().is_some_and(|event| kinds.hold(event));
        let lines = pages::last(hub, target, since, count, is_wanted).await?;
        self.place = since.cloned();
        self.has_begun = true;
        for line in &lines {
            self.show(line, printer).await;
        }
        Ok(())
    }

    /// Goes on after the connection was lost.
    async fn resume(&mut self, hub: &mut Hub, printer: &mut Printer) -> Result<(), Failure> {
        if !(hub.keeps_history() && self.finds_its_place(hub).await?) {
            printer.print(&gap(self.target, self.last_time)).await;
        }
        if hub.keeps_history() {
            self.catch_up(hub, printer, true).await?;
        }
        Ok(())
    }

    /// Goes back to the last event that the hub still has: one that was taken back is no hole. `false`
    /// if it has none of them.
    async fn finds_its_place(&mut self, hub: &mut Hub) -> Result<bool, Failure> {
        let Some(Point::Id(last)) = &self.place else {
            return Ok(true);
        };
        let earlier = self.recent.iter().rev().filter(|id| *id != last);
        for id in std::iter::once(last).chain(earlier) {
            if pages::knows(hub, self.target.as_str(), id).await? {
                self.place = Some(Point::Id(id.clone()));
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Shows all that was said since the last event that was shown.
    async fn catch_up(
        &mut self,
        hub: &mut Hub,
        printer: &mut Printer,
        follows: bool,
    ) -> Result<(), Failure> {
        loop {
            self.must_be_there(hub)?;
            hub.forget_aside();
            let after = self.place.clone().unwrap_or(BEGINNING);
            let page = Page::After(after.clone());
            let found = match hub.page(self.target.as_str(), &page).await {
                Ok(found) => found,
                Err(failure) => {
                    // It may be why the hub says no.
                    self.must_be_there(hub)?;
                    return Err(failure);
                }
            };
            for line in &found {
                self.show(line, printer).await;
            }
            let ids: HashSet<&str> = found.iter().filter_map(|line| line.id.as_deref()).collect();
            let is_in_page = |event: &Event| {
                let id = event.id.as_deref();
                id.is_some_and(|id| ids.contains(id))
            };
            let has_crossed = follows && hub.aside().any(is_in_page);
            let is_stuck = self.place.as_ref() == Some(&after);
            if (found.is_empty() || has_crossed || is_stuck) && !hub.has_forgotten() {
                printer.flush().await;
                return Ok(());
            }
        }
    }

    /// Fails if we were put out of the room while something else was asked for.
    fn must_be_there(&self, hub: &Hub) -> Result<(), Failure> {
        let put_out = |event| put_out(event, self.target, hub.nick());
        match hub.aside().find_map(put_out) {
            Some(reason) => Err(Failure::Refused(reason)),
            None => Ok(()),
        }
    }

    /// Shows what is said from now on, until the connection is lost.
    async fn follow<E: Write>(
        &mut self,
        hub: &mut Hub,
        printer: &mut Printer,
        complaints: &mut Complaints<E>,
    ) -> Result<(), Failure> {
        loop {
            let event = tokio::select! {
                biased;
                event = hub.next() => event?,
                () = std::future::ready(()) => {
                    // Nothing waits: what was printed is for the reader.
                    printer.flush().await;
                    hub.next().await?
                }
            };
            if let EventKind::Error { text, .. } = &event.kind {
                complaints.line(text);
            }
            self.last_time = Some(event.time);
            // Other kinds are not in the pages of history, so that nothing could be asked for behind them.
            let is_wanted = self.kinds.hold(&event) && belongs(&event, self.target, hub.nick());
            if is_wanted && !self.shown.is_double(&event) {
                if let Some(id) = &event.id {
                    self.go_on_behind(id);
                }
                printer.print(&event).await;
            }
            if let Some(reason) = put_out(&event, self.target, hub.nick()) {
                printer.flush().await;
                return Err(Failure::Refused(reason));
            }
        }
    }

    async fn show(&mut self, line: &Found, printer: &mut Printer) {
        if let Some(id) = &line.id {
            self.was_double = self.recent.contains(id);
            self.shown.remember(id, line.time);
            self.go_on_behind(id);
        } else if !matches!(self.place, Some(Point::Id(_))) {
            self.place = Some(Point::Time(line.time));
        }
        self.last_time = Some(line.time);
        // A message of many lines has its id on the first alone.
        if self.was_double {
            return;
        }
        if let Some(event) = line.event.as_ref().filter(|event| self.kinds.hold(event)) {
            printer.print(event).await;
        }
    }

    /// What comes next stands behind this event.
    fn go_on_behind(&mut self, id: &str) {
        self.place = Some(Point::Id(id.to_owned()));
        if !self.recent.iter().any(|known| known == id) {
            if self.recent.len() >= RECENT_MAX {
                self.recent.pop_front();
            }
            self.recent.push_back(id.to_owned());
        }
    }
}

/// Why nothing more will be heard of the room, if that is what an event says.
fn put_out(event: &Event, target: &Target, own_nick: &str) -> Option<String> {
    let to = event.to.as_deref()?;
    if !eq_folded(to, target.as_str()) {
        return None;
    }
    let (what, reason) = match &event.kind {
        EventKind::Kick { nick, reason } if eq_folded(nick, own_nick) => {
            let by = event.from.as_deref().unwrap_or("the hub");
            (format!("{by} put you out of {to}"), reason)
        }
        EventKind::Part { reason } if event.own => (format!("you are no longer in {to}"), reason),
        _ => return None,
    };
    let reason = reason.as_deref().filter(|reason| !reason.is_empty());
    Some(reason.map_or_else(|| what.clone(), |reason| format!("{what}: {reason}")))
}

/// A line that says that something may be missing.
fn gap(target: &Target, since: Option<Timestamp>) -> Event {
    Event {
        time: crate::conversation::clock(),
        id: None,
        from: None,
        account: None,
        to: Some(target.to_string()),
        own: false,
        kind: EventKind::Gap {
            skipped: None,
            since,
        },
    }
}
