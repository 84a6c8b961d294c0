#include "unit.h"

#include <stdbool.h>
#include <stdlib.h>

#include "base/heap.h"

enum { NODES = 200, STEPS = 20000 };

static void
an_empty_heap_has_no_first(void **state)
{
	struct heap h = {0};
	struct heap_node stranger = {0};

	(void)state;
	assert_null(heap_first(&h));
	heap_drop(&h, &stranger);
	assert_null(heap_first(&h));
	heap_free(&h);
}

static void
a_put_again_moves_the_node(void **state)
{
	struct heap h = {0};
	struct heap_node a = {0}, b = {0};

	(void)state;
	assert_int_equal(heap_put(&h, &a, 10), 0);
	assert_int_equal(heap_put(&h, &b, 20), 0);
	assert_ptr_equal(heap_first(&h), &a);
	assert_int_equal(heap_put(&h, &a, 30), 0);
	assert_ptr_equal(heap_first(&h), &b);
	assert_int_equal(heap_put(&h, &a, -5), 0);
	assert_ptr_equal(heap_first(&h), &a);
	assert_int_equal(h.n, 2);
	heap_free(&h);
}

static void
a_dropped_node_is_in_no_heap(void **state)
{
	struct heap h = {0};
	struct heap_node a = {0}, b = {0};

	(void)state;
	heap_put(&h, &a, 1);
	heap_put(&h, &b, 2);
	heap_drop(&h, &a);
	assert_int_equal(a.pos, 0);
	assert_ptr_equal(heap_first(&h), &b);
	heap_drop(&h, &a);
	assert_int_equal(h.n, 1);
	heap_drop(&h, &b);
	assert_null(heap_first(&h));
	heap_free(&h);
}

/* The model: who is in, and when; the least is looked for one by one. */
struct model {
	bool in[NODES];
	int64_t at[NODES];
	size_t n;
};

static int64_t
least(const struct model *m)
{
	int64_t min = INT64_MAX;

	for (int i = 0; i < NODES; i++)
		if (m->in[i] && m->at[i] < min)
			min = m->at[i];
	return min;
}

static void
assert_same(const struct heap *h, const struct heap_node nodes[NODES],
    const struct model *m)
{
	assert_int_equal(h->n, m->n);
	for (int i = 0; i < NODES; i++) {
		assert_int_equal(nodes[i].pos != 0, m->in[i]);
		if (!m->in[i])
			continue;
		assert_ptr_equal(h->nodes[nodes[i].pos - 1], &nodes[i]);
		assert_int_equal(nodes[i].at_ms, m->at[i]);
	}
	for (size_t i = 1; i < h->n; i++)
		assert_true(h->nodes[(i - 1) / 2]->at_ms <= h->nodes[i]->at_ms);
	if (m->n > 0)
		assert_int_equal(heap_first(h)->at_ms, least(m));
	else
		assert_null(heap_first(h));
}

static void
random_steps_agree_with_a_model(void **state)
{
	static struct heap_node nodes[NODES];
	struct heap h = {0};
	struct model m = {0};

	(void)state;
	srand(42);
	for (int step = 0; step < STEPS; step++) {
		int i = rand() % NODES;
		int64_t at = rand() % 500;

		if (rand() % 5 < 2) {
			m.n -= m.in[i];
			m.in[i] = false;
			heap_drop(&h, &nodes[i]);
		} else {
			m.n += !m.in[i];
			m.in[i] = true;
			m.at[i] = at;
			assert_int_equal(heap_put(&h, &nodes[i], at), 0);
		}
		assert_same(&h, nodes, &m);
	}
	heap_free(&h);
}

static void
taking_the_first_each_time_sorts(void **state)
{
	static struct heap_node nodes[NODES];
	struct heap h = {0};
	int64_t last = INT64_MIN;

	(void)state;
	srand(7);
	for (int i = 0; i < NODES; i++)
		heap_put(&h, &nodes[i], rand() % 1000 - 500);
	for (int i = 0; i < NODES; i++) {
		struct heap_node *first = heap_first(&h);

		assert_true(first->at_ms >= last);
		last = first->at_ms;
		heap_drop(&h, first);
	}
	assert_null(heap_first(&h));
	heap_free(&h);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(an_empty_heap_has_no_first),
	    cmocka_unit_test(a_put_again_moves_the_node),
	    cmocka_unit_test(a_dropped_node_is_in_no_heap),
	    cmocka_unit_test(random_steps_agree_with_a_model),
	    cmocka_unit_test(taking_the_first_each_time_sorts),
	};

	return RUN(tests);
}
