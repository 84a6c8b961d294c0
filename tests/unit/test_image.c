/* Pictures: what is known, what is refused, and what stays behind. */
#include "pictures.h"

static const char secret[] = "SECRET";
enum { SECRET_LEN = sizeof secret - 1 };

/* Of 48 x 32 pixels each; browsers turn them, but for a WebP. */
static const struct sample {
	const char *name;
	enum image_kind kind;
	int orientation;
} samples[] = {
    {"baseline.jpg", IMAGE_JPEG, 6},
    {"progressive.jpg", IMAGE_JPEG, 3},
    {"grey.jpg", IMAGE_JPEG, 1},
    {"cmyk.jpg", IMAGE_JPEG, 8},
    {"rgb.png", IMAGE_PNG, 5},
    {"alpha.png", IMAGE_PNG, 1},
    {"palette.png", IMAGE_PNG, 3},
    {"animated.png", IMAGE_PNG, 1},
    {"still.gif", IMAGE_GIF, 1},
    {"animated.gif", IMAGE_GIF, 1},
    {"lossy.webp", IMAGE_WEBP, 1},
    {"lossless.webp", IMAGE_WEBP, 1},
    {"marked.webp", IMAGE_WEBP, 7},
    {"alpha.webp", IMAGE_WEBP, 7},
    {"animated.webp", IMAGE_WEBP, 7},
};

static void
each_kind_is_known_by_its_bytes(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct buf in = picture_file(samples[i].name), out = {0};
		bool turned = samples[i].orientation >= 5 &&
		    samples[i].kind != IMAGE_WEBP;
		struct image image;

		assert_int_equal(picture_clean(&in, &out, &image), IMAGE_OK);
		assert_int_equal(image.kind, samples[i].kind);
		assert_int_equal(image.width, turned ? 32 : 48);
		assert_int_equal(image.height, turned ? 48 : 32);
		buf_free(&in);
		buf_free(&out);
	}
}

static void
nothing_stays_that_was_written_beside_it(void **state)
{
	size_t had = 0;

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct buf in = picture_file(samples[i].name), out = {0};
		struct image image;

		had += picture_has(&in, secret, SECRET_LEN);
		assert_int_equal(picture_clean(&in, &out, &image), IMAGE_OK);
		assert_false(picture_has(&out, secret, SECRET_LEN));
		assert_true(out.len <= in.len);
		buf_free(&in);
		buf_free(&out);
	}
	assert_int_equal(had, COUNT(samples) - 2); /* but for two WebPs */
}

/* EXIF with one tag, big-endian: 0x0112, SHORT, 1, the value. */
static void
of_exif_the_orientation_stays_alone(void **state)
{
	unsigned char exif[26] = {'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1, 1, 0x12, 0,
	    3, 0, 0, 0, 1, 0, 0};

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct buf in = picture_file(samples[i].name), out = {0};
		struct image image;
		bool says = samples[i].orientation > 1;

		exif[19] = (unsigned char)samples[i].orientation;
		assert_int_equal(picture_clean(&in, &out, &image), IMAGE_OK);
		assert_int_equal(picture_has(&out, exif, sizeof exif), says);
		assert_int_equal(picture_has(&out, "Exif", 4),
		    says && samples[i].kind == IMAGE_JPEG);
		assert_int_equal(picture_has(&out, "eXIf", 4),
		    says && samples[i].kind == IMAGE_PNG);
		assert_int_equal(picture_has(&out, "EXIF", 4),
		    says && samples[i].kind == IMAGE_WEBP);
		buf_free(&in);
		buf_free(&out);
	}
}

static void
assert_has(const struct buf *b, const char *word, bool has)
{
	if (picture_has(b, word, strlen(word)) != has)
		fail_msg("%s: %d", word, !has);
}

