#include "base/heap.h"

#include <stdlib.h>

void
heap_free(struct heap *h)
{
	free(h->nodes);
	*h = (struct heap){0};
}

/* Places are 1-based, so that 0 can mean "in none". */
static void
place(struct heap *h, struct heap_node *node, size_t pos)
{
	h->nodes[pos - 1] = node;
	node->pos = pos;
}

static int64_t
at(const struct heap *h, size_t pos)
{
	return h->nodes[pos - 1]->at_ms;
}

static void
rise(struct heap *h, struct heap_node *node)
{
	size_t pos = node->pos;

	while (pos > 1 && node->at_ms < at(h, pos / 2)) {
		place(h, h->nodes[pos / 2 - 1], pos);
		pos /= 2;
	}
	place(h, node, pos);
}

static void
sink(struct heap *h, struct heap_node *node)
{
	size_t pos = node->pos, child;

	while ((child = pos * 2) <= h->n) {
		if (child < h->n && at(h, child + 1) < at(h, child))
			child++;
		if (node->at_ms <= at(h, child))
			break;
		place(h, h->nodes[child - 1], pos);
		pos = child;
	}
	place(h, node, pos);
}

static int
make_room(struct heap *h)
{
	size_t cap = h->cap ? h->cap * 2 : 64;
	struct heap_node **nodes;

	if (h->n < h->cap)
		return 0;
	nodes = reallocarray(h->nodes, cap, sizeof *nodes);
	if (!nodes)
		return -1;
	h->nodes = nodes;
	h->cap = cap;
	return 0;
}

int
heap_put(struct heap *h, struct heap_node *node, int64_t at_ms)
{
	if (node->pos == 0) {
		if (make_room(h) != 0)
			return -1;
		place(h, node, ++h->n);
	}
	node->at_ms = at_ms;
	rise(h, node);
	sink(h, node);
	return 0;
}

void
heap_drop(struct heap *h, struct heap_node *node)
{
	size_t pos = node->pos;
	struct heap_node *last;

	if (pos == 0)
		return;
	node->pos = 0;
	last = h->nodes[--h->n];
	if (last == node)
		return;
	place(h, last, pos);
	rise(h, last);
	sink(h, last);
}

struct heap_node *
heap_first(const struct heap *h)
{
	return h->n > 0 ? h->nodes[0] : NULL;
}
