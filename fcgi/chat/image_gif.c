/* GIF89a, and Netscape's way to say how often an animation is repeated. */
#include "chat/image_parts.h"

#include <string.h>

enum {
	TRAILER = 0x3b,
	IMAGE = 0x2c,
	EXTENSION = 0x21,
	CONTROL = 0xf9,
	APPLICATION = 0xff,
	PLAIN_TEXT = 0x01,
	CONTROL_LEN = 4,
};

struct gif {
	struct image_work *w;
	uint32_t frames;
	bool has_control; /* for the next frame */
	unsigned char control[CONTROL_LEN];
	bool has_loop;
};

/* A table of colours, if the flags announce one. */
static enum image_verdict
copy_colours(struct gif *g, unsigned flags)
{
	size_t len = flags & 0x80 ? (size_t)3 << ((flags & 7) + 1) : 0;
	const unsigned char *p = image_take(&g->w->in, len);

	if (p == NULL)
		return IMAGE_REFUSED;
	buf_add(g->w->out, p, len);
	return IMAGE_OK;
}

/*
 * Data comes in blocks of up to 255 bytes, each with its length before it; one
 * of length 0 ends it. How long all of it is; 0: cut off.
 */
static size_t
blocks_len(const struct image_in *in)
{
	size_t at = 0;

	while (at < in->left && in->at[at] != 0)
		at += (size_t)in->at[at] + 1;
	return at < in->left ? at + 1 : 0;
}

static void
put_control(struct gif *g)
{
	static const unsigned char head[] = {EXTENSION, CONTROL, CONTROL_LEN};

	if (!g->has_control)
		return;
	g->has_control = false;
	buf_add(g->w->out, head, sizeof head);
	buf_add(g->w->out, g->control, CONTROL_LEN);
	image_put(g->w->out, 0);
}

static enum image_verdict
copy_pixels(struct gif *g)
{
	const unsigned char *code_size = image_take(&g->w->in, 1);
	size_t len = code_size == NULL ? 0 : blocks_len(&g->w->in);

	if (len < 2 || *code_size < 1 || *code_size > 11)
		return IMAGE_REFUSED;
	image_put(g->w->out, *code_size);
	buf_add(g->w->out, image_take(&g->w->in, len), len);
	return IMAGE_OK;
}

/* A frame lies within the picture. */
static enum image_verdict
read_frame(struct gif *g)
{
	const unsigned char *p = image_take(&g->w->in, 9);
	unsigned width, height;

	if (p == NULL)
		return IMAGE_REFUSED;
	width = image_le16(p + 4);
	height = image_le16(p + 6);
	if (width == 0 || height == 0 || image_le16(p) + width > g->w->width ||
	    image_le16(p + 2) + height > g->w->height)
		return IMAGE_REFUSED;
	put_control(g);
	image_put(g->w->out, IMAGE);
	buf_add(g->w->out, p, 9);
	g->frames++;
	return copy_colours(g, p[8]) == IMAGE_OK ? copy_pixels(g)
						 : IMAGE_REFUSED;
}

/* It is for the next frame, and is written when that comes. */
static void
read_control(struct gif *g, const unsigned char *p, size_t len)
{
	if (len != CONTROL_LEN + 2 || p[0] != CONTROL_LEN)
		return;
	memcpy(g->control, p + 1, CONTROL_LEN);
	g->has_control = true;
}

/* How often it is repeated; everything else that programs left there goes. */
static void
read_application(struct gif *g, const unsigned char *p, size_t len)
{
	static const unsigned char head[] = {EXTENSION, APPLICATION, 11};

	if (g->has_loop || len < 17 || p[0] != 11 || p[12] != 3 || p[13] != 1 ||
	    (memcmp(p + 1, "NETSCAPE2.0", 11) != 0 &&
		memcmp(p + 1, "ANIMEXTS1.0", 11) != 0))
		return;
	g->has_loop = true;
	buf_add(g->w->out, head, sizeof head);
	buf_add(g->w->out, p + 1, 11);
	buf_add(g->w->out, p + 12, 4);
	image_put(g->w->out, 0);
}

static enum image_verdict
read_extension(struct gif *g)
{
	const unsigned char *label = image_take(&g->w->in, 1);
	size_t len = label == NULL ? 0 : blocks_len(&g->w->in);
	const unsigned char *p;

	if (len == 0)
		return IMAGE_REFUSED;
	p = image_take(&g->w->in, len);
	if (*label == CONTROL)
		read_control(g, p, len);
	else if (*label == APPLICATION)
		read_application(g, p, len);
	else if (*label == PLAIN_TEXT) /* what was said of it goes with it */
		g->has_control = false;
	return IMAGE_OK;
}

static enum image_verdict
read_screen(struct gif *g)
{
	const unsigned char *p = image_take(&g->w->in, 13);
	enum image_verdict v;

	if (p == NULL || (p[4] != '7' && p[4] != '9'))
		return IMAGE_REFUSED;
	v = image_size(g->w, image_le16(p + 6), image_le16(p + 8));
	if (v != IMAGE_OK)
		return v;
	buf_add(g->w->out, p, 13);
	return copy_colours(g, p[10]);
}

enum image_verdict
image_gif(struct image_work *w)
{
	struct gif g = {.w = w};
	enum image_verdict v = read_screen(&g);

	while (v == IMAGE_OK) {
		const unsigned char *p = image_take(&w->in, 1);

		if (p == NULL)
			return IMAGE_REFUSED;
		if (*p == TRAILER)
			break;
		v = *p == IMAGE       ? read_frame(&g)
		    : *p == EXTENSION ? read_extension(&g)
				      : IMAGE_REFUSED;
	}
	if (v != IMAGE_OK)
		return v;
	image_put(w->out, TRAILER);
	w->frames = g.frames;
	return g.frames > 0 ? IMAGE_OK : IMAGE_REFUSED;
}
