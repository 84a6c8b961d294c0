/*
 * replay RECORDING SAID FOLDER SEED CUTS [DEAF [ONLY]]
 *
 * Cuts the power at CUTS moments of a recording and looks, each time, whether
 * what a new boot finds in FOLDER/parley.db opens, is whole, and holds what was
 * promised by then. Says so in one line of JSON; the first failures on stderr.
 * CUTS = 0: no cut; FOLDER gets the files as they were at the end.
 * DEAF (none, folder, log, main): whose syncs do nothing, for negative
 * controls. ONLY: this one of the cuts; its files stay in FOLDER, its promises
 * are listed.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "chance.h"
#include "disk.h"
#include "held.h"

enum { COMPLAINTS_MAX = 10 };

struct recording {
	const char *bytes;
	size_t len;
	const struct record **records;
	size_t n;
	size_t *answers; /* places in records */
	size_t n_answers;
};

struct moment {
	size_t at; /* so many records have been taken */
	uint64_t seed;
	long number;
};

struct totals {
	uint64_t cuts, opened, early, bad, checked, lost, forgotten, returned,
	    broken;
	struct disk_harm harm;
};

static void
die(const char *what)
{
	fprintf(stderr, "replay: %s\n", what);
	exit(2);
}

static void
index_records(struct recording *rec)
{
	size_t at = 0;

	rec->records = calloc(rec->len / sizeof(struct record) + 1,
	    sizeof(rec->records[0]));
	rec->answers = calloc(rec->len / sizeof(struct record) + 1,
	    sizeof(rec->answers[0]));
	if (rec->records == NULL || rec->answers == NULL)
		die("out of memory");
	while (at + sizeof(struct record) <= rec->len) {
		const struct record *r = (const void *)(rec->bytes + at);

		if (r->magic != RECORD_MAGIC)
			die("this is no recording");
		if (r->kind == RECORD_ANSWER)
			rec->answers[rec->n_answers++] = rec->n;
		rec->records[rec->n++] = r;
		at += sizeof(*r) + r->len + record_gap(r);
	}
	if (at != rec->len || rec->n_answers == 0)
		die("the recording is not whole");
}

static struct recording
read_recording(const char *path)
{
	struct recording rec = {0};
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	struct stat st;

	if (fd < 0 || fstat(fd, &st) != 0)
		die("no recording");
	rec.len = (size_t)st.st_size;
	rec.bytes = mmap(NULL, rec.len, PROT_READ, MAP_PRIVATE, fd, 0);
	close(fd);
	if (rec.bytes == MAP_FAILED)
		die("the recording cannot be read");
	index_records(&rec);
	return rec;
}

/* Some while all is being made, some close behind an answer, some anywhere. */
static size_t
choose_at(const struct recording *rec, uint64_t *seed)
{
	uint64_t kind = chance_below(seed, 10);
	size_t at;

	if (kind < 2)
		return 1 + chance_below(seed, rec->answers[0] + 2);
	if (kind >= 5)
		return 1 + chance_below(seed, rec->n);
	at = rec->answers[chance_below(seed, rec->n_answers)] + 1 +
	    chance_below(seed, 3);
	return at < rec->n ? at : rec->n;
}

static int
by_place(const void *a, const void *b)
{
	const struct moment *x = a, *y = b;

	return x->at < y->at ? -1 : x->at > y->at;
}

static struct moment *
choose_moments(const struct recording *rec, uint64_t seed, long n)
{
	struct moment *all = calloc((size_t)n + 1, sizeof(*all));

	if (all == NULL)
		die("out of memory");
	for (long i = 0; i < n; i++) {
		all[i].at = choose_at(rec, &seed);
		all[i].seed = chance(&seed);
		all[i].number = i;
	}
	qsort(all, (size_t)n, sizeof(*all), by_place);
	return all;
}

static void
take(struct disk *d, struct said *said, const struct record *r)
{
	const char *why;

	if (!disk_take(d, r, r + 1, &why))
		die(why);
	if (r->kind == RECORD_ANSWER)
		said_answer(said, (const char *)(r + 1), r->len);
}

