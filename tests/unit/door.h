/* Those who come to the door, from wherever the test says. */
#ifndef DOOR_H
#define DOOR_H

#include "visit.h"

static struct visit door;

static inline void
door_ask(const char *remote, const char *path, const char *type,
    const char *body)
{
	char remote_of[80], path_of[80], type_of[80];
	const char *const env[] = {"REQUEST_METHOD=POST", path_of, type_of,
	    remote_of, NULL};

	snprintf(remote_of, sizeof remote_of, "REMOTE_ADDR=%s", remote);
	snprintf(path_of, sizeof path_of, "SCRIPT_NAME=%s", path);
	snprintf(type_of, sizeof type_of, "CONTENT_TYPE=%s", type);
	visit_ask(&door, env, body);
	if (guard_prepare(&door.call))
		visit_run(&door);
	visit_note_text(&door);
	if (door.outcome == DONE)
		visit_end(&door);
}

/* A new session; its status. */
static inline int
door_come(const char *remote)
{
	door_ask(remote, "/api/session", "application/json",
	    "{\"name\":\"Ann\"}");
	return door.call.reply.status;
}

/* The same with a ticket. */
static inline int
door_pay(const char *remote, const char *challenge, const char *answer)
{
	char body[400];

	snprintf(body, sizeof body,
	    "{\"name\":\"Ann\",\"work\":{\"challenge\":\"%s\",\"answer\":"
	    "\"%s\"}}",
	    challenge, answer);
	door_ask(remote, "/api/session", "application/json", body);
	return door.call.reply.status;
}

#endif
