/*
 * The machine under the service: leases count in its steady clock, which
 * starts over with each boot and goes on while the service is down.
 */
#include <string.h>

#include "base/clock.h"
#include "base/log.h"
#include "store/host.h"
#include "store/query.h"

static enum found
shift(struct store *st, int64_t by_ms)
{
	static const enum sql all[] = {SQL_LEASE_SHIFT, SQL_WAITING_SHIFT,
	    SQL_CHAT_SHIFT, SQL_SENT_SHIFT};

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
		if (query_run(st, all[i], 1, &by_ms) == STORE_FAILED)
			return STORE_FAILED;
	log_info("store: leases moved by %lld ms", (long long)by_ms);
	return STORE_FOUND;
}

static enum found
newest_lease(struct store *st, int64_t *ms)
{
	struct query q = query(st, SQL_LEASE_NEWEST);

	if (query_step(&q))
		*ms = query_column(&q, 0);
	return query_end(&q);
}

static enum found
same_boot(struct store *st, const char *boot_id)
{
	struct query q = query(st, SQL_HOST_BOOT);
	bool same = false;
	size_t len;
	enum found f;

	if (query_step(&q)) {
		const char *is = query_column_text(&q, 0, &len);

		same = len == strlen(boot_id) && memcmp(is, boot_id, len) == 0;
	}
	f = query_end(&q);
	return f == STORE_FAILED ? f : same ? STORE_FOUND : STORE_NONE;
}

static enum found
new_boot(struct store *st, const char *boot_id, int64_t now_ms)
{
	struct query q = query(st, SQL_HOST_BOOT_SET);
	int64_t newest = 0;

	query_text(&q, boot_id, strlen(boot_id));
	query_step(&q);
	if (query_end(&q) == STORE_FAILED ||
	    query_run(st, SQL_ADDRESS_REBOOT, 0, NULL) == STORE_FAILED ||
	    query_run(st, SQL_SPENT_REBOOT, 0, NULL) == STORE_FAILED ||
	    newest_lease(st, &newest) == STORE_FAILED)
		return STORE_FAILED;
	return newest == 0 ? STORE_NONE : shift(st, now_ms - newest);
}

/* Called with the write lock held, outside any transaction. */
enum found
store_host_rebase(struct store *st, int64_t now_ms)
{
	char boot_id[CLOCK_BOOT_ID_LEN + 1];
	enum found f;

	clock_boot_id(boot_id);
	f = same_boot(st, boot_id);
	if (f != STORE_NONE)
		return f;
	if (st->db->engine->begin(st->db, DB_WRITE) != DB_DONE)
		return STORE_FAILED;
	f = new_boot(st, boot_id, now_ms);
	if (f == STORE_FAILED) {
		st->db->engine->rollback(st->db);
		return f;
	}
	return st->db->engine->commit(st->db) == DB_DONE ? STORE_FOUND
							 : STORE_FAILED;
}

enum found
store_host_resume(struct store *st, int64_t now_ms)
{
	int64_t newest = 0;
	enum found f = newest_lease(st, &newest);

	if (f == STORE_FAILED || newest == 0 || newest >= now_ms)
		return f;
	return shift(st, now_ms - newest);
}

enum found
store_host_check(struct store *st, int64_t at)
{
	return query_run(st, SQL_HOST_CHECK, 1, &at);
}

enum found
store_host_totals(struct store *st, struct totals *out)
{
	const struct {
		const char *table;
		int64_t *total;
	} all[] = {
	    {"session", &out->sessions},
	    {"chat", &out->chats},
	    {"event", &out->events},
	};
	struct query q = query(st, SQL_TOTALS);
	size_t len;

	*out = (struct totals){0};
	while (query_step(&q)) {
		const char *name = query_column_text(&q, 0, &len);

		for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++)
			if (strcmp(name, all[i].table) == 0)
				*all[i].total = query_column(&q, 1);
	}
	return query_end(&q);
}
