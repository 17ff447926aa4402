/*
 * action.h - one row per thing a key, the palette, a click or a hint can do.
 * Keys, hints, help, palette, read-only gate and docs come from this table.
 * An action without AF_SAFE changes a host and is refused until armed.
 */
#ifndef TUI_ACTION_H
#define TUI_ACTION_H

#include "tui/term.h"

enum ctx {
	CTX_ANY = 1,   /* every view */
	CTX_TABLE = 2, /* views with rows */
	CTX_LOG = 4,
	CTX_QUEUE = 8,
	CTX_TEXT = 16, /* scrolled text: message, host, help */
	CTX_HOST = 32, /* one host of several */
	CTX_ALERTS = 64,
	CTX_BY = 128, /* the same in several tables */
	CTX_EGRESS = 256,
	CTX_LEASES = 512,
	CTX_PAIR = 1024, /* an egress IP x a provider */
	CTX_MESSAGES = 2048,
};

enum { AF_SAFE = 1, AF_HINT = 2 /* worth a place in the hints line */ };

/* name, palette name, keys (see keymap.h), contexts, flags, hint, help */
#define ACTION_LIST(X)                                                         \
	X(QUIT, "quit", "Q ^C", CTX_ANY, AF_SAFE | AF_HINT, N_("quit"),        \
	    N_("quit the console"))                                            \
	X(BACK, "back", "Esc q", CTX_ANY, AF_SAFE, N_("back"),                 \
	    N_("back one level; closes filter, help, a drill-down"))           \
	X(HELP, "help", "? F1", CTX_ANY, AF_SAFE | AF_HINT, N_("help"),        \
	    N_("keys of this view"))                                           \
	X(PALETTE, "palette", ":", CTX_ANY, AF_SAFE | AF_HINT, N_("command"),  \
	    N_("every command by name"))                                       \
	X(VIEW_FLEET, "fleet", "1", CTX_ANY, AF_SAFE, N_("fleet"),             \
	    N_("hosts"))                                                       \
	X(VIEW_EGRESS, "egress", "2", CTX_ANY, AF_SAFE, N_("egress"),          \
	    N_("egress IPs"))                                                  \
	X(VIEW_QUEUE, "queue", "3", CTX_ANY, AF_SAFE, N_("queue"),             \
	    N_("what waits, by age"))                                          \
	X(VIEW_DEFERRALS, "deferrals", "4", CTX_ANY, AF_SAFE, N_("deferrals"), \
	    N_("replies that deferred or bounced mail"))                       \
	X(VIEW_LOG, "log", "5 l", CTX_ANY, AF_SAFE, N_("log"), N_("live log")) \
	X(VIEW_HOST, "host", "6", CTX_ANY, AF_SAFE, N_("host"),                \
	    N_("vitals, findings, discovery of one host"))                     \
	X(VIEW_LISTINGS, "listings", "7", CTX_ANY, AF_SAFE, N_("listings"),    \
	    N_("addresses and domains on lists"))                              \
	X(VIEW_THROTTLES, "throttles", "8", CTX_ANY, AF_SAFE, N_("throttles"), \
	    N_("egress IPs that providers slow down"))                         \
	X(VIEW_ALERTS, "alerts", "9", CTX_ANY, AF_SAFE, N_("alerts"),          \
	    N_("what rules have raised"))                                      \
	X(NEXT_VIEW, "next-view", "Tab", CTX_ANY, AF_SAFE, N_("next"),         \
	    N_("next view"))                                                   \
	X(PREV_VIEW, "previous-view", "S-Tab", CTX_ANY, AF_SAFE,               \
	    N_("previous"), N_("previous view"))                               \
	X(ENTER, "open", "Enter", CTX_TABLE | CTX_QUEUE, AF_SAFE | AF_HINT,    \
	    N_("open"), N_("drill into the row"))                              \
	X(BY_NEXT, "by-next", "b", CTX_QUEUE, AF_SAFE | AF_HINT, N_("by"),     \
	    N_("by domain, provider, sender, reply, egress"))                  \
	X(TABLE_NEXT, "next-table", "b", CTX_BY, AF_SAFE | AF_HINT, N_("by"),  \
	    N_("listings by segment, address, list; throttles as pairs, as "   \
	       "a matrix"))                                                    \
	X(ITS_LISTINGS, "its-listings", "i", CTX_EGRESS, AF_SAFE,              \
	    N_("listings"), N_("the lists this egress IP is on"))              \
	X(ITS_THROTTLES, "its-throttles", "t", CTX_EGRESS, AF_SAFE,            \
	    N_("throttles"), N_("the providers that slow it down"))            \
	X(ACK, "acknowledge", "a", CTX_ALERTS, AF_SAFE | AF_HINT, N_("seen"),  \
	    N_("the alert is seen: quiet until it gets worse"))                \
	X(MUTE, "mute", "m", CTX_ALERTS, AF_SAFE | AF_HINT, N_("mute"),        \
	    N_("not to be heard for 30m; :mute 2h for another time"))          \
	X(UNMUTE, "unmute", "M", CTX_ALERTS, AF_SAFE, N_("unmute"),            \
	    N_("to be heard again"))                                           \
	X(PAUSE, "pause", "P", CTX_EGRESS | CTX_PAIR | CTX_QUEUE, 0,           \
	    N_("pause"), N_("stop delivery; intake goes on, mail waits"))      \
	X(RESUME, "resume", "E", CTX_EGRESS | CTX_PAIR, 0, N_("resume"),       \
	    N_("end a pause, also one that another tool made"))                \
	X(INTERVAL, "interval", "W", CTX_EGRESS | CTX_PAIR | CTX_QUEUE, 0,     \
	    N_("interval"), N_("time between two deliveries to a domain"))     \
	X(CONCURRENCY, "concurrency", "C", CTX_EGRESS | CTX_PAIR | CTX_QUEUE,  \
	    0, N_("concurrency"), N_("deliveries at once to one domain"))      \
	X(PROCESSES, "processes", "O", CTX_EGRESS | CTX_PAIR | CTX_QUEUE, 0,   \
	    N_("processes"), N_("deliveries at once in all"))                  \
	X(EVACUATE, "evacuate", "V", CTX_EGRESS, 0, N_("evacuate"),            \
	    N_("pause it, and move its mail to others of its pool"))           \
	X(RETURN, "return", "B", CTX_EGRESS, 0, N_("return"),                  \
	    N_("end an evacuation: its mail leaves by it again"))              \
	X(HOLD, "hold", "H", CTX_QUEUE | CTX_MESSAGES, 0, N_("hold"),          \
	    N_("keep the messages in the queue, untried"))                     \
	X(RELEASE, "release", "E", CTX_QUEUE | CTX_MESSAGES, 0, N_("release"), \
	    N_("take held messages back into delivery"))                       \
	X(RETRY, "retry", "F", CTX_QUEUE | CTX_MESSAGES, 0, N_("retry"),       \
	    N_("try the messages now, never through a pause"))                 \
	X(DELETE, "delete", "D", CTX_QUEUE | CTX_MESSAGES, 0, N_("delete"),    \
	    N_("delete the messages for good; nobody is told"))                \
	X(EXPIRE, "expire", "X", CTX_QUEUE | CTX_MESSAGES, 0, N_("expire"),    \
	    N_("return the messages to their senders now"))                    \
	X(ISOLATE, "isolate", "S", CTX_QUEUE | CTX_MESSAGES, 0, N_("isolate"), \
	    N_("hold the sender's mail, new and queued"))                      \
	X(READMIT, "readmit", "A", CTX_QUEUE | CTX_MESSAGES, 0, N_("readmit"), \
	    N_("end an isolation: what it held is released"))                  \
	X(END_LEASE, "end", "E", CTX_LEASES, 0, N_("end now"),                 \
	    N_("take the act back now, on its host"))                          \
	X(EXTEND, "extend", "X", CTX_LEASES, 0, N_("extend"),                  \
	    N_("move its end: :extend 30m from now"))                          \
	X(ACTS, "acts", "F9",                                                  \
	    CTX_EGRESS | CTX_PAIR | CTX_QUEUE | CTX_MESSAGES | CTX_LEASES |    \
		CTX_TABLE | CTX_HOST,                                          \
	    AF_SAFE | AF_HINT, N_("act"),                                      \
	    N_("what can be done to the row, or why it cannot"))               \
	X(VIEW_LEASES, "leases", "L", CTX_ANY, AF_SAFE, N_("leases"),          \
	    N_("acts in force: by whom, until when"))                          \
	X(VIEW_JOURNAL, "journal", "J", CTX_ANY, AF_SAFE, N_("journal"),       \
	    N_("what was seen and done"))                                      \
	X(HOST_NEXT, "next-host", "] b", CTX_HOST, AF_SAFE | AF_HINT,          \
	    N_("next host"), N_("the next host"))                              \
	X(HOST_PREV, "previous-host", "[", CTX_HOST, AF_SAFE, N_("previous"),  \
	    N_("the previous host"))                                           \
	X(UP, "up", "Up k", CTX_ANY, AF_SAFE, N_("up"), N_("one row up"))      \
	X(DOWN, "down", "Down j", CTX_ANY, AF_SAFE, N_("down"),                \
	    N_("one row down"))                                                \
	X(PAGE_UP, "page-up", "PgUp ^B ^U", CTX_ANY, AF_SAFE, N_("page up"),   \
	    N_("one page up"))                                                 \
	X(PAGE_DOWN, "page-down", "PgDn ^F ^D", CTX_ANY, AF_SAFE,              \
	    N_("page down"), N_("one page down"))                              \
	X(TOP, "top", "g Home", CTX_ANY, AF_SAFE, N_("top"), N_("first row"))  \
	X(BOTTOM, "bottom", "G End", CTX_ANY, AF_SAFE, N_("bottom"),           \
	    N_("last row"))                                                    \
	X(LEFT, "left", "Left h", CTX_ANY, AF_SAFE, N_("left"),                \
	    N_("columns to the left"))                                         \
	X(RIGHT, "right", "Right", CTX_ANY, AF_SAFE, N_("right"),              \
	    N_("columns to the right"))                                        \
	X(FILTER, "filter", "/ F4", CTX_ANY, AF_SAFE | AF_HINT, N_("filter"),  \
	    N_("show rows that hold a text; Esc clears"))                      \
	X(FIND_NEXT, "find-next", "n", CTX_LOG | CTX_TEXT, AF_SAFE,            \
	    N_("next"), N_("next match"))                                      \
	X(FIND_PREV, "find-previous", "N", CTX_LOG | CTX_TEXT, AF_SAFE,        \
	    N_("previous"), N_("previous match"))                              \
	X(FIND, "find", "f", CTX_LOG | CTX_TEXT, AF_SAFE | AF_HINT,            \
	    N_("find"), N_("find a text; n and N go on"))                      \
	X(SORT_LEFT, "sort-left", "<", CTX_TABLE, AF_SAFE | AF_HINT,           \
	    N_("sort"), N_("sort by the column to the left"))                  \
	X(SORT_RIGHT, "sort-right", "> F6", CTX_TABLE, AF_SAFE, N_("sort"),    \
	    N_("sort by the column to the right"))                             \
	X(SORT_INVERT, "sort-invert", "I", CTX_TABLE, AF_SAFE, N_("invert"),   \
	    N_("turn the sort order round"))                                   \
	X(TAG, "tag", "Space", CTX_TABLE, AF_SAFE, N_("tag"),                  \
	    N_("tag the row, go down"))                                        \
	X(TAG_ALL, "tag-matching", "*", CTX_TABLE, AF_SAFE, N_("tag all"),     \
	    N_("tag every row shown"))                                         \
	X(UNTAG, "untag", "U", CTX_TABLE, AF_SAFE, N_("untag"),                \
	    N_("untag all rows"))                                              \
	X(FREEZE, "freeze", "Z =", CTX_ANY, AF_SAFE | AF_HINT, N_("freeze"),   \
	    N_("freeze the display; collection goes on"))                      \
	X(REFRESH, "refresh", "R F5", CTX_ANY, AF_SAFE | AF_HINT,              \
	    N_("read now"), N_("read queues again, reconnect what waits"))     \
	X(EXPORT, "export", "^S", CTX_ANY, AF_SAFE, N_("export"),              \
	    N_("save what is shown: :export text|csv|json FILE"))              \
	X(THEME, "theme", "T", CTX_ANY, AF_SAFE, N_("theme"),                  \
	    N_("next theme"))                                                  \
	X(MESSAGES, "messages", "@", CTX_ANY, AF_SAFE, N_("messages"),         \
	    N_("the console's own last messages"))

enum action {
	ACT_NONE,
#define X(id, name, keys, ctx, flags, hint, help) ACT_##id,
	ACTION_LIST(X)
#undef X
	    ACT_N
};

struct action_row {
	const char *name, *keys, *hint, *help;
	unsigned ctx, flags;
};
extern const struct action_row action_rows[ACT_N];

/* The action named in the palette; ACT_NONE if there is none. */
enum action action_by_name(struct str name);

#endif
