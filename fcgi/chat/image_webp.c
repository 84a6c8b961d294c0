/* WebP: RFC 9649; the frame of a lossy picture: RFC 6386 §9.1. */
#include "chat/image_parts.h"

#include <string.h>

enum {
	RIFF_LEN = 12,
	CHUNK_HEAD = 8,
	EXTENDED_LEN = 10,
	ANIMATION_LEN = 6,
	FRAME_LEN = 16,
	/* The flags of an extended one. */
	HAS_ALPHA = 0x10,
	HAS_EXIF = 0x08,
	IS_ANIMATED = 0x02,
};

struct chunk {
	const unsigned char *name, *data;
	uint32_t len;
};

struct webp {
	struct image_work *w;
	struct image_in in; /* what RIFF says is its own */
	unsigned flags;
	uint32_t frames;
	bool has_animation, has_exif;
};

static bool
is(const struct chunk *c, const char *name)
{
	return memcmp(c->name, name, 4) == 0;
}

/* The byte that makes an odd length even may be missing at the very end. */
static bool
take_chunk(struct image_in *in, struct chunk *c)
{
	const unsigned char *head = image_take(in, CHUNK_HEAD);

	if (head == NULL)
		return false;
	c->name = head;
	c->len = image_le32(head + 4);
	c->data = image_take(in, c->len);
	if (c->len % 2 != 0)
		image_take(in, 1);
	return c->data != NULL;
}

static void
put_chunk(struct webp *p, const char *name, const void *data, size_t len)
{
	buf_add(p->w->out, name, 4);
	image_put_le32(p->w->out, (uint32_t)len);
	buf_add(p->w->out, data, len);
	if (len % 2 != 0)
		image_put(p->w->out, 0);
}

/* ---- the pixels ---- */

struct size {
	uint32_t width, height;
};

static bool
read_lossy(const struct chunk *c, struct size *out)
{
	const unsigned char *p = c->data;

	if (c->len < 10 || (p[0] & 1) != 0 || /* no key frame */
	    memcmp(p + 3, "\x9d\x01\x2a", 3) != 0 ||
	    image_le24(p) >> 5 > c->len - 10)
		return false;
	*out = (struct size){image_le16(p + 6) & 0x3fff,
	    image_le16(p + 8) & 0x3fff};
	return true;
}

static bool
read_lossless(const struct chunk *c, struct size *out)
{
	uint32_t bits;

	if (c->len < 5 || c->data[0] != 0x2f)
		return false;
	bits = image_le32(c->data + 1);
	*out = (struct size){(bits & 0x3fff) + 1, (bits >> 14 & 0x3fff) + 1};
	return bits >> 29 == 0; /* the version */
}

/* One still picture: lossless, or lossy with its transparency before it. */
static bool
copy_pixels(struct webp *p, struct chunk *c, struct image_in *in,
    struct size *size)
{
	if (is(c, "VP8L")) {
		put_chunk(p, "VP8L", c->data, c->len);
		return read_lossless(c, size);
	}
	if (is(c, "ALPH")) {
		put_chunk(p, "ALPH", c->data, c->len);
		if (c->len == 0 || !take_chunk(in, c))
			return false;
	}
	if (!is(c, "VP8 "))
		return false;
	put_chunk(p, "VP8 ", c->data, c->len);
	return read_lossy(c, size);
}

/* ---- the extended format ---- */

static enum image_verdict
read_still(struct webp *p, struct chunk *c)
{
	struct size size;

	if (p->flags & IS_ANIMATED || p->frames > 0)
		return IMAGE_OK;
	if (!copy_pixels(p, c, &p->in, &size) || size.width != p->w->width ||
	    size.height != p->w->height)
		return IMAGE_REFUSED;
	p->frames++;
	return IMAGE_OK;
}

static enum image_verdict
read_animation(struct webp *p, struct chunk *c)
{
	if (!(p->flags & IS_ANIMATED) || p->has_animation)
		return IMAGE_OK;
	if (c->len != ANIMATION_LEN)
		return IMAGE_REFUSED;
	p->has_animation = true;
	put_chunk(p, "ANIM", c->data, c->len);
	return IMAGE_OK;
}

