/*
 * Pictures that were sent. What is told of one (image_row) is kept as long as
 * its sender's session, so that a repeated send gets the same answer; the
 * picture itself only until its chat has been over for a while.
 */
#ifndef STORE_IMAGES_H
#define STORE_IMAGES_H

#include "base/buf.h"
#include "store/store.h"

enum { IMAGE_TYPE_MAX = 8 };

struct image_row {
	int64_t message, session;
	int64_t chat; /* where its bytes belong; not read back */
	char address[TOKEN_TEXT_LEN + 1];
	char type[IMAGE_TYPE_MAX]; /* "jpeg", "png", "gif", "webp" */
	int64_t width, height, len;
};

enum found store_image_add(struct store *st, const struct image_row *row,
    const void *bytes);
enum found store_image_by_message(struct store *st, int64_t message,
    struct image_row *out);

/* The picture at an address: its bytes are added to out. */
enum found store_image_read(struct store *st, const char *address,
    struct buf *out, char type[IMAGE_TYPE_MAX]);

struct image_usage {
	int64_t n, len; /* of a chat */
	int64_t all_len;
};

enum found store_image_usage(struct store *st, int64_t chat,
    struct image_usage *out);

/* Overwrites and removes a picture; its row stays. */
enum found store_image_erase(struct store *st, int64_t message);

/* The same with one whose chat ended before; STORE_FOUND: there may be more. */
enum found store_image_purge(struct store *st, int64_t ended_ms);

#endif
