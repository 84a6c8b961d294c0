#include "report.h"

#include <stdio.h>
#include <unistd.h>

#include "options.h"
#include "peer.h"
#include "run.h"
#include "ticks.h"
#include "watch.h"

static struct watch watched[WATCH_MAX + 1];
static int n_watched;

void
report_init(void)
{
	char self[32];

	for (int i = 0; options.watch[i] != NULL; i++)
		watch_init(&watched[n_watched++], options.watch[i]);
	snprintf(self, sizeof(self), "load=%d", (int)getpid());
	watch_init(&watched[n_watched++], self);
}

void
report_begin(void)
{
	for (int i = 0; i < n_watched; i++)
		watch_begin(&watched[i]);
}

void
report_end(void)
{
	for (int i = 0; i < n_watched; i++)
		watch_end(&watched[i]);
}

static void
print_hist(const char *name, const struct hist *h)
{
	printf(",\"%s\":{\"n\":%llu,\"p50\":%.1f,\"p99\":%.1f,\"p999\":%.1f,"
	       "\"max\":%.1f}",
	    name, (unsigned long long)h->n, hist_at(h, 0.5) / 1e3,
	    hist_at(h, 0.99) / 1e3, hist_at(h, 0.999) / 1e3, h->max / 1e3);
}

static void
print_watched(void)
{
	printf(",\"used\":{");
	for (int i = 0; i < n_watched; i++) {
		const struct watch *w = &watched[i];

		printf("%s\"%s\":{\"cpu_us\":%.0f,\"write_bytes\":%lld,"
		       "\"wchar\":%lld}",
		    i > 0 ? "," : "", w->name, w->used.cpu_ns / 1e3,
		    (long long)w->used.write_bytes, (long long)w->used.wchar);
	}
	printf("}");
}

void
report_print(void)
{
	double s = (double)(run.closed_ns - run.begin_ns) / SECOND;

	printf("{\"peer\":\"%s\",\"people\":%u,\"inflight\":%d,"
	       "\"seconds\":%.6f",
	    peer->name, options.people, options.inflight, s);
	printf(",\"messages\":%llu,\"per_s\":%.1f,\"pairs\":%llu,"
	       "\"pairs_per_s\":%.1f,\"ack_gap_ms\":%.3f",
	    (unsigned long long)run.n_given, (double)run.n_given / s,
	    (unsigned long long)run.n_pairs, (double)run.n_pairs / s,
	    run.ack_gap_ns / 1e6);
	print_hist("latency_us", &run.latency);
	print_hist("ack_us", &run.ack);
	print_watched();
	printf("}\n");
}
