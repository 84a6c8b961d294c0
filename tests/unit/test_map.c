#include "unit.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/map.h"

enum { NODES = 1000 };

struct item {
	char before; /* a node need not come first */
	struct map_node node;
};

static void
an_empty_map_finds_nothing(void **state)
{
	struct map m = {0};

	(void)state;
	assert_null(map_find(&m, 1));
	map_free(&m);
}

static void
what_was_added_is_found_until_dropped(void **state)
{
	static struct item items[NODES];
	struct map m = {0};

	(void)state;
	for (int i = 0; i < NODES; i++)
		assert_int_equal(map_add(&m, &items[i].node, i * 64 + 1), 0);
	assert_int_equal(m.n, NODES);
	for (int i = 0; i < NODES; i += 2)
		map_drop(&m, &items[i].node);
	assert_int_equal(m.n, NODES / 2);
	for (int i = 0; i < NODES; i++)
		assert_ptr_equal(map_find(&m, i * 64 + 1),
		    i % 2 ? &items[i].node : NULL);
	assert_null(map_find(&m, 2));
	map_free(&m);
}

static void
a_dropped_node_can_come_back_with_another_key(void **state)
{
	struct map m = {0};
	struct map_node node;

	(void)state;
	map_add(&m, &node, 5);
	map_drop(&m, &node);
	map_add(&m, &node, INT64_MAX);
	assert_null(map_find(&m, 5));
	assert_ptr_equal(map_find(&m, INT64_MAX), &node);
	map_free(&m);
}

static void
random_steps_agree_with_a_model(void **state)
{
	static struct map_node nodes[NODES];
	static bool in[NODES];
	struct map m = {0};

	(void)state;
	srand(42);
	for (int step = 0; step < 50000; step++) {
		int i = rand() % NODES;
		int64_t key = (int64_t)(i + 1) << 32;

		assert_ptr_equal(map_find(&m, key), in[i] ? &nodes[i] : NULL);
		if (in[i])
			map_drop(&m, &nodes[i]);
		else
			assert_int_equal(map_add(&m, &nodes[i], key), 0);
		in[i] = !in[i];
	}
	map_free(&m);
}

struct visit {
	struct map *map;
	int64_t sum;
};

static void
add_up_and_free(struct map_node *node, void *arg)
{
	struct visit *v = arg;

	v->sum += node->key;
	if (node->key % 2 == 0) {
		map_drop(v->map, node);
		free(node);
	}
}

static void
a_visitor_may_drop_and_free_what_it_is_given(void **state)
{
	struct map m = {0};
	struct visit v = {.map = &m};

	(void)state;
	for (int i = 1; i <= NODES; i++)
		map_add(&m, malloc(sizeof(struct map_node)), i);
	map_each(&m, add_up_and_free, &v);
	assert_int_equal(v.sum, NODES * (NODES + 1) / 2);
	assert_int_equal(m.n, NODES / 2);
	for (int i = 1; i <= NODES; i++) {
		struct map_node *node = map_find(&m, i);

		assert_int_equal(node != NULL, i % 2);
		if (node)
			map_drop(&m, node);
		free(node);
	}
	map_free(&m);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_empty_map_finds_nothing),
	    cmocka_unit_test(what_was_added_is_found_until_dropped),
	    cmocka_unit_test(a_dropped_node_can_come_back_with_another_key),
	    cmocka_unit_test(random_steps_agree_with_a_model),
	    cmocka_unit_test(a_visitor_may_drop_and_free_what_it_is_given),
	};

	return RUN(tests);
}
