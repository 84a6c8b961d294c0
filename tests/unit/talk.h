/* Two people, Ann and Bea, who talk through the handlers. */
#ifndef TALK_H
#define TALK_H

#include "visit.h"

static struct visit v;
static char ann[TOKEN_TEXT_LEN + 1], bea[TOKEN_TEXT_LEN + 1], chat[24];

static inline void
begin(const char *body, char token[TOKEN_TEXT_LEN + 1])
{
	visit(&v, "POST", "/api/session", "", body);
	visit_assert(&v, 201, "\"token\"");
	visit_member(&v, "token", token, TOKEN_TEXT_LEN + 1);
}

static inline void
post(const char *path, const char *token, const char *body)
{
	visit(&v, "POST", path, token, body);
}

/* Setup: Ann and Bea, each in a session. */
static inline int
start(void **state)
{
	if (visit_start(state) != 0)
		return -1;
	begin("{\"name\":\"Ann\"}", ann);
	begin("{\"name\":\"Bea\"}", bea);
	return 0;
}

/* Setup: they chat. */
static inline int
start_chat(void **state)
{
	if (start(state) != 0)
		return -1;
	post("/api/next", ann, "");
	visit_assert(&v, 200, "{\"state\":\"waiting\"}");
	post("/api/next", bea, "");
	visit_assert(&v, 200, "{\"state\":\"chatting\",\"chat\":");
	visit_member(&v, "chat", chat, sizeof chat);
	return 0;
}

/* What a session was told last. */
static inline const char *
last_told(int64_t session)
{
	const char *told = fx_told(session), *last = strrchr(told, '|');

	return last == NULL ? told : last + 2;
}

#define T(f) cmocka_unit_test_setup_teardown(f, start_chat, fx_close)

#endif
