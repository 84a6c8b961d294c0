/*
 * The settings: ONE table (conf.c) that parsing, --help and --check walk.
 * A setting comes from its option, else from its environment variable (CGI has
 * no options), else from its default.
 */
#ifndef BASE_CONF_H
#define BASE_CONF_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

enum { CONF_PATH_MAX = 1024 };

struct conf {
	char listen[CONF_PATH_MAX]; /* unix socket of the supervisor, or "" */
	char db[CONF_PATH_MAX];     /* the database file */
	char log[CONF_PATH_MAX];    /* log file; "-" is stderr */
	int64_t log_level;          /* enum log_level */
	int64_t workers;            /* processes under the supervisor */
	int64_t socket_mode;        /* permissions of the listening socket */
	int64_t hold_s;             /* a poll's wait where it names none */
	int64_t hold_max_s;         /* the longest wait a poll gets */
	int64_t cgi_hold_s;         /* the longest wait of a poll under CGI */
	int64_t cgi_delay_ms;       /* pause before the next poll under CGI */
	int64_t away_s;             /* without a poll for so long: away */
	int64_t gone_s;             /* without a poll for so long: gone */
	int64_t unload_s;           /* gone after a page's unload beacon */
	int64_t fresh_s;            /* a waiter seen within it may be paired */
	int64_t widen_s;            /* a common tag is waited for */
	int64_t typing_s;           /* typing that is not renewed ends */
	int64_t retract_s;          /* a message can be taken back */
	int64_t session_idle_s;     /* a session unused for so long expires */
	int64_t session_age_s;      /* a session this old expires */
	int64_t nonce_s;            /* a nonce is remembered for so long */
	int64_t backlog_max;        /* unread events per session */
	int64_t pictures_max;       /* pictures of one chat */
	int64_t pictures_kib;       /* and how much they are together */
	int64_t pictures_all_mib;   /* pictures of all chats together */
	int64_t lock_wait_ms;       /* longest wait for the write lock */
	int64_t flush_ms;           /* how often leases and acks are stored */
	int64_t erase_s;            /* what was deleted is in no file then */
	int64_t wal_max_kib;        /* checkpoint when the WAL is larger */
	int64_t drain_s;            /* a draining worker ends after so long */
	int64_t stuck_ms;           /* a worker that stands still is killed */
	/* Limits: of all, of one address, of one session; see chat/rates.h. */
	char proxies[CONF_PATH_MAX]; /* whose X-Forwarded-For is believed */
	int64_t rates;               /* 1: the limits below count */
	int64_t sessions_max;        /* sessions in all */
	int64_t waiting_max;         /* people who wait */
	int64_t held_max;            /* polls that one worker holds */
	int64_t sessions_address;    /* sessions of one address */
	int64_t sessions_minute;     /* of them, new ones */
	int64_t pairings_minute;     /* next and back of one address */
	int64_t picture_mib_hour;    /* pictures from one address */
	int64_t messages_minute;     /* messages of one session */
	int64_t polls_minute;        /* its polls */
	int64_t acts_minute;         /* all else that it does */
	int64_t pictures_hour;       /* its pictures */
	int64_t kib_minute;          /* and the bytes of all that */
	int64_t work;                /* enum conf_work */
	int64_t work_minute;         /* new sessions in all that bring work */
	int64_t work_address;        /* and those of one address */
	int64_t work_bits;           /* how much work it is at first */
	int64_t work_bits_max;       /* and at the most */
	int64_t work_s;              /* how long one has for it */
	int64_t wait_s;              /* who cannot work waits so long */
	int64_t sandbox;             /* 1: workers lock themselves in */
};

/* When a new session costs a proof of work: never, under pressure, always. */
enum conf_work { WORK_OFF, WORK_AUTO, WORK_ALWAYS };

enum conf_asked {
	CONF_SERVE,    /* go on */
	CONF_CHECK,    /* --check: settings are good; print them and exit 0 */
	CONF_CHECK_DB, /* --check-db: and look at the database */
	CONF_HELP,     /* --help */
	CONF_VERSION,  /* --version */
	CONF_WRONG     /* why tells the name, the value and the range */
};

/*
 * conf_load fills c from defaults, then environ, then argv. On CONF_WRONG a
 * sentence without newline stands in why, e.g.
 * `--workers (PARLEY_WORKERS): "99" is not a whole number from 1 to 64`.
 * An option that is no setting, and a stray argument, are wrong as well.
 * Options: `--name VALUE` and `--name=VALUE`. Under CGI (GATEWAY_INTERFACE is
 * set) argv is the visitor's and is not read.
 */
enum conf_asked conf_load(struct conf *c, int argc, char *const argv[],
    char *why, size_t why_cap);

/* conf_usage prints --help: synopsis and one row per setting. */
void conf_usage(FILE *out);

/* conf_print prints `name = value` per setting (--check). */
void conf_print(const struct conf *c, FILE *out);

/*
 * conf_export puts every setting into this process's environment, so that a
 * program started from here finds the same settings. 0, or -1 on no memory.
 */
int conf_export(const struct conf *c);

#endif
