/*
 * A hash table from a positive 64-bit id to a node embedded in what it belongs
 * to. The map owns only its array of buckets.
 */
#ifndef BASE_MAP_H
#define BASE_MAP_H

#include <stddef.h>
#include <stdint.h>

struct map_node {
	int64_t key;
	struct map_node *next;
};

struct map {
	struct map_node **buckets;
	size_t n, cap; /* cap is a power of two, or 0 */
};

void map_free(struct map *m);

struct map_node *map_find(const struct map *m, int64_t key);

/* map_add puts a node whose key is not in the map. 0, or -1 on no memory. */
int map_add(struct map *m, struct map_node *node, int64_t key);

/* map_drop takes out a node that is in the map. */
void map_drop(struct map *m, struct map_node *node);

/*
 * map_each calls visit for every node; visit may drop the node it is given
 * (and free it), and nothing else.
 */
void map_each(struct map *m, void (*visit)(struct map_node *, void *arg),
    void *arg);

#endif