static void
what_makes_the_picture_stays(void **state)
{
	static const struct {
		const char *file, *word;
		bool stays;
	} words[] = {
	    {"baseline.jpg", "JFIF", true},
	    {"baseline.jpg", "JFXX", false},
	    {"baseline.jpg", "ICC_PROFILE", false},
	    {"cmyk.jpg", "Adobe", true},
	    {"rgb.png", "gAMA", true},
	    {"rgb.png", "iCCP", false},
	    {"rgb.png", "pHYs", false},
	    {"rgb.png", "tIME", false},
	    {"palette.png", "PLTE", true},
	    {"palette.png", "tRNS", true},
	    {"animated.png", "acTL", true},
	    {"animated.png", "fcTL", true},
	    {"animated.png", "fdAT", true},
	    {"animated.gif", "NETSCAPE2.0", true},
	    {"animated.gif", "XMP Data", false},
	    {"alpha.webp", "ALPH", true},
	    {"alpha.webp", "ICCP", false},
	    {"alpha.webp", "XMP ", false},
	    {"alpha.webp", "UNKN", false},
	    {"animated.webp", "ANIM", true},
	    {"animated.webp", "ANMF", true},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(words); i++) {
		struct buf in = picture_file(words[i].file), out = {0};
		struct image image;

		assert_has(&in, words[i].word, true);
		assert_int_equal(picture_clean(&in, &out, &image), IMAGE_OK);
		assert_has(&out, words[i].word, words[i].stays);
		buf_free(&in);
		buf_free(&out);
	}
}

/* VP8X says which chunks there are. */
static void
the_flags_of_a_webp_say_what_there_is_now(void **state)
{
	static const struct {
		const char *file;
		unsigned before, after;
	} flags[] = {
	    {"marked.webp", 0x20 | 0x08 | 0x04, 0x08},
	    {"alpha.webp", 0x20 | 0x10 | 0x08 | 0x04, 0x10 | 0x08},
	    {"animated.webp", 0x20 | 0x10 | 0x08 | 0x04 | 0x02,
		0x10 | 0x08 | 0x02},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(flags); i++) {
		struct buf in = picture_file(flags[i].file), out = {0};
		struct image image;

		assert_int_equal(in.data[20], flags[i].before);
		assert_int_equal(picture_clean(&in, &out, &image), IMAGE_OK);
		assert_int_equal(out.data[20], flags[i].after);
		assert_int_equal((unsigned char)out.data[4] |
			(unsigned char)out.data[5] << 8,
		    out.len - 8);
		buf_free(&in);
		buf_free(&out);
	}
}

static void
what_is_cut_off_anywhere_is_refused(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++) {
		struct buf in = picture_file(samples[i].name), out = {0};
		struct image image;

		for (size_t len = 0; len < in.len; len++)
			if (image_clean(in.data, len, &out, &image) !=
			    IMAGE_REFUSED)
				fail_msg("%s: %zu", samples[i].name, len);
		buf_free(&in);
	}
}

/* ---- what stands behind the end ---- */

static void
with_tail(const char *name, const char *tail, size_t len, enum image_verdict v)
{
	struct buf in = picture_file(name), out = {0}, plain = {0};
	struct image image;

	assert_int_equal(picture_clean(&in, &plain, &image), IMAGE_OK);
	buf_add(&in, tail, len);
	assert_int_equal(picture_clean(&in, &out, &image), v);
	if (v == IMAGE_OK) {
		assert_int_equal(out.len, plain.len);
		assert_memory_equal(out.data, plain.data, plain.len);
	}
	buf_free(&in);
	buf_free(&out);
	buf_free(&plain);
}

static void
what_stands_behind_the_end_is_left_out(void **state)
{
	static const char film[] = "\0\0\0\x18"
				   "ftypmp42 SEFT < % P PK\5\6 <htm";

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++)
		with_tail(samples[i].name, film, sizeof film, IMAGE_OK);
}

