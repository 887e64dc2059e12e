//! `salon search`: what was said that holds some words, from the hub's own index.

use std::collections::HashSet;
use std::io::Write;

use salon_commands::Target;

use super::arguments::SearchOptions;
use super::failure::Failure;
use super::hub::Hub;
use super::printer::Printer;
use super::wanted::moment;
use crate::conversation::Plan;
use crate::script::Complaints;
use crate::session::{Found, Wanted};

/// How many messages are asked for at once.
const PAGE_EVENTS: u32 = 100;

/// Finds messages, the last ones if there are more than are wanted, and shows them in order.
pub(super) async fn run<E: Write>(
    search: &SearchOptions,
    plan: Plan,
    printer: &mut Printer,
    complaints: &mut Complaints<E>,
) -> Result<(), Failure> {
    let mut plan = plan;
    super::simplify(&mut plan);
    if let Some(target) = &search.target {
        super::prepare(&mut plan, target, false);
    }
    let words = search.words.join(" ");
    let wanted = Wanted {
        target: search.target.as_ref().map(Target::as_str),
        nick: search.from.as_ref().map(salon_config::Nickname::as_str),
        since: search.since.as_ref().map(moment).transpose()?,
        words: &words,
    };
    let mut hub = Hub::open(plan).await?;
    if let Some(target @ Target::Room(_)) = &search.target
        && hub.has_just_made(target.as_str())
    {
        return Err(super::no_such_room(target));
    }
    let found = find(&mut hub, &wanted, search.limit).await?;
    for line in &found {
        if let Some(event) = &line.event {
            printer.print(event).await;
        }
    }
    printer.flush().await;
    hub.leave().await;
    if found.is_empty() {
        return Err(Failure::NotFound);
    }
    if search.limit != 0 && found.len() >= search.limit {
        complaints.line(&format!(
            "note: these are the last {}; `--limit` asks for more, and `--limit 0` for all",
            found.len()
        ));
    }
    Ok(())
}

/// The last `limit` messages that fit, in order; all for 0.
async fn find(hub: &mut Hub, wanted: &Wanted<'_>, limit: usize) -> Result<Vec<Found>, Failure> {
    let limit = if limit == 0 { usize::MAX } else { limit };
    let mut found: Vec<Found> = Vec::new();
    let mut ids: HashSet<String> = HashSet::new();
    let mut before = None;
    while found.len() < limit {
        let missing = u32::try_from(limit - found.len()).unwrap_or(u32::MAX);
        let mut page = hub.search(wanted, before, missing.min(PAGE_EVENTS)).await?;
        let Some(oldest) = page.first().map(|line| line.time) else {
            break;
        };
        // Others of the same moment may be left: they are asked for again, and known by their ids.
        let next = salon_protocol::Timestamp::from_millis(oldest.as_millis().saturating_add(1));
        page.retain(|line| line.id.as_ref().is_none_or(|id| ids.insert(id.clone())));
        if page.is_empty() || before == Some(next) {
            break;
        }
        before = Some(next);
        page.append(&mut found);
        found = page;
    }
    let surplus = found.len().saturating_sub(limit);
    found.drain(..surplus);
    Ok(found)
}
