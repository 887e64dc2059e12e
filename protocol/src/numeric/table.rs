//! The numerics that have a standard name, in the order of their numbers.
//!
//! Names and meanings are those of <https://modern.ircdocs.horse/#numerics>, then of the IRCv3 specifications, then of
//! RFC 2812 and of widespread servers. Where servers use one number for different things, the name that the first of these gives is taken.

use super::Numeric;

macro_rules! numerics {
    ($($(#[$doc:meta])* $name:ident = $code:literal;)*) => {
        $($(#[$doc])* pub const $name: Numeric = Numeric($code);)*

        /// Every numeric that has a standard name, with that name, in the order of their numbers.
        pub const ALL: &[(Numeric, &str)] = &[$(($name, stringify!($name))),*];
    };
}

numerics! {
    /// Registration is complete.
    RPL_WELCOME = 1;
    /// Which server this is.
    RPL_YOURHOST = 2;
    /// Since when the server has been up.
    RPL_CREATED = 3;
    /// The server's version and modes.
    RPL_MYINFO = 4;
    /// What the server supports; see [`crate::isupport`].
    RPL_ISUPPORT = 5;
    /// The notices that an operator gets.
    RPL_SNOMASK = 8;
    /// Another server to go to.
    RPL_BOUNCE = 10;
    /// A server in the network's map.
    RPL_MAP = 15;
    /// The map is complete.
    RPL_MAPEND = 17;
    /// How many users the servers of the map have.
    RPL_MAPUSERS = 18;
    /// The connection is being looked at.
    RPL_HELLO = 20;
    /// The connection's unique name.
    RPL_YOURID = 42;
    /// A link on the way of TRACE.
    RPL_TRACELINK = 200;
    /// A connection that is being made.
    RPL_TRACECONNECTING = 201;
    /// A connection in its handshake.
    RPL_TRACEHANDSHAKE = 202;
    /// A connection of unknown kind.
    RPL_TRACEUNKNOWN = 203;
    /// An operator's connection.
    RPL_TRACEOPERATOR = 204;
    /// A user's connection.
    RPL_TRACEUSER = 205;
    /// A server's connection.
    RPL_TRACESERVER = 206;
    /// A service's connection.
    RPL_TRACESERVICE = 207;
    /// A connection of a new kind.
    RPL_TRACENEWTYPE = 208;
    /// A class of connections.
    RPL_TRACECLASS = 209;
    /// A connection that is being made again.
    RPL_TRACERECONNECT = 210;
    /// Traffic of a connection.
    RPL_STATSLINKINFO = 211;
    /// How often a verb was used.
    RPL_STATSCOMMANDS = 212;
    /// A server that is connected to.
    RPL_STATSCLINE = 213;
    /// A rule by which clients are let in.
    RPL_STATSILINE = 215;
    /// A ban of the server.
    RPL_STATSKLINE = 216;
    /// A class of connections.
    RPL_STATSYLINE = 218;
    /// STATS is complete.
    RPL_ENDOFSTATS = 219;
    /// One's own modes.
    RPL_UMODEIS = 221;
    /// A ban of addresses.
    RPL_STATSDLINE = 225;
    /// A service.
    RPL_SERVLIST = 234;
    /// SERVLIST is complete.
    RPL_SERVLISTEND = 235;
    /// A leaf rule.
    RPL_STATSLLINE = 241;
    /// How long the server has been up.
    RPL_STATSUPTIME = 242;
    /// An operator's rule.
    RPL_STATSOLINE = 243;
    /// A hub rule.
    RPL_STATSHLINE = 244;
    /// The most connections so far.
    RPL_STATSCONN = 250;
    /// How many users there are.
    RPL_LUSERCLIENT = 251;
    /// How many operators there are.
    RPL_LUSEROP = 252;
    /// How many connections are not registered.
    RPL_LUSERUNKNOWN = 253;
    /// How many rooms there are.
    RPL_LUSERCHANNELS = 254;
    /// How many connections this server has.
    RPL_LUSERME = 255;
    /// Whose administration follows.
    RPL_ADMINME = 256;
    /// Where the server is.
    RPL_ADMINLOC1 = 257;
    /// Who runs it.
    RPL_ADMINLOC2 = 258;
    /// How to reach them.
    RPL_ADMINEMAIL = 259;
    /// Where traces are written.
    RPL_TRACELOG = 261;
    /// TRACE is complete.
    RPL_TRACEEND = 262;
    /// Too much at present; try again.
    RPL_TRYAGAIN = 263;
    /// Somebody's connection is secure, in an older form.
    RPL_USINGSSL = 264;
    /// How many users this server has and had.
    RPL_LOCALUSERS = 265;
    /// How many users the network has and had.
    RPL_GLOBALUSERS = 266;
    /// A mask that one doesn't hear.
    RPL_SILELIST = 271;
    /// These masks are complete.
    RPL_ENDOFSILELIST = 272;
    /// The fingerprint of somebody's certificate.
    RPL_WHOISCERTFP = 276;
    /// Nothing.
    RPL_NONE = 300;
    /// Somebody is away, and why.
    RPL_AWAY = 301;
    /// The answer to USERHOST.
    RPL_USERHOST = 302;
    /// Who of those asked for is there.
    RPL_ISON = 303;
    /// One is no longer away.
    RPL_UNAWAY = 305;
    /// One is away now.
    RPL_NOWAWAY = 306;
    /// Somebody owns their nick.
    RPL_WHOISREGNICK = 307;
    /// Somebody's user name, host and real name.
    RPL_WHOISUSER = 311;
    /// Whose server this is.
    RPL_WHOISSERVER = 312;
    /// Somebody is an operator.
    RPL_WHOISOPERATOR = 313;
    /// Who somebody was.
    RPL_WHOWASUSER = 314;
    /// WHO is complete.
    RPL_ENDOFWHO = 315;
    /// For how long somebody has been silent, and here.
    RPL_WHOISIDLE = 317;
    /// WHOIS is complete.
    RPL_ENDOFWHOIS = 318;
    /// Which rooms somebody is in.
    RPL_WHOISCHANNELS = 319;
    /// Something more about somebody.
    RPL_WHOISSPECIAL = 320;
    /// LIST begins.
    RPL_LISTSTART = 321;
    /// A room, its members and its topic.
    RPL_LIST = 322;
    /// LIST is complete.
    RPL_LISTEND = 323;
    /// A room's modes.
    RPL_CHANNELMODEIS = 324;
    /// A room's creator.
    RPL_UNIQOPIS = 325;
    /// A room's web address.
    RPL_CHANNEL_URL = 328;
    /// When a room was made.
    RPL_CREATIONTIME = 329;
    /// Somebody's account.
    RPL_WHOISACCOUNT = 330;
    /// A room has no topic.
    RPL_NOTOPIC = 331;
    /// A room's topic.
    RPL_TOPIC = 332;
    /// Who set the topic, and when.
    RPL_TOPICWHOTIME = 333;
    /// Somebody is a bot.
    RPL_WHOISBOT = 335;
    /// A room that one is invited to.
    RPL_INVITELIST = 336;
    /// INVITE is complete.
    RPL_ENDOFINVITELIST = 337;
    /// Somebody's real address.
    RPL_WHOISACTUALLY = 338;
    /// The answer to USERIP.
    RPL_USERIP = 340;
    /// Somebody was invited.
    RPL_INVITING = 341;
    /// Somebody was summoned.
    RPL_SUMMONING = 342;
    /// Which country somebody connects from.
    RPL_WHOISCOUNTRY = 344;
    /// A mask that may enter uninvited.
    RPL_INVEXLIST = 346;
    /// These masks are complete.
    RPL_ENDOFINVEXLIST = 347;
    /// A mask that bans don't touch.
    RPL_EXCEPTLIST = 348;
    /// These masks are complete.
    RPL_ENDOFEXCEPTLIST = 349;
    /// Through which gateway somebody connects.
    RPL_WHOISGATEWAY = 350;
    /// The server's version.
    RPL_VERSION = 351;
    /// Somebody, in answer to WHO.
    RPL_WHOREPLY = 352;
    /// Members of a room.
    RPL_NAMREPLY = 353;
    /// Somebody, in answer to WHO with fields (WHOX).
    RPL_WHOSPCRPL = 354;
    /// A server of the network.
    RPL_LINKS = 364;
    /// LINKS is complete.
    RPL_ENDOFLINKS = 365;
    /// NAMES is complete.
    RPL_ENDOFNAMES = 366;
    /// A banned mask.
    RPL_BANLIST = 367;
    /// The banned masks are complete.
    RPL_ENDOFBANLIST = 368;
    /// WHOWAS is complete.
    RPL_ENDOFWHOWAS = 369;
    /// About the server.
    RPL_INFO = 371;
    /// A line of the message of the day.
    RPL_MOTD = 372;
    /// INFO is complete.
    RPL_ENDOFINFO = 374;
    /// The message of the day begins.
    RPL_MOTDSTART = 375;
    /// The message of the day is complete.
    RPL_ENDOFMOTD = 376;
    /// Where somebody connects from.
    RPL_WHOISHOST = 378;
    /// Somebody's modes.
    RPL_WHOISMODES = 379;
    /// One is an operator now.
    RPL_YOUREOPER = 381;
    /// The settings are being read again.
    RPL_REHASHING = 382;
    /// One is a service now.
    RPL_YOURESERVICE = 383;
    /// One is no longer an operator.
    RPL_NOTOPERANYMORE = 385;
    /// The server's time.
    RPL_TIME = 391;
    /// USERS begins.
    RPL_USERSSTART = 392;
    /// A user of the machine.
    RPL_USERS = 393;
    /// USERS is complete.
    RPL_ENDOFUSERS = 394;
    /// The machine has no users.
    RPL_NOUSERS = 395;
    /// The host that others see changed.
    RPL_VISIBLEHOST = 396;
    /// An error without a numeric of its own.
    ERR_UNKNOWNERROR = 400;
    /// There is no such nick or room.
    ERR_NOSUCHNICK = 401;
    /// There is no such server.
    ERR_NOSUCHSERVER = 402;
    /// There is no such room.
    ERR_NOSUCHCHANNEL = 403;
    /// One may not speak in the room.
    ERR_CANNOTSENDTOCHAN = 404;
    /// One is in too many rooms.
    ERR_TOOMANYCHANNELS = 405;
    /// There was no such nick.
    ERR_WASNOSUCHNICK = 406;
    /// Too many targets.
    ERR_TOOMANYTARGETS = 407;
    /// There is no such service.
    ERR_NOSUCHSERVICE = 408;
    /// PING or PONG has no origin.
    ERR_NOORIGIN = 409;
    /// There is no such CAP subcommand.
    ERR_INVALIDCAPCMD = 410;
    /// There is no recipient.
    ERR_NORECIPIENT = 411;
    /// There is no text.
    ERR_NOTEXTTOSEND = 412;
    /// The mask has no top level.
    ERR_NOTOPLEVEL = 413;
    /// The mask's top level is a wildcard.
    ERR_WILDTOPLEVEL = 414;
    /// The mask is bad.
    ERR_BADMASK = 415;
    /// Too much matches.
    ERR_TOOMANYMATCHES = 416;
    /// The line was too long.
    ERR_INPUTTOOLONG = 417;
    /// The message was cut off.
    ERR_LENGTHTRUNCATED = 419;
    /// The verb's abbreviation fits several.
    ERR_AMBIGUOUSCOMMAND = 420;
    /// There is no such verb.
    ERR_UNKNOWNCOMMAND = 421;
    /// There is no message of the day.
    ERR_NOMOTD = 422;
    /// Nothing is known of the administration.
    ERR_NOADMININFO = 423;
    /// A file could not be read.
    ERR_FILEERROR = 424;
    /// Operators have no message of the day.
    ERR_NOOPERMOTD = 425;
    /// One's away message changes too often.
    ERR_TOOMANYAWAY = 429;
    /// There is no nick.
    ERR_NONICKNAMEGIVEN = 431;
    /// This can't be a nick.
    ERR_ERRONEUSNICKNAME = 432;
    /// Somebody has the nick.
    ERR_NICKNAMEINUSE = 433;
    /// Two had the same nick.
    ERR_NICKCOLLISION = 436;
    /// The nick or room can't be had at present.
    ERR_UNAVAILRESOURCE = 437;
    /// One changes nicks too fast.
    ERR_NICKTOOFAST = 438;
    /// One changes targets too fast.
    ERR_TARGETTOOFAST = 439;
    /// The services are not there.
    ERR_SERVICESDOWN = 440;
    /// They aren't in the room.
    ERR_USERNOTINCHANNEL = 441;
    /// One isn't in the room.
    ERR_NOTONCHANNEL = 442;
    /// They are in the room already.
    ERR_USERONCHANNEL = 443;
    /// They aren't logged in.
    ERR_NOLOGIN = 444;
    /// SUMMON is off.
    ERR_SUMMONDISABLED = 445;
    /// USERS is off.
    ERR_USERSDISABLED = 446;
    /// Nicks can't change in the room.
    ERR_NONICKCHANGE = 447;
    /// The room is forbidden.
    ERR_FORBIDDENCHANNEL = 448;
    /// The verb is not implemented.
    ERR_NOTIMPLEMENTED = 449;
    /// One must register first.
    ERR_NOTREGISTERED = 451;
    /// The user name holds what it may not.
    ERR_HOSTILENAME = 455;
    /// One's list of accepted people is full.
    ERR_ACCEPTFULL = 456;
    /// They are on the list already.
    ERR_ACCEPTEXIST = 457;
    /// They aren't on the list.
    ERR_ACCEPTNOT = 458;
    /// Half-operators may not do that.
    ERR_NOTFORHALFOPS = 460;
    /// Parameters are missing.
    ERR_NEEDMOREPARAMS = 461;
    /// One has registered already.
    ERR_ALREADYREGISTERED = 462;
    /// One's host may not connect.
    ERR_NOPERMFORHOST = 463;
    /// The password is wrong.
    ERR_PASSWDMISMATCH = 464;
    /// One is banned from the server.
    ERR_YOUREBANNEDCREEP = 465;
    /// One will be banned from the server.
    ERR_YOUWILLBEBANNED = 466;
    /// The room has a key already.
    ERR_KEYSET = 467;
    /// This can't be a user name.
    ERR_INVALIDUSERNAME = 468;
    /// The room has a link already.
    ERR_LINKSET = 469;
    /// One was sent to another room.
    ERR_LINKCHANNEL = 470;
    /// The room is full.
    ERR_CHANNELISFULL = 471;
    /// There is no such mode of rooms.
    ERR_UNKNOWNMODE = 472;
    /// The room is by invitation.
    ERR_INVITEONLYCHAN = 473;
    /// One is banned from the room.
    ERR_BANNEDFROMCHAN = 474;
    /// The room's key is wrong.
    ERR_BADCHANNELKEY = 475;
    /// This can't be a room.
    ERR_BADCHANMASK = 476;
    /// The room is for people with an account.
    ERR_NEEDREGGEDNICK = 477;
    /// The room's list is full.
    ERR_BANLISTFULL = 478;
    /// One can't knock at the room.
    ERR_CANNOTKNOCK = 480;
    /// One must be an operator of the server.
    ERR_NOPRIVILEGES = 481;
    /// One must be an operator of the room.
    ERR_CHANOPRIVSNEEDED = 482;
    /// A server can't be killed.
    ERR_CANTKILLSERVER = 483;
    /// One's connection is restricted.
    ERR_RESTRICTED = 484;
    /// One must be the creator of the room.
    ERR_UNIQOPPRIVSNEEDED = 485;
    /// One needs a TLS connection.
    ERR_NOSSL = 488;
    /// The room is for TLS connections.
    ERR_SECUREONLYCHAN = 489;
    /// One can't be an operator from this host.
    ERR_NOOPERHOST = 491;
    /// CTCP is refused.
    ERR_NOCTCP = 492;
    /// One's own mode forbids it.
    ERR_OWNMODE = 494;
    /// There is no such mode of users.
    ERR_UMODEUNKNOWNFLAG = 501;
    /// These are somebody else's modes.
    ERR_USERSDONTMATCH = 502;
    /// One's list of unheard masks is full.
    ERR_SILELISTFULL = 511;
    /// One must answer with this PONG.
    ERR_BADPING = 513;
    /// The verb is switched off.
    ERR_DISABLED = 517;
    /// The room is for operators.
    ERR_OPERONLY = 520;
    /// WHO is not of its form.
    ERR_WHOSYNTAX = 522;
    /// WHO found too many.
    ERR_WHOLIMEXCEED = 523;
    /// There is no help on that.
    ERR_HELPNOTFOUND = 524;
    /// This can't be a key.
    ERR_INVALIDKEY = 525;
    /// One may not speak to them.
    ERR_CANTSENDTOUSER = 531;
    /// One may not speak as somebody else.
    ERR_CANNOTSENDRP = 573;
    /// Somebody watched has come.
    RPL_LOGON = 600;
    /// Somebody watched has gone.
    RPL_LOGOFF = 601;
    /// Somebody is no longer watched.
    RPL_WATCHOFF = 602;
    /// How many are watched.
    RPL_WATCHSTAT = 603;
    /// Somebody watched is there.
    RPL_NOWON = 604;
    /// Somebody watched isn't there.
    RPL_NOWOFF = 605;
    /// Whom one watches, by WATCH.
    RPL_WATCHLIST = 606;
    /// These are all.
    RPL_ENDOFWATCHLIST = 607;
    /// Where somebody connected from.
    RPL_WHOWASIP = 652;
    /// TLS can begin.
    RPL_STARTTLS = 670;
    /// Somebody's connection is secure.
    RPL_WHOISSECURE = 671;
    /// The languages that one is answered in.
    RPL_YOURLANGUAGESARE = 687;
    /// A room can't lead there.
    ERR_REDIRECT = 690;
    /// TLS can't begin.
    ERR_STARTTLS = 691;
    /// The mode's parameter is invalid.
    ERR_INVALIDMODEPARAM = 696;
    /// The list has the mask already.
    ERR_LISTMODEALREADYSET = 697;
    /// The list has no such mask.
    ERR_LISTMODENOTSET = 698;
    /// Help begins.
    RPL_HELPSTART = 704;
    /// A line of help.
    RPL_HELPTXT = 705;
    /// Help is complete.
    RPL_ENDOFHELP = 706;
    /// One changes targets too fast.
    ERR_TARGCHANGE = 707;
    /// Somebody knocks at a room.
    RPL_KNOCK = 710;
    /// One's knock was passed on.
    RPL_KNOCKDLVR = 711;
    /// One has knocked too often.
    ERR_TOOMANYKNOCK = 712;
    /// The room is open.
    ERR_CHANOPEN = 713;
    /// One is in the room already.
    ERR_KNOCKONCHAN = 714;
    /// They hear only people they accept.
    RPL_TARGUMODEG = 716;
    /// They were told that one wrote.
    RPL_TARGNOTIFY = 717;
    /// Somebody not accepted wrote.
    RPL_UMODEGMSG = 718;
    /// The operators' message of the day begins.
    RPL_OMOTDSTART = 720;
    /// A line of it.
    RPL_OMOTD = 721;
    /// It is complete.
    RPL_ENDOFOMOTD = 722;
    /// One lacks a privilege.
    ERR_NOPRIVS = 723;
    /// A silenced mask.
    RPL_QUIETLIST = 728;
    /// The silenced masks are complete.
    RPL_ENDOFQUIETLIST = 729;
    /// Watched people who are there.
    RPL_MONONLINE = 730;
    /// Watched people who aren't there.
    RPL_MONOFFLINE = 731;
    /// Whom one watches.
    RPL_MONLIST = 732;
    /// These are all.
    RPL_ENDOFMONLIST = 733;
    /// One watches too many.
    ERR_MONLISTFULL = 734;
    /// The mode is locked.
    ERR_MLOCKRESTRICTED = 742;
    /// This can't be a ban.
    ERR_INVALIDBAN = 743;
    /// The topic is locked.
    ERR_TOPICLOCK = 744;
    /// An extended TRACE is complete.
    RPL_ETRACEEND = 759;
    /// A key of somebody, in answer to WHOIS.
    RPL_WHOISKEYVALUE = 760;
    /// A key and its value.
    RPL_KEYVALUE = 761;
    /// The keys are complete.
    RPL_METADATAEND = 762;
    /// There are too many keys.
    ERR_METADATALIMIT = 764;
    /// There is nobody of that name to have keys.
    ERR_TARGETINVALID = 765;
    /// The key has no value.
    RPL_KEYNOTSET = 766;
    /// This can't be a key.
    ERR_KEYINVALID = 767;
    /// The key had no value.
    ERR_KEYNOTSET = 768;
    /// One may not set the key.
    ERR_KEYNOPERMISSION = 769;
    /// Keys that one follows now.
    RPL_METADATASUBOK = 770;
    /// Keys that one no longer follows.
    RPL_METADATAUNSUBOK = 771;
    /// Keys that one follows.
    RPL_METADATASUBS = 772;
    /// The keys of a busy target will be told later.
    RPL_METADATASYNCLATER = 774;
    /// One is logged in.
    RPL_LOGGEDIN = 900;
    /// One is logged out.
    RPL_LOGGEDOUT = 901;
    /// The account is locked.
    ERR_NICKLOCKED = 902;
    /// The login is complete.
    RPL_SASLSUCCESS = 903;
    /// The login failed.
    ERR_SASLFAIL = 904;
    /// The login's message was too long.
    ERR_SASLTOOLONG = 905;
    /// The login was given up.
    ERR_SASLABORTED = 906;
    /// One is logged in already.
    ERR_SASLALREADY = 907;
    /// How one can log in.
    RPL_SASLMECHS = 908;
    /// The room is forbidden here.
    ERR_BADCHANNEL = 926;
    /// A mask is heard again.
    RPL_UNSILENCED = 950;
    /// A mask is no longer heard.
    RPL_SILENCED = 951;
    /// The mask can't be silenced.
    ERR_SILENCE = 952;
    /// The verb can't be done now.
    ERR_CANNOTDOCOMMAND = 972;
    /// The mode can't be changed.
    ERR_CANNOTCHANGECHANMODE = 974;
    /// These are too many languages.
    ERR_TOOMANYLANGUAGES = 981;
    /// There is no such language.
    ERR_NOLANGUAGE = 982;
}
