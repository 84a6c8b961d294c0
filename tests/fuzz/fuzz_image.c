/* What must hold of image_clean() for any bytes at all. */
#include "fuzz.h"

#include "chat/image.h"

enum { LONGER_AT_MOST = 64 }; /* an orientation that was said in fewer bytes */

static void
check_clean(const struct buf *out, const struct image *image, size_t len)
{
	struct buf again = {0};
	struct image same = {0};

	MUST(image->width >= 1 && image->width <= IMAGE_SIDE_MAX);
	MUST(image->height >= 1 && image->height <= IMAGE_SIDE_MAX);
	MUST(out->len > 0 && out->len <= len + LONGER_AT_MOST);
	/* What is clean is a picture of the same kind, and stays as it is. */
	MUST(image_clean(out->data, out->len, &again, &same) == IMAGE_OK);
	MUST(same.kind == image->kind && same.width == image->width &&
	    same.height == image->height);
	MUST(again.len == out->len &&
	    memcmp(again.data, out->data, out->len) == 0);
	/* Nothing but its end is its end: a byte less is no picture. */
	MUST(image_clean(out->data, out->len - 1, &again, &same) != IMAGE_OK);
	buf_free(&again);
}

static void
check(const uint8_t *data, size_t len)
{
	struct buf out = {0};
	struct image image = {0};
	enum image_verdict v = image_clean(data, len, &out, &image);

	if (v == IMAGE_OK)
		check_clean(&out, &image, len);
	else
		MUST(out.data == NULL);
	buf_free(&out);
}

static uint32_t
number(const uint8_t *p)
{
	return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 |
	    (uint32_t)p[2] << 8 | p[3];
}

static void
put_right(uint8_t *name, uint32_t len)
{
	uint32_t c = 0xffffffff;

	for (uint32_t i = 0; i < len + 4; i++) {
		c ^= name[i];
		for (int k = 0; k < 8; k++)
			c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
	}
	for (int i = 0; i < 4; i++)
		name[len + 4 + (uint32_t)i] = (uint8_t)(~c >> (24 - 8 * i));
}

/* Nobody guesses the checksums of a PNG: once more with the right ones. */
static void
check_with_checksums(const uint8_t *data, size_t len)
{
	uint8_t *copy = malloc(len);

	MUST(copy != NULL);
	memcpy(copy, data, len);
	for (size_t at = 8; len - at >= 12;) {
		uint32_t n = number(copy + at);

		if (n > len - at - 12)
			break;
		put_right(copy + at + 4, n);
		at += 12 + (size_t)n;
	}
	check(copy, len);
	free(copy);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	check(data, len);
	if (len >= 8 && memcmp(data, "\x89PNG", 4) == 0)
		check_with_checksums(data, len);
	return 0;
}
