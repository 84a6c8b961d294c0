#include "chat/image_parts.h"

#include <string.h>
#include <strings.h>

enum { LOOK_LEN = 70 << 10 }; /* a ZIP's end may be followed by 64 KiB */

static const struct format {
	const char *name;
	enum image_verdict (*clean)(struct image_work *w);
	const char *start; /* '?' is any byte */
	size_t start_len;
	bool turns; /* browsers heed the orientation; of a WebP none does */
} formats[] = {
    [IMAGE_JPEG] = {"jpeg", image_jpeg, "\xff\xd8\xff", 3, true},
    [IMAGE_PNG] = {"png", image_png, "\x89PNG\r\n\x1a\n", 8, true},
    [IMAGE_GIF] = {"gif", image_gif, "GIF8?a", 6, false},
    [IMAGE_WEBP] = {"webp", image_webp, "RIFF????WEBP", 12, false},
};

static bool
begins(const struct format *f, const unsigned char *bytes, size_t len)
{
	if (len < f->start_len)
		return false;
	for (size_t i = 0; i < f->start_len; i++)
		if (f->start[i] != '?' &&
		    (unsigned char)f->start[i] != bytes[i])
			return false;
	return true;
}

/* What else a file can be whose beginning is a picture's. */
static const struct sign {
	const char *text; /* letters in any case */
	size_t len;
} signs[] = {
    {"<!doctype", 9}, {"<html", 5}, {"<script", 7}, {"<svg", 4}, {"<?php", 5},
    {"%pdf-", 5},
    {"PK\5\6\0\0\0\0", 8}, /* the end of every ZIP, so of every JAR */
};

static bool
is_sign(const char *at, size_t left)
{
	if (*at != '<' && *at != '%' && *at != 'P')
		return false;
	for (size_t i = 0; i < sizeof signs / sizeof *signs; i++) {
		const struct sign *s = &signs[i];

		/* A string ends at a NUL; the ZIP's mark does not. */
		if (left < s->len || strncasecmp(at, s->text, s->len) != 0)
			continue;
		if (*at != 'P' || memcmp(at, s->text, s->len) == 0)
			return true;
	}
	return false;
}

/* Among the first n bytes from there. */
static bool
has_sign(const char *at, size_t left, size_t n)
{
	for (size_t i = 0; i < n; i++)
		if (is_sign(at + i, left - i))
			return true;
	return false;
}

/* Who reads such files looks for it near the picture or near the end. */
static bool
is_polyglot(const struct image_in *tail)
{
	const char *at = (const char *)tail->at;
	size_t n = tail->left < LOOK_LEN ? tail->left : LOOK_LEN;

	return has_sign(at, tail->left, n) ||
	    has_sign(at + tail->left - n, n, n);
}

enum image_verdict
image_size(struct image_work *w, uint32_t width, uint32_t height)
{
	if (width == 0 || height == 0)
		return IMAGE_REFUSED;
	if (width > IMAGE_SIDE_MAX || height > IMAGE_SIDE_MAX)
		return IMAGE_TOO_LARGE;
	w->width = width;
	w->height = height;
	return IMAGE_OK;
}

static bool
is_bomb(const struct image_work *w)
{
	uint64_t pixels = (uint64_t)w->width * w->height * w->frames;

	return w->frames > IMAGE_FRAMES_MAX ||
	    pixels >
	    IMAGE_PIXELS_FREE + (uint64_t)w->out->len * IMAGE_PIXELS_PER_BYTE;
}

/* From 5 on a quarter of a turn is among it. */
static void
tell(const struct format *f, const struct image_work *w, struct image *image)
{
	bool turned = f->turns && w->orientation >= 5;

	image->width = (int)(turned ? w->height : w->width);
	image->height = (int)(turned ? w->width : w->height);
}

static enum image_verdict
clean(const struct format *f, const void *bytes, size_t len, struct buf *out,
    struct image *image)
{
	struct buf own = {0};
	struct image_work w = {.in = {bytes, len},
	    .out = &own,
	    .frames = 1,
	    .orientation = 1};
	enum image_verdict v;

	buf_reserve(&own, len);
	v = f->clean(&w);
	if (v == IMAGE_OK && is_bomb(&w))
		v = IMAGE_TOO_LARGE;
	if (v == IMAGE_OK && is_polyglot(&w.in))
		v = IMAGE_REFUSED;
	if (own.failed)
		v = IMAGE_NO_MEMORY;
	if (v == IMAGE_OK) {
		tell(f, &w, image);
		buf_free(out);
		*out = own;
	} else
		buf_free(&own);
	return v;
}

enum image_verdict
image_clean(const void *bytes, size_t len, struct buf *out, struct image *image)
{
	for (int i = 0; i < IMAGE_KINDS; i++) {
		if (!begins(&formats[i], bytes, len))
			continue;
		image->kind = (enum image_kind)i;
		return clean(&formats[i], bytes, len, out, image);
	}
	return IMAGE_REFUSED;
}

const char *
image_kind_name(enum image_kind kind)
{
	return formats[kind].name;
}

bool
image_kind_named(const char *name, size_t len, enum image_kind *kind)
{
	for (int i = 0; i < IMAGE_KINDS; i++) {
		if (strlen(formats[i].name) != len ||
		    memcmp(formats[i].name, name, len) != 0)
			continue;
		*kind = (enum image_kind)i;
		return true;
	}
	return false;
}