static void
cut(struct totals *t, const struct disk *d, struct said *said,
    const struct moment *m, const char *folder)
{
	struct held_verdict v;
	char path[4200];

	snprintf(path, sizeof(path), "%s/parley.db", folder);
	if (!disk_cut(d, m->seed, folder, &t->harm)) {
		perror(path);
		exit(2);
	}
	held_check(said, path, &v);
	t->cuts++;
	t->early += v.checked == 0;
	t->opened += !v.is_broken;
	t->broken += v.is_broken;
	t->checked += v.checked;
	t->lost += v.lost;
	t->forgotten += v.forgotten;
	t->returned += v.returned;
	if (!v.is_broken && v.lost + v.forgotten + v.returned == 0)
		return;
	if (t->bad++ < COMPLAINTS_MAX)
		fprintf(stderr,
		    "cut %ld, after %zu records: %llu of %llu lost: %s\n",
		    m->number, m->at, (unsigned long long)v.lost,
		    (unsigned long long)v.checked, v.why);
}

static void
say(const struct totals *t, const struct recording *rec)
{
	const struct {
		const char *name;
		uint64_t n;
	} all[] = {
	    {"records", rec->n},
	    {"answers", rec->n_answers},
	    {"cuts", t->cuts},
	    {"early", t->early},
	    {"opened", t->opened},
	    {"broken", t->broken},
	    {"checked", t->checked},
	    {"lost", t->lost},
	    {"forgotten", t->forgotten},
	    {"returned", t->returned},
	    {"bad", t->bad},
	    {"dropped", t->harm.dropped},
	    {"torn", t->harm.torn},
	    {"reordered", t->harm.reordered},
	    {"names", t->harm.names},
	    {"truncates", t->harm.truncates},
	};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		printf("%s\"%s\": %llu", i == 0 ? "{" : ", ", all[i].name,
		    (unsigned long long)all[i].n);
}

static void
list_promised(const struct said *said)
{
	const int64_t *ids;
	size_t n = said_promised(said, &ids);

	printf(", \"promised\": [");
	for (size_t i = 0; i < n; i++)
		printf("%s%lld", i == 0 ? "" : ", ", (long long)ids[i]);
	printf("]");
}

static enum disk_deaf
deaf_from(const char *name)
{
	static const char *const names[] = {"none", "folder", "log", "main"};

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (strcmp(names[i], name) == 0)
			return (enum disk_deaf)i;
	die("DEAF is none, folder, log or main");
	return DEAF_NOT;
}

int
main(int argc, char **argv)
{
	long only = argc > 7 ? atol(argv[7]) : -1;
	struct recording rec;
	struct moment *moments;
	struct totals t = {0};
	struct said *said;
	struct disk *d;
	size_t taken = 0;
	long n;

	if (argc < 6 || (n = atol(argv[5])) < 0)
		die("RECORDING SAID FOLDER SEED CUTS [DEAF [ONLY]]");
	rec = read_recording(argv[1]);
	said = said_read(argv[2]);
	d = disk_new(deaf_from(argc > 6 ? argv[6] : "none"));
	if (said == NULL || d == NULL)
		die("what was said cannot be read");
	moments = choose_moments(&rec, strtoull(argv[4], NULL, 10), n);
	for (long i = 0; i < n; i++) {
		if (only >= 0 && moments[i].number != only)
			continue;
		while (taken < moments[i].at)
			take(d, said, rec.records[taken++]);
		cut(&t, d, said, &moments[i], argv[3]);
	}
	while (n == 0 && taken < rec.n)
		take(d, said, rec.records[taken++]);
	if (n == 0 && !disk_show(d, argv[3]))
		die("the files cannot be written");
	say(&t, &rec);
	if (only >= 0)
		list_promised(said);
	printf("}\n");
	disk_free(d);
	said_free(said);
	free(moments);
	free(rec.records);
	free(rec.answers);
	return 0;
}
