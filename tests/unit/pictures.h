/* Pictures for tests: the files in images/ (see make.py there), and bytes. */
#ifndef PICTURES_H
#define PICTURES_H

#include "unit.h"

#include <stdio.h>
#include <string.h>

#include "chat/image.h"

static inline struct buf
picture_file(const char *name)
{
	struct buf b = {0};
	char path[200];
	FILE *f;

	snprintf(path, sizeof path, "tests/unit/images/%s", name);
	f = fopen(path, "rb");
	assert_non_null(f);
	assert_true(buf_reserve(&b, 65536));
	b.len = fread(b.data, 1, 65536, f);
	fclose(f);
	return b;
}

static inline enum image_verdict
picture_clean(const struct buf *in, struct buf *out, struct image *image)
{
	return image_clean(in->data, in->len, out, image);
}

/* A verdict, for bytes that are released then. */
static inline void
picture_is(struct buf in, enum image_verdict v)
{
	struct buf out = {0};
	struct image image;

	assert_false(in.failed);
	assert_int_equal(picture_clean(&in, &out, &image), v);
	buf_free(&in);
	buf_free(&out);
}

static inline bool
picture_has(const struct buf *b, const void *bytes, size_t len)
{
	return b->len > 0 && memmem(b->data, b->len, bytes, len) != NULL;
}

static inline void
picture_be32(struct buf *b, uint32_t n)
{
	const unsigned char bytes[] = {(unsigned char)(n >> 24),
	    (unsigned char)(n >> 16), (unsigned char)(n >> 8),
	    (unsigned char)n};

	buf_add(b, bytes, 4);
}

/* A chunk of a PNG, its checksum as it should be. */
static inline void
picture_chunk(struct buf *b, const char *name, const void *data, size_t len)
{
	size_t from = b->len + 4;
	uint32_t c = 0xffffffff;

	picture_be32(b, (uint32_t)len);
	buf_add_str(b, name);
	buf_add(b, data, len);
	for (size_t i = from; i < b->len; i++) {
		c ^= (unsigned char)b->data[i];
		for (int k = 0; k < 8; k++)
			c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
	}
	picture_be32(b, ~c);
}

/* A PNG of this size, in grey, with so many bytes of pixels. */
static inline struct buf
picture_png(uint32_t width, uint32_t height, size_t pixels_len)
{
	static const char pixels[1 << 20];
	struct buf b = {0}, head = {0};

	picture_be32(&head, width);
	picture_be32(&head, height);
	buf_add(&head, "\10\0\0\0\0", 5);
	buf_add(&b, "\x89PNG\r\n\x1a\n", 8);
	picture_chunk(&b, "IHDR", head.data, head.len);
	picture_chunk(&b, "IDAT", pixels, pixels_len);
	picture_chunk(&b, "IEND", "", 0);
	buf_free(&head);
	return b;
}

#endif
