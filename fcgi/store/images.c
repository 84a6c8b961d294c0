#include "store/images.h"

#include <string.h>

#include "store/query.h"

static enum found
add_bytes(struct store *st, const struct image_row *row, const void *bytes)
{
	struct query q = query(st, SQL_IMAGE_BYTES_ADD);

	query_int(&q, row->message);
	query_int(&q, row->chat);
	query_int(&q, row->len);
	query_blob(&q, bytes, (size_t)row->len);
	query_step(&q);
	return query_end(&q);
}

enum found
store_image_add(struct store *st, const struct image_row *row,
    const void *bytes)
{
	struct query q = query(st, SQL_IMAGE_ADD);

	query_int(&q, row->message);
	query_int(&q, row->session);
	query_text(&q, row->address, strlen(row->address));
	query_text(&q, row->type, strlen(row->type));
	query_int(&q, row->width);
	query_int(&q, row->height);
	query_int(&q, row->len);
	query_step(&q);
	if (query_end(&q) == STORE_FAILED ||
	    add_bytes(st, row, bytes) == STORE_FAILED)
		return STORE_FAILED;
	return STORE_FOUND;
}

enum found
store_image_by_message(struct store *st, int64_t message, struct image_row *out)
{
	struct query q = query(st, SQL_IMAGE_ROW);

	query_int(&q, message);
	if (query_step(&q)) {
		out->message = message;
		out->session = query_column(&q, 0);
		query_column_copy(&q, 1, out->address, sizeof(out->address));
		query_column_copy(&q, 2, out->type, sizeof(out->type));
		out->width = query_column(&q, 3);
		out->height = query_column(&q, 4);
		out->len = query_column(&q, 5);
	}
	return query_end(&q);
}

enum found
store_image_read(struct store *st, const char *address, struct buf *out,
    char type[IMAGE_TYPE_MAX])
{
	struct query q = query(st, SQL_IMAGE_READ);
	const char *bytes;
	size_t len;

	query_text(&q, address, strlen(address));
	if (query_step(&q)) {
		query_column_copy(&q, 0, type, IMAGE_TYPE_MAX);
		bytes = query_column_text(&q, 1, &len);
		buf_add(out, bytes, len);
	}
	return query_end(&q);
}

enum found
store_image_usage(struct store *st, int64_t chat, struct image_usage *out)
{
	struct query of_chat = query(st, SQL_IMAGE_OF_CHAT);
	struct query all = query(st, SQL_IMAGE_ALL);

	query_int(&of_chat, chat);
	if (query_step(&of_chat)) {
		out->n = query_column(&of_chat, 0);
		out->len = query_column(&of_chat, 1);
	}
	if (query_end(&of_chat) == STORE_FAILED)
		return STORE_FAILED;
	if (query_step(&all))
		out->all_len = query_column(&all, 0);
	return query_end(&all);
}

enum found
store_image_erase(struct store *st, int64_t message)
{
	struct query q = query(st, SQL_IMAGE_ERASE);

	query_int(&q, message);
	return query_erased(&q);
}

enum found
store_image_purge(struct store *st, int64_t ended_ms)
{
	struct query q = query(st, SQL_IMAGE_ENDED);
	int64_t message = 0;
	enum found f;

	query_int(&q, ended_ms);
	if (query_step(&q))
		message = query_column(&q, 0);
	f = query_end(&q);
	if (f == STORE_FOUND && store_image_erase(st, message) == STORE_FAILED)
		return STORE_FAILED;
	return f;
}
