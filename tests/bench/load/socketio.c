#include "socketio.h"

#include <stdio.h>
#include <string.h>

#include "fault.h"
#include "message.h"
#include "run.h"

/* 42["message","..."], 42["matched",17] or 42["left"] */
static void
take_event(struct person *p, const char *text, size_t len)
{
	struct walk w = json_walk((struct span){text, len});
	struct span name, value;

	if (!json_element(&w, &name))
		fault("person %u: an empty event", p->id);
	if (!json_element(&w, &value))
		return; /* left */
	if (span_is(name, "message"))
		person_given(p, value.at, value.len);
	else if (span_is(name, "matched"))
		person_matched(p, span_int(value));
}

const char *
socketio_take(struct person *p, const char *text, size_t len)
{
	struct span sid;

	if (len >= 1 && text[0] == '0') { /* open */
		sid = json_get((struct span){text + 1, len - 1}, "sid");
		if (sid.len >= sizeof(p->token))
			fault("a strange sid");
		memcpy(p->token, sid.at, sid.len);
		return "40"; /* connect */
	}
	if (len >= 1 && text[0] == '2')
		return "3"; /* ping, pong */
	if (len >= 2 && memcmp(text, "40", 2) == 0) {
		person_inside(p);
		return SOCKETIO_NEXT;
	}
	if (len >= 2 && memcmp(text, "42", 2) == 0) {
		take_event(p, text + 2, len - 2);
		return NULL;
	}
	if (len == 1 && text[0] == '6')
		return NULL; /* noop */
	fault("person %u: a strange packet: %.*s", p->id,
	    (int)(len > 99 ? 99 : len), text);
}

size_t
socketio_message(char *out, size_t cap, const char *text)
{
	return (size_t)snprintf(out, cap, "42[\"message\",\"%.*s\"]",
	    MESSAGE_LEN, text);
}
