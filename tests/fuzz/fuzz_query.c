/*
 * A request's variables: the first line of an input is the query, further ones
 * are other variables (NAME=VALUE). What the query says is read a second time,
 * in another way.
 */
#include "fuzz.h"

#include "api/routes.h"
#include "base/utf8.h"
#include "http/percent.h"
#include "http/request.h"

enum { LINES_MAX = 12 };

static const char *const names[] = {"cursor", "wait", "chat", "nonce", "lang",
    "to", "seen", "from", "", "a"};

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	c |= 0x20;
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* The value, decoded; NULL: malformed. */
static char *
decode(const char *from, size_t len)
{
	char *out = malloc(len + 1);
	size_t n = 0;

	MUST(out != NULL);
	for (size_t i = 0; i < len; i++) {
		int c = (unsigned char)from[i];

		if (c == '+')
			c = ' ';
		else if (c == '%' &&
		    (i + 2 >= len || hex(from[i + 1]) < 0 ||
			hex(from[i + 2]) < 0))
			c = 0;
		else if (c == '%') {
			c = hex(from[i + 1]) * 16 + hex(from[i + 2]);
			i += 2;
		}
		if (c == 0) {
			free(out);
			return NULL;
		}
		out[n++] = (char)c;
	}
	out[n] = '\0';
	return out;
}

/* How often a name stands there; *value is the first one's, with its end. */
static int
find(const char *query, const char *name, const char **value, const char **end)
{
	size_t name_len = strlen(name);
	int n = 0;

	for (const char *at = query; *at != '\0';) {
		const char *amp = strchrnul(at, '&');
		const char *equals = memchr(at, '=', (size_t)(amp - at));
		const char *name_end = equals != NULL ? equals : amp;

		if ((size_t)(name_end - at) == name_len &&
		    memcmp(at, name, name_len) == 0 && n++ == 0) {
			*value = equals != NULL ? equals + 1 : amp;
			*end = amp;
		}
		at = amp + (*amp == '&');
	}
	return n;
}

static void
check_param(const struct request *rq, const char *name, size_t cap)
{
	const char *value = NULL, *end = NULL;
	int n = find(rq->query, name, &value, &end);
	char *out = malloc(cap), *wanted = NULL;
	enum param got = request_param(rq, name, out, cap);

	if (n == 1)
		wanted = decode(value, (size_t)(end - value));
	if (n == 0)
		MUST(got == PARAM_MISSING);
	else if (n > 1 || wanted == NULL || strlen(wanted) >= cap ||
	    !utf8_valid(wanted, strlen(wanted)))
		MUST(got == PARAM_WRONG);
	else
		MUST(got == PARAM_OK && strcmp(out, wanted) == 0);
	free(out);
	free(wanted);
}

static void
check_int(const struct request *rq, const char *name)
{
	int64_t n;
	char text[40];

	if (request_param_int(rq, name, -5, INT64_MAX / 2, &n) != PARAM_OK)
		return;
	MUST(n >= -5 && n <= INT64_MAX / 2);
	MUST(request_param(rq, name, text, sizeof text) == PARAM_OK);
	MUST(strtoll(text, NULL, 10) == n);
}

static void
check_path(const struct request *rq)
{
	const struct route *other, *r = routes_find(rq, &other);
	char part[TOKEN_TEXT_LEN + 1];

	MUST(r == NULL || strcmp(r->method, rq->method) == 0);
	for (int i = 0; i < 5; i++)
		if (request_segment(rq, i, part, sizeof part))
			MUST(strchr(part, '/') == NULL &&
			    strstr(rq->path, part) != NULL);
}

/* What we write can be read. */
static void
check_percent(const char *text)
{
	struct buf b = {0};
	char *back;

	percent_add(&b, text);
	buf_add(&b, "", 1);
	MUST(strpbrk(b.data, "&=<>\"' \r\n+#?") == NULL);
	back = decode(b.data, b.len - 1);
	MUST(back != NULL && strcmp(back, text) == 0);
	free(back);
	buf_free(&b);
}

static void
check(const char *const *env)
{
	struct request rq;

	request_parse(&rq, env);
	MUST(rq.fault == REQUEST_OK || rq.fault == REQUEST_BAD);
	MUST(rq.body.data == NULL && strlen(rq.query) < sizeof rq.query);
	if (rq.fault == REQUEST_OK)
		MUST(rq.path[0] == '/' && rq.method[0] != '\0');
	for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
		check_param(&rq, names[i], REQUEST_QUERY_MAX);
		check_param(&rq, names[i], 9);
		check_int(&rq, names[i]);
	}
	check_path(&rq);
	request_free(&rq);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	char *query = fuzz_line(&data, &len), *lines[LINES_MAX] = {NULL};
	char *query_of = malloc(strlen(query) + 14);
	const char *env[LINES_MAX + 4] = {"REQUEST_METHOD=GET",
	    "SCRIPT_NAME=/api/poll"};
	int n = 0;

	MUST(query_of != NULL);
	sprintf(query_of, "QUERY_STRING=%s", query);
	env[2] = query_of;
	for (; len > 0 && n < LINES_MAX; n++)
		env[3 + n] = lines[n] = fuzz_line(&data, &len);
	check(env);
	check_percent(query);
	while (n > 0)
		free(lines[--n]);
	free(query_of);
	free(query);
	return 0;
}
