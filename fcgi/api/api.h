/* The endpoints; the contract of each stands above it, in its own file. */
#ifndef API_API_H
#define API_API_H

#include "api/call.h"

enum outcome api_back(struct call *c);
enum outcome api_block(struct call *c);
enum outcome api_healthz(struct call *c);
enum outcome api_image(struct call *c);
enum outcome api_image_read(struct call *c);
enum outcome api_leave(struct call *c);
enum outcome api_metrics(struct call *c);
enum outcome api_next(struct call *c);
enum outcome api_poll(struct call *c);
enum outcome api_receipts(struct call *c);
enum outcome api_retract(struct call *c);
enum outcome api_seen(struct call *c);
enum outcome api_send(struct call *c);
enum outcome api_session(struct call *c);
enum outcome api_session_end(struct call *c);
enum outcome api_stats(struct call *c);
enum outcome api_typing(struct call *c);

#endif
