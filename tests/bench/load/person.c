#include "person.h"

#include "fault.h"
#include "ledger.h"
#include "message.h"
#include "options.h"
#include "peer.h"
#include "run.h"
#include "ticks.h"

void
person_send(struct person *p, struct lane *l, int64_t at_ns)
{
	char text[MESSAGE_LEN];
	struct message m = {.from = p->id,
	    .to = p->partner->id,
	    .number = p->n_sent++,
	    .at_ns = at_ns};

	/* A peer without acknowledgements has one connection: all in order. */
	m.floor = peer->acks ? p->acks.low : m.number;
	message_write(&m, text);
	l->number = m.number;
	l->sent_ns = at_ns;
	l->busy = true;
	l->acked = !peer->acks;
	l->delivered = options.mode == MODE_SCRIPT && !options.reads;
	run.n_underway++;
	peer->send(p, l, text);
}

static void
settle(struct person *p, struct lane *l)
{
	if (!l->acked || !l->delivered)
		return;
	l->busy = false;
	run.n_underway--;
	run_lane_free(p, l);
}

void
person_acked(struct person *p, struct lane *l)
{
	if (!l->busy || l->acked)
		fault("person %u: an answer to no message", p->id);
	seen_add(&p->acks, l->number);
	l->acked = true;
	if (peer->is_echo) {
		struct message m = {.at_ns = l->sent_ns};

		p->partner->seen = p->acks;
		l->delivered = true;
		run_given(&m);
	}
	run_acked(l);
	settle(p, l);
}

void
person_given(struct person *p, const char *text, size_t len)
{
	struct message m;

	if (!message_read(&m, text, len))
		fault("person %u was given \"%.*s\", no message of ours", p->id,
		    (int)(len > 99 ? 99 : len), text);
	check_message(p, &m);
	run_given(&m);
	for (int i = 0; i < options.inflight; i++) {
		struct lane *l = &p->partner->lanes[i];

		if (l->busy && l->number == m.number && !l->delivered) {
			l->delivered = true;
			settle(p->partner, l);
			return;
		}
	}
	fault("person %u was given message %u, which is not on its way", p->id,
	    m.number);
}

void
person_inside(struct person *p)
{
	if (p->inside)
		return;
	p->inside = true;
	run.n_inside++;
}

void
person_matched(struct person *p, int64_t chat)
{
	struct person *other = ledger_enter(p, chat);

	person_inside(p);
	if (other != NULL) {
		p->partner = other;
		other->partner = p;
		run_paired();
	}
	run_joined(p);
}

void
person_gone(struct person *p)
{
	if (p->left)
		return;
	p->left = true;
	conn_close(&p->main);
	for (int i = 0; i < LANES_MAX; i++)
		conn_close(&p->lanes[i].conn);
	run.n_gone++;
}
