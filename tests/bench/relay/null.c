/* The null responder: whatever is asked, the same answer at once. */
#include "front.h"

static void
request(struct link *l, struct request *rq)
{
	static struct reply rp;

	(void)rq;
	if (rp.status == 0) {
		rp.status = 200;
		buf_add_str(&rp.body, "{\"id\":\"1\",\"at\":1753900000000}");
	}
	front_answer(l, &rp);
}

static void
nothing(void *arg)
{
	(void)arg;
}

int
main(int argc, char **argv)
{
	static struct front f = {.request = request};

	return front_serve(&f, argc, argv, nothing);
}
