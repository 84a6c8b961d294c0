#include "http/request.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "base/utf8.h"
#include "http/percent.h"

static bool
copy(char *out, size_t cap, const char *from)
{
	size_t len = strlen(from);

	if (len >= cap)
		return false;
	memcpy(out, from, len + 1);
	return true;
}

/* Cutting a long method off could make one of ours of it. */
static void
take_method(struct request *rq, const char *value)
{
	if (!copy(rq->method, sizeof rq->method, value))
		copy(rq->method, sizeof rq->method, "?");
}

static void
take_path(struct request *rq, const char *value)
{
	if (rq->path[0] != '\0' || value[0] == '\0')
		return;
	if (value[0] != '/' || !copy(rq->path, sizeof rq->path, value))
		rq->fault = REQUEST_BAD;
}

static void
take_query(struct request *rq, const char *value)
{
	if (!copy(rq->query, sizeof rq->query, value))
		rq->fault = REQUEST_BAD;
}

/* As in `multipart/form-data; boundary="x"`; what is too long is left out. */
static void
take_boundary(struct request *rq, const char *value)
{
	const char *at = strcasestr(value, "boundary=");
	size_t len;

	if (at == NULL)
		return;
	at += strlen("boundary=");
	at += *at == '"';
	len = strcspn(at, "\"; \t");
	if (len > REQUEST_BOUNDARY_MAX)
		return;
	memcpy(rq->boundary, at, len);
	rq->boundary[len] = '\0';
}

static void
take_type(struct request *rq, const char *value)
{
	static const struct {
		const char *name;
		enum media media;
	} types[] = {
	    {"", MEDIA_NONE},
	    {"application/json", MEDIA_JSON},
	    {"text/plain", MEDIA_TEXT},
	    {"application/x-www-form-urlencoded", MEDIA_FORM},
	    {"multipart/form-data", MEDIA_MULTIPART},
	};
	size_t len;

	value += strspn(value, " \t");
	len = strcspn(value, "; \t");
	rq->media = MEDIA_OTHER;
	for (size_t i = 0; i < sizeof types / sizeof *types; i++)
		if (strlen(types[i].name) == len &&
		    strncasecmp(value, types[i].name, len) == 0)
			rq->media = types[i].media;
	if (rq->media == MEDIA_MULTIPART)
		take_boundary(rq, value + len);
}

/* A length beyond all numbers stays one: it is over every route's limit. */
static void
take_length(struct request *rq, const char *value)
{
	size_t len = 0;

	for (; isdigit((unsigned char)*value); value++) {
		size_t digit = (size_t)(*value - '0');

		if (len > (SIZE_MAX - digit) / 10)
			len = SIZE_MAX;
		else
			len = len * 10 + digit;
	}
	if (*value != '\0')
		rq->fault = REQUEST_BAD;
	rq->content_len = len;
}

static void
take_token(struct request *rq, const char *value)
{
	if (rq->token[0] == '\0')
		strncpy(rq->token, value, sizeof rq->token - 1);
}

/* Another scheme may be the site's own lock; it is not for us. */
static void
take_authorization(struct request *rq, const char *value)
{
	if (strncasecmp(value, "Bearer ", 7) == 0)
		take_token(rq, value + 7 + strspn(value + 7, " "));
}

/* The first ones are the ones that count. */
static void
take_languages(struct request *rq, const char *value)
{
	strncpy(rq->languages, value, sizeof rq->languages - 1);
}

/* One that is cut off would be another one: it is none, then. */
static void
take_remote(struct request *rq, const char *value)
{
	copy(rq->remote, sizeof rq->remote, value);
}

/* Its end, from the beginning of an address on. */
static void
take_forwarded(struct request *rq, const char *value)
{
	size_t len = strlen(value);

	if (len >= sizeof rq->forwarded) {
		value = strchr(value + len - sizeof rq->forwarded + 1, ',');
		if (value == NULL)
			return;
		value++;
	}
	copy(rq->forwarded, sizeof rq->forwarded, value);
}

/* It goes into the log: nothing but what an id is made of. */
static void
take_id(struct request *rq, const char *value)
{
	const char *at = value;

	while (isalnum((unsigned char)*at) ||
	    (*at != '\0' && strchr("-_.", *at) != NULL))
		at++;
	if (*at == '\0')
		copy(rq->id, sizeof rq->id, value);
}

/* These say something only together. */
enum { AT_ORIGIN, AT_HOST, AT_SITE };

#define NAME(text) text, sizeof(text) - 1

