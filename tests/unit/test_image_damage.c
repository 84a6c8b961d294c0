/*
 * Pictures that are damaged in every way that is easily said: a byte is
 * another, the end is missing, a piece is missing, or stands there twice or
 * elsewhere. Whatever is let through is clean: cleaned again it stays as it is.
 */
#include "pictures.h"

#include <stdlib.h>

enum { BYTES_MAX = 2000, PIECES_MAX = 40 };

static const char *const files[] = {"baseline.jpg", "progressive.jpg",
    "grey.jpg", "cmyk.jpg", "rgb.png", "alpha.png", "palette.png",
    "animated.png", "still.gif", "animated.gif", "lossy.webp", "lossless.webp",
    "marked.webp", "alpha.webp", "animated.webp"};

static struct {
	long n_good, n_refused;
} seen;

static bool
is_same(const struct buf *a, const struct buf *b)
{
	return a->len == b->len && memcmp(a->data, b->data, a->len) == 0;
}

/* NULL: as it must be. */
static const char *
complaint(const struct buf *out, const struct image *image)
{
	struct buf again = {0};
	struct image other = {0};
	const char *why = NULL;

	if (image_clean(out->data, out->len, &again, &other) != IMAGE_OK)
		why = "what was cleaned is refused";
	else if (!is_same(out, &again))
		why = "what was cleaned is not clean";
	else if (other.width != image->width || other.height != image->height)
		why = "it has another size now";
	buf_free(&again);
	return why;
}

static void
look(const char *name, const struct buf *in)
{
	struct buf out = {0};
	struct image image = {0};
	/* On its own, so that a sanitizer sees who reads beyond its end. */
	char *copy = malloc(in->len + 1);
	enum image_verdict v;

	memcpy(copy, in->data, in->len);
	v = image_clean(copy, in->len, &out, &image);
	free(copy);
	if (v == IMAGE_OK) {
		const char *why = complaint(&out, &image);

		if (why != NULL)
			fail_msg("%s: %s", name, why);
		seen.n_good++;
	} else
		seen.n_refused++;
	assert_int_not_equal(v, IMAGE_NO_MEMORY);
	buf_free(&out);
}

static void
any_byte_may_be_another(void **state)
{
	(void)state;
	memset(&seen, 0, sizeof seen);
	for (size_t f = 0; f < COUNT(files); f++) {
		struct buf b = picture_file(files[f]);

		for (size_t i = 0; i < b.len && i < BYTES_MAX; i++) {
			const char was = b.data[i];
			const char others[] = {0, 1, 3, (char)0x80, (char)0xff,
			    (char)(was ^ 1), (char)(was - 1)};

			for (size_t k = 0; k < COUNT(others); k++) {
				b.data[i] = others[k];
				look(files[f], &b);
			}
			b.data[i] = was;
		}
		buf_free(&b);
	}
	assert_true(seen.n_good > 1000 && seen.n_refused > 1000);
}

static void
the_end_may_be_missing(void **state)
{
	(void)state;
	for (size_t f = 0; f < COUNT(files); f++) {
		struct buf b = picture_file(files[f]);

		while (b.len > 0) {
			b.len--;
			look(files[f], &b);
		}
		buf_free(&b);
	}
}

/* ---- pieces ---- */

static size_t
number(const char *at, int n, bool is_big)
{
	size_t sum = 0;

	for (int i = 0; i < n; i++)
		sum |= (size_t)(unsigned char)at[is_big ? n - 1 - i : i]
		    << 8 * i;
	return sum;
}

/* How a format is put together: where pieces begin, and how long they are. */
static size_t
piece_len(const struct buf *b, size_t at)
{
	if (memcmp(b->data, "\x89PNG", 4) == 0)
		return 12 + number(b->data + at, 4, true);
	if (memcmp(b->data, "RIFF", 4) == 0) {
		size_t len = number(b->data + at + 4, 4, false);

		return 8 + len + len % 2;
	}
	return 2 + number(b->data + at + 2, 2, true);
}

static int
find_pieces(const struct buf *b, size_t from[PIECES_MAX + 1])
{
	size_t at = b->data[0] == 'R' ? 12 : b->data[0] == (char)0xff ? 2 : 8;
	int n = 0;

	while (n < PIECES_MAX && at + 12 <= b->len) {
		from[n++] = at;
		at += piece_len(b, at);
	}
	from[n] = at < b->len ? at : b->len;
	return n;
}

/* Piece `which` once more before piece `before`; or, with -1, left out. */
static void
rebuild(const char *name, const struct buf *b, const size_t *from, int n,
    int which, int before)
{
	struct buf out = {0};

	buf_add(&out, b->data, from[0]);
	for (int i = 0; i <= n; i++) {
		if (i == before)
			buf_add(&out, b->data + from[which],
			    from[which + 1] - from[which]);
		if (i < n && (i != which || before >= 0))
			buf_add(&out, b->data + from[i], from[i + 1] - from[i]);
	}
	buf_add(&out, b->data + from[n], b->len - from[n]);
	if (b->data[0] == 'R')
		for (int i = 0; i < 4; i++)
			out.data[4 + i] = (char)((out.len - 8) >> 8 * i);
	look(name, &out);
	buf_free(&out);
}

static void
a_piece_may_be_missing_or_come_twice(void **state)
{
	(void)state;
	memset(&seen, 0, sizeof seen);
	for (size_t f = 0; f < COUNT(files); f++) {
		struct buf b = picture_file(files[f]);
		size_t from[PIECES_MAX + 1];
		int n = b.data[0] == 'G' ? 0 : find_pieces(&b, from);

		for (int i = 0; i < n; i++)
			for (int k = -1; k <= n; k++)
				rebuild(files[f], &b, from, n, i, k);
		buf_free(&b);
	}
	assert_true(seen.n_good > 10 && seen.n_refused > 100);
}

/* What was not cleaned is not taken for clean. */
static void
a_bad_cleaner_is_noticed(void **state)
{
	struct buf dirty = picture_file("marked.webp"), out = {0};
	struct image image = {0}, other;

	(void)state;
	assert_int_equal(image_clean(dirty.data, dirty.len, &out, &image),
	    IMAGE_OK);
	assert_null(complaint(&out, &image));
	assert_non_null(complaint(&dirty, &image));
	other = image;
	other.width++;
	assert_non_null(complaint(&out, &other));
	buf_free(&out);
	buf_free(&dirty);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(any_byte_may_be_another),
	    cmocka_unit_test(the_end_may_be_missing),
	    cmocka_unit_test(a_piece_may_be_missing_or_come_twice),
	    cmocka_unit_test(a_bad_cleaner_is_noticed),
	};

	return RUN(tests);
}
