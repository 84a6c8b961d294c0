/*
 * A min-heap of deadlines. Nodes are embedded in what they belong to; the heap
 * owns only its array of pointers.
 */
#ifndef BASE_HEAP_H
#define BASE_HEAP_H

#include <stddef.h>
#include <stdint.h>

struct heap_node {
	int64_t at_ms; /* the deadline; read-only while in a heap */
	size_t pos;    /* 1-based place in the heap; 0 = in none */
};

struct heap {
	struct heap_node **nodes;
	size_t n, cap;
};

void heap_free(struct heap *h);

/* heap_put adds a node, or moves it to at_ms. 0, or -1 on no memory. */
int heap_put(struct heap *h, struct heap_node *node, int64_t at_ms);

/* heap_drop takes a node out; a node in no heap is left alone. */
void heap_drop(struct heap *h, struct heap_node *node);

/* heap_first returns the nearest deadline's node, or NULL. */
struct heap_node *heap_first(const struct heap *h);

#endif
