/* Pictures of which one place is wrong, and those that are too much. */
#include "pictures.h"

/* ---- damage: one place of a good picture ---- */

/* `find` becomes `put`, from its first byte on. */
static void
damaged(const char *name, const char *find, size_t find_len, const char *put,
    size_t put_len, enum image_verdict v)
{
	struct buf in = picture_file(name);
	char *at = memmem(in.data, in.len, find, find_len);

	assert_non_null(at);
	memcpy(at, put, put_len);
	picture_is(in, v);
}

#define DAMAGED(name, find, put, v) \
	damaged(name, find, sizeof(find) - 1, put, sizeof(put) - 1, v)

static void
what_is_damaged_is_refused(void **state)
{
	(void)state;
	/* Arithmetic coding, no marker, twelve bits, a table too long. */
	DAMAGED("baseline.jpg", "\xff\xc0", "\xff\xc9", IMAGE_REFUSED);
	DAMAGED("baseline.jpg", "\xff\xdb", "\x00\xdb", IMAGE_REFUSED);
	DAMAGED("baseline.jpg", "\xff\xc0\0\x11\x8", "\xff\xc0\0\x11\xc",
	    IMAGE_REFUSED);
	DAMAGED("baseline.jpg", "\xff\xdb\0\x43\0", "\xff\xdb\0\x43\4",
	    IMAGE_REFUSED);
	DAMAGED("baseline.jpg", "\xff\xda\0\xc\3", "\xff\xda\0\xc\4",
	    IMAGE_REFUSED);
	DAMAGED("baseline.jpg", "\0\x20\0\x30\3", "\0\x20\0\0\3",
	    IMAGE_REFUSED);
	/* A checksum, an unknown chunk that must be known, the order. */
	DAMAGED("rgb.png", "IDAT", "IDAU", IMAGE_REFUSED);
	DAMAGED("alpha.png", "gAMA\0", "gAMA\1", IMAGE_REFUSED);
	DAMAGED("palette.png", "PLTE", "pLTE", IMAGE_REFUSED);
	DAMAGED("animated.png", "acTL\0\0\0\3", "acTL\0\0\0\2", IMAGE_REFUSED);
	/* A frame outside the picture, and what no GIF has. */
	DAMAGED("still.gif", ",\0\0\0\0\x30", ",\1\0\0\0\x30", IMAGE_REFUSED);
	DAMAGED("still.gif", "!\xfe", "?\xfe", IMAGE_REFUSED);
	/* No key frame, another size than the picture's. */
	DAMAGED("lossy.webp", "\x9d\x01\x2a", "\x9d\x01\x2b", IMAGE_REFUSED);
	DAMAGED("marked.webp", "\x9d\x01\x2a\x30", "\x9d\x01\x2a\x31",
	    IMAGE_REFUSED);
	DAMAGED("animated.webp", "ANIM", "ANIX", IMAGE_REFUSED);
	DAMAGED("lossless.webp", "VP8L", "VP8M", IMAGE_REFUSED);
}

/* ---- limits ---- */

static void
no_side_is_longer_than_8192(void **state)
{
	(void)state;
	picture_is(picture_png(8192, 1, 50), IMAGE_OK);
	picture_is(picture_png(1, 8192, 50), IMAGE_OK);
	picture_is(picture_png(8193, 1, 50), IMAGE_TOO_LARGE);
	picture_is(picture_png(1, 8193, 50), IMAGE_TOO_LARGE);
	picture_is(picture_png(0, 1, 50), IMAGE_REFUSED);
	picture_is(picture_png(0xffffffff, 0xffffffff, 50), IMAGE_TOO_LARGE);
	DAMAGED("baseline.jpg", "\0\x20\0\x30\3", "\0\x20\x20\1\3",
	    IMAGE_TOO_LARGE);
	DAMAGED("still.gif", "\x30\0\x20\0", "\1\x20\x20\0", IMAGE_TOO_LARGE);
	DAMAGED("lossy.webp", "\x9d\x01\x2a\x30\0\x20\0",
	    "\x9d\x01\x2a\1\x20\x20\0", IMAGE_TOO_LARGE);
	DAMAGED("animated.webp", "\x2f\0\0\x1f\0\0", "\0\x20\0\x1f\0\0",
	    IMAGE_TOO_LARGE);
}

/* 2048 x 2048 is free; what is more needs a byte for 256 pixels. */
static void
what_unfolds_too_far_is_a_bomb(void **state)
{
	(void)state;
	picture_is(picture_png(2048, 2048, 10), IMAGE_OK);
	picture_is(picture_png(2048, 4096, 16384), IMAGE_OK);
	picture_is(picture_png(2048, 4096, 16000), IMAGE_TOO_LARGE);
	picture_is(picture_png(8192, 8192, 1000), IMAGE_TOO_LARGE);
	picture_is(picture_png(8192, 8192, 250000), IMAGE_OK);
}

static struct buf
gif(unsigned side, int frames)
{
	const unsigned char head[] = {'G', 'I', 'F', '8', '9', 'a',
	    (unsigned char)side, (unsigned char)(side >> 8),
	    (unsigned char)side, (unsigned char)(side >> 8), 0, 0, 0};
	struct buf b = {0};

	buf_add(&b, head, sizeof head);
	for (int i = 0; i < frames; i++)
		buf_add(&b, ",\0\0\0\0\1\0\1\0\0\2\2D\1\0", 15);
	buf_add(&b, ";", 1);
	return b;
}

/* Each frame costs as much as the whole picture. */
static void
frames_count_as_whole_pictures(void **state)
{
	(void)state;
	picture_is(gif(1000, 4), IMAGE_OK);
	picture_is(gif(1000, 5), IMAGE_TOO_LARGE);
	picture_is(gif(1, IMAGE_FRAMES_MAX), IMAGE_OK);
	picture_is(gif(1, IMAGE_FRAMES_MAX + 1), IMAGE_TOO_LARGE);
	picture_is(gif(1, 0), IMAGE_REFUSED);
}

static struct buf
scans(int n)
{
	struct buf b = picture_file("grey.jpg");
	char scan[1024];
	char *at = memmem(b.data, b.len, "\xff\xda", 2);
	size_t len;

	assert_non_null(at);
	len = b.len - (size_t)(at - b.data) - 2;
	assert_true(len < sizeof scan);
	memcpy(scan, at, len);
	b.len -= 2;
	while (--n > 0)
		buf_add(&b, scan, len);
	buf_add(&b, "\xff\xd9", 2);
	return b;
}

static void
the_passes_of_a_jpeg_are_counted(void **state)
{
	(void)state;
	picture_is(scans(IMAGE_SCANS_MAX), IMAGE_OK);
	picture_is(scans(IMAGE_SCANS_MAX + 1), IMAGE_TOO_LARGE);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_is_damaged_is_refused),
	    cmocka_unit_test(no_side_is_longer_than_8192),
	    cmocka_unit_test(what_unfolds_too_far_is_a_bomb),
	    cmocka_unit_test(frames_count_as_whole_pictures),
	    cmocka_unit_test(the_passes_of_a_jpeg_are_counted),
	};

	return RUN(tests);
}
