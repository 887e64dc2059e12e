//! `:search` finds what was said: in the history of a hub that can search, else in what this program
//! has seen.

use crate::builtin::Builtin;
use crate::context::Context;
use crate::effect::{Effect, Effects, Local};
use crate::error::Problem;
use crate::reader::Arguments;
use crate::spec::{Argument, Kind, Spec};
use crate::value::{Nick, Target, Text, When, sample};

/// Find what was said.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Search {
    /// Where, or `None` for everywhere.
    pub target: Option<Target>,
    /// Who said it.
    pub nick: Option<Nick>,
    /// Not before this.
    pub since: Option<When>,
    /// Words that are all in it.
    pub words: Text,
}

impl Builtin for Search {
    fn spec() -> Spec {
        let search = |target: Option<&'static str>, nick: Option<&'static str>, since, words| {
            [Effect::Local(Local::Search {
                target: target.map(sample::target),
                nick: nick.map(sample::nick),
                since,
                words: sample::text(words),
            })]
        };
        let yesterday = When::new("yesterday").ok();
        Spec::new("search", "find what was said")
            .argument(Argument::flag("in", "ROOM|NICK", Kind::Target))
            .argument(Argument::flag("from", "NICK", Kind::Nick))
            .argument(Argument::flag("since", "WHEN", Kind::Time))
            .argument(Argument::required("WORDS", Kind::Text))
            .example(
                ":search release friday",
                "find lines with both words",
                search(None, None, None, "release friday"),
            )
            .example(
                ":search --in #dev --from bob --since yesterday build",
                "find what bob said of it in #dev",
                search(Some("#dev"), Some("bob"), yesterday, "build"),
            )
    }

    fn parse(arguments: &mut Arguments) -> Result<Self, Problem> {
        Ok(Self {
            target: arguments.take("ROOM|NICK")?,
            nick: arguments.take("NICK")?,
            since: arguments.take("WHEN")?,
            words: arguments.take("WORDS")?,
        })
    }

    fn run(self, _context: &Context<'_>) -> Result<Effects, Problem> {
        Ok(Effect::Local(Local::Search {
            target: self.target,
            nick: self.nick,
            since: self.since,
            words: self.words,
        })
        .into())
    }
}

#[cfg(test)]
mod tests {
    use crate::builtin::tests::check;

    #[test]
    fn search_needs_words() {
        check(
            ":search --in #dev",
            Err(":search: expected WORDS (some text), found the end of the line"),
        );
    }

    #[test]
    fn search_suggests_its_flags() {
        check(
            ":search --form bob x",
            Err(":search: unknown option '--form'; did you mean '--from'?"),
        );
    }
}
