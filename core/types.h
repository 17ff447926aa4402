/*
 * types.h - the things the console speaks of, as DESIGN names them: host,
 * handle, egress IP, pool, provider, reply; and what drivers tell about them.
 * Pure data; texts inside come from hosts and are hostile until drawn.
 */
#ifndef CORE_TYPES_H
#define CORE_TYPES_H

#include "core/err.h"
#include "core/str.h"

#include <stdbool.h>
#include <stdint.h>

typedef uint16_t host_id;   /* index into model.hosts */
typedef uint32_t egress_id; /* index into model.egress */
#define HOST_NONE   UINT16_MAX
#define EGRESS_NONE UINT32_MAX

enum {
	NAME_MAX_BYTES = 256,
	SERVICE_MAX_BYTES = 64,
	ADDR_MAX_BYTES = 48, /* INET6_ADDRSTRLEN, and a little */
	MAX_HANDLES = 256,   /* a host */
	MAX_FINDINGS = 64,
	MAX_POOLS = 64,
	MAX_FURTHER = 32, /* Postfix instances besides the main one */
};

/* Where a host's link stands. */
enum link_state {
	LINK_IDLE,	 /* not asked to connect yet */
	LINK_RESOLVING,	 /* ssh -G, name lookup */
	LINK_CONNECTING, /* TCP, or the jump host's channel */
	LINK_HANDSHAKE,	 /* SSH banner, key exchange, host key */
	LINK_AUTH,	 /* authentication */
	LINK_DISCOVERY,	 /* logged in, asking what runs here */
	LINK_UP,	 /* streams run */
	LINK_WAITING,	 /* lost or refused; next try at retry_at_ms */
	LINK_ASKING,	 /* waits for a person: host key or passphrase */
	LINK_FAILED,	 /* will not be tried again by itself */
};

enum privilege { PRIV_UNKNOWN, PRIV_NONE, PRIV_SUDO, PRIV_ROOT };
enum log_format { LOGF_UNKNOWN, LOGF_SYSLOG, LOGF_RFC3339, LOGF_JOURNAL };

/* A way out of a host: one client transport of master.cf. */
struct handle {
	char name[SERVICE_MAX_BYTES];	 /* master.cf service: "out1" */
	char tag[SERVICE_MAX_BYTES * 2]; /* syslog name: "postfix/out1" */
	char ip[ADDR_MAX_BYTES];	 /* bind address; "" = host's default */
	char ip6[ADDR_MAX_BYTES];	 /* smtp_bind_address6; "" = none */
	char pool[SERVICE_MAX_BYTES];	 /* pool's name; "" = in none */
	char instance[SERVICE_MAX_BYTES]; /* multi-instance name; "" = main */
	bool attributable; /* false: shares its tag with another address */
	bool twice;	   /* master.cf lists it again: the last entry counts */
	bool clone; /* an act's double of another one, as long as it lasts */
};

/* Something the readiness check found (postfix.md, "What an egress IP is").*/
struct finding {
	char id[32];	  /* stable: "no-syslog-name" */
	char text[256];	  /* what is so, naming the subject */
	char remedy[320]; /* what to do about it; exact commands if any */
};

/* A further Postfix instance of a host (postmulti(1)). A folder that could not
 * be told, or is none that could be named in a command, is "". */
struct instance {
	char name[SERVICE_MAX_BYTES]; /* as its handles have it */
	char config_dir[256], queue_dir[256];
};

struct discovery {
	char mta[16];	  /* "postfix" */
	char version[32]; /* "3.7.11" */
	char hostname[NAME_MAX_BYTES];
	char queue_dir[256], config_dir[256]; /* the main instance's */
	char log_path[256];		      /* "" with LOGF_JOURNAL */
	enum log_format log_format;
	enum privilege privilege;
	bool journal_sudo; /* reading the journal takes sudo, which lets us */
	int64_t clock_offset_ms; /* host's wall clock minus ours */
	int32_t utc_offset_s;	 /* of the host's zone, for syslog times */
	int64_t boot_ms;	 /* host's boot time, host's clock; 0 unknown */
	bool long_queue_ids;
	/* With this much free or less on the queue's disk no mail is taken
	 * over SMTP; -1 unknown. And the setting that says so. */
	int64_t spool_need_bytes;
	char spool_rule[40];
	uint16_t n_further, n_handles, n_findings;
	struct instance further[MAX_FURTHER];
	struct handle handles[MAX_HANDLES];
	struct finding findings[MAX_FINDINGS];
};

/* Copies what is used: the arrays are large, and pages of *to that were never
 * written to cost nothing. */
void discovery_copy(struct discovery *to, const struct discovery *from);

/* Sets of a host's instances: the main one is bit 0, further[i] bit i + 1. */
#define INSTANCE_MAIN UINT64_C(1)
/* Of a handle. */
uint64_t discovery_instance_bit(
    const struct discovery *d, const struct handle *h);
/* Its name, 0 <= i <= n_further. The main one's is "-", as in postmulti(1). */
const char *discovery_instance_name(const struct discovery *d, unsigned i);
/* "-, postfix-out": as many as fit. */
void discovery_instance_names(
    const struct discovery *d, uint64_t set, char *dst, size_t cap);

enum queue_name { Q_INCOMING, Q_ACTIVE, Q_DEFERRED, Q_HOLD, Q_MAILDROP, Q_N };

/* Numbers that could not be read are -1: unknown is not zero. */
struct queue_counts {
	int64_t n[Q_N];
	int64_t age_ms;	 /* how long ago they were counted */
	uint64_t unread; /* instances of which one or all are not in n */
};

struct vitals {
	int64_t load_milli[3]; /* load average * 1000; -1 unknown */
	int32_t cpus;
	int32_t cpu_pressure_milli; /* PSI some avg10 in 1/1000; -1 unknown */
	int32_t io_pressure_milli;
	int32_t cpu_used_milli; /* of all cores since the last reading; -1 */
	int64_t mem_total_bytes, mem_avail_bytes;
	int64_t spool_total_bytes, spool_avail_bytes;
	int64_t spool_inodes, spool_inodes_free;
	char top_name[32]; /* the process that used most CPU; "" unknown */
	int32_t top_pid, top_cpu_milli;
	int64_t uptime_s; /* -1 unknown */
};

/* Stable words for JSON, tests and logs: "up", "sudo", "deferred". */
const char *link_state_name(enum link_state s);
const char *privilege_name(enum privilege p);
const char *queue_name_of(enum queue_name q);

/* qshape's age classes: up to 5, 10, 20 .. 1280 minutes, and more. */
enum { AGE_BUCKETS = 10 };
extern const char *const age_names[AGE_BUCKETS]; /* "5" .. "1280", "1280+" */
unsigned age_bucket(int64_t age_ms);

#endif