/* What is taken first comes first, whatever the order of the variables. */
static const struct variable {
	const char *name;
	size_t name_len;
	void (*take)(struct request *, const char *);
} variables[] = {
    [AT_ORIGIN] = {NAME("HTTP_ORIGIN"), NULL},
    [AT_HOST] = {NAME("HTTP_HOST"), NULL},
    [AT_SITE] = {NAME("HTTP_SEC_FETCH_SITE"), NULL},
    {NAME("REQUEST_METHOD"), take_method},
    {NAME("PATH_INFO"), take_path},
    {NAME("SCRIPT_NAME"), take_path},
    {NAME("QUERY_STRING"), take_query},
    {NAME("CONTENT_TYPE"), take_type},
    {NAME("CONTENT_LENGTH"), take_length},
    {NAME("HTTP_AUTHORIZATION"), take_authorization},
    {NAME("HTTP_X_PARLEY_TOKEN"), take_token},
    {NAME("REQUEST_ID"), take_id},
    {NAME("HTTP_ACCEPT_LANGUAGE"), take_languages},
    {NAME("REMOTE_ADDR"), take_remote},
    {NAME("HTTP_X_FORWARDED_FOR"), take_forwarded},
};

enum { VARIABLES = sizeof variables / sizeof *variables };

static void
note(const char *entry, const char *found[VARIABLES])
{
	const char *equals = strchr(entry, '=');
	size_t len;

	if (!equals)
		return;
	len = (size_t)(equals - entry);
	for (int i = 0; i < VARIABLES; i++)
		if (variables[i].name_len == len &&
		    memcmp(variables[i].name, entry, len) == 0)
			found[i] = equals + 1;
}

void
request_parse(struct request *rq, const char *const *env)
{
	const char *found[VARIABLES] = {NULL};

	memset(rq, 0, sizeof *rq);
	for (; *env; env++)
		note(*env, found);
	for (int i = 0; i < VARIABLES; i++)
		if (found[i] && variables[i].take)
			variables[i].take(rq, found[i]);
	rq->origin = origin_of(found[AT_ORIGIN], found[AT_HOST],
	    found[AT_SITE]);
	if (rq->method[0] == '\0' || rq->path[0] == '\0')
		rq->fault = REQUEST_BAD;
}

void
request_free(struct request *rq)
{
	buf_free(&rq->body);
}

bool
request_segment(const struct request *rq, int n, char *out, size_t out_cap)
{
	const char *at = rq->path;
	size_t len;

	while (n-- >= 0) {
		at = strchr(at, '/');
		if (at == NULL)
			return false;
		at++;
	}
	len = strcspn(at, "/");
	if (len >= out_cap)
		return false;
	memcpy(out, at, len);
	out[len] = '\0';
	return true;
}

static enum param
copy_value(const char *at, const char *end, char *out, size_t cap)
{
	size_t len = 0;

	while (at < end) {
		int byte = percent_next(&at, end);

		if (byte < 0 || len + 1 >= cap)
			return PARAM_WRONG;
		out[len++] = (char)byte;
	}
	out[len] = '\0';
	return utf8_valid(out, len) ? PARAM_OK : PARAM_WRONG;
}

enum param
request_param(const struct request *rq, const char *name, char *out,
    size_t out_cap)
{
	size_t name_len = strlen(name);
	const char *at = rq->query, *value = NULL, *value_end = NULL;

	while (*at) {
		const char *end = at + strcspn(at, "&");

		if (strncmp(at, name, name_len) == 0 &&
		    (at[name_len] == '=' || at + name_len == end)) {
			if (value)
				return PARAM_WRONG;
			value = at + name_len + (at[name_len] == '=');
			value_end = end;
		}
		at = end + (*end == '&');
	}
	if (!value)
		return PARAM_MISSING;
	return copy_value(value, value_end, out, out_cap);
}

/* Digits behind a minus or none; false where int64_t is left. */
static bool
read_int(const char *text, int64_t *out)
{
	bool minus = text[0] == '-';
	const char *at = text + minus;
	int64_t n = 0;

	if (*at == '\0')
		return false;
	for (; *at; at++) {
		if (!isdigit((unsigned char)*at) ||
		    __builtin_mul_overflow(n, 10, &n) ||
		    __builtin_sub_overflow(n, *at - '0', &n))
			return false;
	}
	/* Counted downwards, as there is one more negative number. */
	if (!minus && n == INT64_MIN)
		return false;
	*out = minus ? n : -n;
	return true;
}

enum param
request_param_int(const struct request *rq, const char *name, int64_t min,
    int64_t max, int64_t *out)
{
	char text[32];
	int64_t n;
	enum param got = request_param(rq, name, text, sizeof text);

	if (got != PARAM_OK)
		return got;
	if (!read_int(text, &n) || n < min || n > max)
		return PARAM_WRONG;
	*out = n;
	return PARAM_OK;
}