/* Where it lies in the picture, and its pixels; what else is in it goes. */
static enum image_verdict
copy_frame(struct webp *p, const struct chunk *frame)
{
	struct image_in in = {frame->data, frame->len};
	const unsigned char *head = image_take(&in, FRAME_LEN);
	struct size place, size;
	struct chunk c;

	if (head == NULL)
		return IMAGE_REFUSED;
	place = (struct size){image_le24(head + 6) + 1,
	    image_le24(head + 9) + 1};
	if (2 * image_le24(head) + place.width > p->w->width ||
	    2 * image_le24(head + 3) + place.height > p->w->height)
		return IMAGE_REFUSED;
	buf_add(p->w->out, head, FRAME_LEN - 1);
	image_put(p->w->out, head[FRAME_LEN - 1] & 3);
	do
		if (!take_chunk(&in, &c))
			return IMAGE_REFUSED;
	while (!is(&c, "ALPH") && !is(&c, "VP8 ") && !is(&c, "VP8L"));
	if (!copy_pixels(p, &c, &in, &size) || size.width != place.width ||
	    size.height != place.height)
		return IMAGE_REFUSED;
	return IMAGE_OK;
}

static enum image_verdict
read_frame(struct webp *p, struct chunk *c)
{
	size_t at = p->w->out->len;
	enum image_verdict v;

	if (!(p->flags & IS_ANIMATED))
		return IMAGE_OK;
	if (!p->has_animation)
		return IMAGE_REFUSED;
	put_chunk(p, "ANMF", NULL, 0);
	v = copy_frame(p, c);
	image_set_le32(p->w->out, at + 4,
	    (uint32_t)(p->w->out->len - at - CHUNK_HEAD));
	p->frames++;
	return v;
}

/* Some write JPEG's word before it. */
static enum image_verdict
read_exif(struct webp *p, struct chunk *c)
{
	size_t skip = c->len >= 6 && memcmp(c->data, "Exif\0", 6) == 0 ? 6 : 0;

	if (!p->has_exif)
		p->w->orientation = image_exif_orientation(c->data + skip,
		    c->len - skip);
	p->has_exif = true;
	return IMAGE_OK;
}

/* All others are left out. */
static const struct row {
	const char *name;
	enum image_verdict (*read)(struct webp *p, struct chunk *c);
} rows[] = {
    {"VP8 ", read_still},
    {"VP8L", read_still},
    {"ALPH", read_still},
    {"ANMF", read_frame},
    {"ANIM", read_animation},
    {"EXIF", read_exif},
};

static enum image_verdict
read_chunk(struct webp *p, struct chunk *c)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (is(c, rows[i].name))
			return rows[i].read(p, c);
	return IMAGE_OK;
}

/* The orientation comes last; the flags say what there is now. */
static void
end_extended(struct webp *p, size_t flags_at)
{
	unsigned char made[IMAGE_EXIF_LEN];

	p->flags &= HAS_ALPHA | IS_ANIMATED;
	if (p->w->orientation > 1) {
		image_exif_make(p->w->orientation, made);
		put_chunk(p, "EXIF", made, sizeof made);
		p->flags |= HAS_EXIF;
	}
	image_set_le32(p->w->out, flags_at, p->flags);
}

static enum image_verdict
read_extended(struct webp *p, struct chunk *c)
{
	size_t flags_at = p->w->out->len + CHUNK_HEAD;
	enum image_verdict v;

	if (c->len < EXTENDED_LEN)
		return IMAGE_REFUSED;
	p->flags = c->data[0];
	v = image_size(p->w, image_le24(c->data + 4) + 1,
	    image_le24(c->data + 7) + 1);
	put_chunk(p, "VP8X", c->data, EXTENDED_LEN);
	while (v == IMAGE_OK && p->in.left > 0)
		v = take_chunk(&p->in, c) ? read_chunk(p, c) : IMAGE_REFUSED;
	end_extended(p, flags_at);
	if (v == IMAGE_OK && p->frames == 0)
		return IMAGE_REFUSED;
	p->w->frames = p->frames;
	return v;
}

/* ---- the file ---- */

static enum image_verdict
read_first(struct webp *p)
{
	struct chunk c;
	struct size size;

	if (!take_chunk(&p->in, &c))
		return IMAGE_REFUSED;
	if (is(&c, "VP8X"))
		return read_extended(p, &c);
	if (is(&c, "ALPH") || !copy_pixels(p, &c, &p->in, &size))
		return IMAGE_REFUSED;
	return image_size(p->w, size.width, size.height);
}

enum image_verdict
image_webp(struct image_work *w)
{
	struct webp p = {.w = w};
	const unsigned char *head = image_take(&w->in, RIFF_LEN);
	uint32_t len = image_le32(head + 4);
	enum image_verdict v;

	if (len < 4)
		return IMAGE_REFUSED;
	p.in.left = len - 4;
	p.in.at = image_take(&w->in, p.in.left);
	if (p.in.at == NULL)
		return IMAGE_REFUSED;
	if (len % 2 != 0)
		image_take(&w->in, 1);
	buf_add(w->out, head, RIFF_LEN);
	v = read_first(&p);
	image_set_le32(w->out, 4, (uint32_t)(w->out->len - 8));
	return v;
}
