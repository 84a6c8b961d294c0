#include "base/map.h"

#include <stdlib.h>

enum { CAP_FIRST = 64 };

void
map_free(struct map *m)
{
	free(m->buckets);
	*m = (struct map){0};
}

/* Ids are random or count upwards: one multiplication spreads both. */
static struct map_node **
bucket(struct map_node **buckets, size_t cap, int64_t key)
{
	uint64_t hash = (uint64_t)key * UINT64_C(0x9E3779B97F4A7C15);

	return &buckets[(hash >> 32) & (cap - 1)];
}

struct map_node *
map_find(const struct map *m, int64_t key)
{
	struct map_node *node;

	if (m->cap == 0)
		return NULL;
	node = *bucket(m->buckets, m->cap, key);
	while (node && node->key != key)
		node = node->next;
	return node;
}

static void
push(struct map_node **head, struct map_node *node)
{
	node->next = *head;
	*head = node;
}

static int
grow(struct map *m)
{
	size_t cap = m->cap ? m->cap * 2 : CAP_FIRST;
	struct map_node **buckets = calloc(cap, sizeof *buckets);

	if (!buckets)
		return -1;
	for (size_t i = 0; i < m->cap; i++) {
		struct map_node *node = m->buckets[i], *next;

		for (; node; node = next) {
			next = node->next;
			push(bucket(buckets, cap, node->key), node);
		}
	}
	free(m->buckets);
	m->buckets = buckets;
	m->cap = cap;
	return 0;
}

int
map_add(struct map *m, struct map_node *node, int64_t key)
{
	/* Where growing fails, longer chains still do. */
	if (m->n >= m->cap && grow(m) != 0 && m->cap == 0)
		return -1;
	node->key = key;
	push(bucket(m->buckets, m->cap, key), node);
	m->n++;
	return 0;
}

void
map_drop(struct map *m, struct map_node *node)
{
	struct map_node **link = bucket(m->buckets, m->cap, node->key);

	while (*link != node)
		link = &(*link)->next;
	*link = node->next;
	node->next = NULL;
	m->n--;
}

void
map_each(struct map *m, void (*visit)(struct map_node *, void *arg), void *arg)
{
	for (size_t i = 0; i < m->cap; i++) {
		struct map_node *node = m->buckets[i], *next;

		for (; node; node = next) {
			next = node->next;
			visit(node, arg);
		}
	}
}
