//! What `:help` says that isn't about one command: how lines are read, and what there is for a purpose.
//! A topic may have the name of a command; `:help` then shows both.

/// A text of `:help` that isn't about one command.
pub(crate) struct Topic {
    pub(crate) name: &'static str,
    pub(crate) summary: &'static str,
    pub(crate) lines: &'static [&'static str],
}

/// The topics, in the order of `:help`.
pub(crate) const TOPICS: &[Topic] = &[
    Topic {
        name: "messages",
        summary: "what a line says",
        lines: &[
            "A line goes to the current room or person, exactly as you type it.",
            "A line that begins with ':' is a command; '::hello' says ':hello'.",
            "'/' works like ':' before the whole name of a command; '//me' says '/me'.",
            "What other clients take a password by, such as '/oper', is refused; '//oper' says it.",
            "Any other line that begins with '/' is a message, and a blank line is nothing.",
            "A command may stand behind blanks, and is kept in no history then; ' ::hello' says ' :hello'.",
            "':me waves' says what you do; ':redact' takes back what you said; ':edit' composes long texts.",
        ],
    },
    Topic {
        name: "commands",
        summary: "how commands are written",
        lines: &[
            "In a usage, WORDS in capitals are yours to fill in; those in [brackets] may be left out.",
            "At the prompt the beginning of a name, two letters or more, is enough if no other begins so.",
            "A letter alone is none: ':p' is a smiley, not ':part'; '::p' says it.",
            "In a script names and aliases are written out. Capitals or not is all one.",
            "A text is the rest of the line; quotes in it mean nothing. [--flags] stand before it.",
            "':alias' gives a command a name of your own; ':source' runs the lines of a file.",
        ],
    },
    Topic {
        name: "talking",
        summary: "where your lines go",
        lines: &[
            "':join #dev' enters a room and goes there; ':part' leaves it; ':rooms' shows yours.",
            "':switch #dev' goes to another room, ':switch bob' to a conversation with bob alone.",
            "':msg bob hello' says one thing elsewhere, and you stay where you are.",
        ],
    },
    Topic {
        name: "rooms",
        summary: "finding, making and running them",
        lines: &[
            "':list' shows those there are, ':join #dev' enters one or makes it, ':names' shows who is there.",
            "Whoever makes a room runs it: ':topic' says what it is about, ':invite bob' asks somebody in,",
            "':mode +i' lets in those alone who were asked, ':mode +k sesame' those who know the key.",
            "':kick' puts somebody out, ':ban' keeps them out, ':op' lets others run the room with you.",
        ],
    },
    Topic {
        name: "mode",
        summary: "what the modes of a room are",
        lines: &[
            "Operators of a room give them with '+' and take them with '-'; ':mode' shows which are given.",
            "+b MASK     keeps out whom it fits, and silences them inside; ':ban' and ':unban' do it",
            "+e MASK     lets in whom it fits although a ban does, too",
            "+I MASK     lets in whom it fits although they are not invited",
            "+k KEY      opens the room to those who know the key",
            "+l COUNT    lets in no more people than that",
            "+W SECONDS  lets everyone speak once in so many seconds",
            "+i          lets in those alone who were asked by ':invite'",
            "+R          lets in those alone who are logged in",
            "+m          lets those alone speak who have the ':voice'",
            "+n          lets those alone speak who are in the room",
            "+C          takes no requests between programs (CTCP)",
            "+s          is left out of ':list' and ':whois'",
            "+t          lets operators alone set the topic",
            "+r          belongs to an account, by ChanServ; it can't be given by hand",
            "+o NICK     makes somebody an operator, as ':op' does",
            "+v NICK     gives somebody the ':voice'",
            "These are the hub's; other servers have others, and mean others by some of the letters.",
        ],
    },
    Topic {
        name: "people",
        summary: "who is there, and whom you hear",
        lines: &[
            "':whois bob' shows what is known of bob, ':who' of all in a room; ':nick' changes your name.",
            "':away lunch' says that you are away, ':away' that you are back.",
            "':ignore bob' hides what bob says; ':highlight tea' marks lines that hold a word of yours;",
            "':notify' says for which lines the bell rings.",
        ],
    },
    Topic {
        name: "past",
        summary: "what was said before",
        lines: &[
            "':history 50' shows the last 50 lines of here, ':history bob' those with bob.",
            "':history --more' shows what was before that, page by page.",
            "':search --from ann tea' finds what ann said of tea; ':mark' remembers how far you have read.",
            "A room that nobody owns and nobody is in is forgotten by the hub, with what was said there.",
        ],
    },
    Topic {
        name: "connection",
        summary: "coming, going, and other hubs",
        lines: &[
            "A hub that is lost is tried again by itself, under the same nick and in the same rooms.",
            "':reconnect' tries at once; ':disconnect' leaves and stays in the program; ':quit' leaves both.",
            "':connect host:6000' goes to another hub; 'salon --profile NAME' to one of your settings.",
        ],
    },
    Topic {
        name: "accounts",
        summary: "a nick that is yours",
        lines: &[
            "':register' makes an account of your nick, ':login' logs in, ':passwd' changes the password.",
            "Passwords are asked for and never typed behind a command, so that no history keeps them.",
            "':save hub' keeps the hub and the account: the next 'salon' goes there and logs in.",
        ],
    },
    Topic {
        name: "settings",
        summary: "how you like to have it",
        lines: &[
            "':set' shows the settings, ':set color never' changes one for now, ':save' keeps what you have set.",
            "In a shell, 'salon config show' says where each value comes from.",
        ],
    },
];