static void
what_is_something_else_as_well_is_refused(void **state)
{
	static const struct {
		const char *text;
		size_t len;
	} tails[] = {
	    {"\n<!DOCTYPE html><p>", 19},
	    {"x<HTML><script>", 15},
	    {"<Script>alert(1)</script>", 25},
	    {"<svg xmlns='http://www.w3.org/2000/svg'>", 40},
	    {"<?php system(1);", 16},
	    {"%PDF-1.4", 8},
	    {"PK\3\4....PK\5\6\0\0\0\0\1\0\1\0", 20},
	};

	(void)state;
	for (size_t i = 0; i < COUNT(samples); i++)
		for (size_t k = 0; k < COUNT(tails); k++)
			with_tail(samples[i].name, tails[k].text, tails[k].len,
			    IMAGE_REFUSED);
}

/* A long film with an archive at its end, and one without. */
static void
the_end_of_a_long_tail_is_looked_at(void **state)
{
	static char film[1 << 20];

	(void)state;
	memset(film, '<', sizeof film);
	with_tail("still.gif", film, sizeof film, IMAGE_OK);
	memcpy(film + sizeof film - 22, "PK\5\6\0\0\0\0", 8);
	with_tail("still.gif", film, sizeof film, IMAGE_REFUSED);
}

static void
anything_else_is_refused(void **state)
{
#define BYTES(s)                 \
	{                        \
		s, sizeof(s) - 1 \
	}
	static const struct {
		const char *bytes;
		size_t len;
	} others[] = {
	    BYTES(""),
	    BYTES("GIF89a"),
	    BYTES("GIF88a\1\0\1\0\0\0\0;"),
	    BYTES("\xff\xd8\xff"),
	    BYTES("\xff\xd8\xff\xd9"),
	    BYTES("\x89PNG\r\n\x1a\n"),
	    BYTES("\x89PNG\n\x1a\n"),
	    BYTES("RIFF\4\0\0\0WEBP"),
	    BYTES("RIFF\0\0\0\0WEBP"),
	    BYTES("RIFF\4\0\0\0WAVE"),
	    BYTES("<svg xmlns='http://www.w3.org/2000/svg'/>"),
	    BYTES("<?xml version='1.0'?><svg/>"),
	    BYTES("<!DOCTYPE html><img src=x onerror=alert(1)>"),
	    BYTES("BM\x3a\0\0\0\0\0\0\0\x36\0\0\0"),
	    BYTES("II*\0\10\0\0\0"),
	    BYTES("%PDF-1.4"),
	    BYTES("PK\3\4"),
	    BYTES("\0\0\1\0\1\0"),
	    BYTES("\0\0\0\x1c"
		  "ftypavif"),
	    BYTES("\0\0\0\xcJXL \r\n\x87\n"),
	    BYTES("{\"text\":\"x\"}"),
	};
#undef BYTES

	(void)state;
	for (size_t i = 0; i < COUNT(others); i++) {
		struct buf b = {0};

		buf_add(&b, others[i].bytes, others[i].len);
		picture_is(b, IMAGE_REFUSED);
	}
}

static void
a_kind_has_a_name(void **state)
{
	enum image_kind kind;

	(void)state;
	for (int i = 0; i < IMAGE_KINDS; i++) {
		const char *name = image_kind_name((enum image_kind)i);

		assert_true(image_kind_named(name, strlen(name), &kind));
		assert_int_equal(kind, i);
	}
	assert_false(image_kind_named("jpegs", 5, &kind));
	assert_false(image_kind_named("svg", 3, &kind));
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(each_kind_is_known_by_its_bytes),
	    cmocka_unit_test(nothing_stays_that_was_written_beside_it),
	    cmocka_unit_test(of_exif_the_orientation_stays_alone),
	    cmocka_unit_test(what_makes_the_picture_stays),
	    cmocka_unit_test(the_flags_of_a_webp_say_what_there_is_now),
	    cmocka_unit_test(what_is_cut_off_anywhere_is_refused),
	    cmocka_unit_test(what_stands_behind_the_end_is_left_out),
	    cmocka_unit_test(what_is_something_else_as_well_is_refused),
	    cmocka_unit_test(the_end_of_a_long_tail_is_looked_at),
	    cmocka_unit_test(anything_else_is_refused),
	    cmocka_unit_test(a_kind_has_a_name),
	};

	return RUN(tests);
}
