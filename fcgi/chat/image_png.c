/* PNG: ISO/IEC 15948, and its third edition's animation. */
#include "chat/image_parts.h"

#include <string.h>

enum { CHUNK_EXTRA = 12, EVERY = 0x7fffffff };

/* The pixels of the picture itself stand side by side. */
enum phase { BEFORE, WITHIN, BEHIND };

struct png {
	struct image_work *w;
	uint32_t crc_table[256];
	enum phase phase;
	bool has_header, has_palette, has_exif, is_animated, is_over;
	unsigned colours; /* the colour type */
	uint32_t announced, frames;
	bool still_is_frame; /* the picture itself is part of the animation */
};

struct chunk {
	const unsigned char *name, *data;
	uint32_t len;
};

/* ---- checksums (Annex D) ---- */

static void
make_crc_table(uint32_t table[256])
{
	for (uint32_t n = 0; n < 256; n++) {
		uint32_t c = n;

		for (int k = 0; k < 8; k++)
			c = c & 1 ? 0xedb88320 ^ c >> 1 : c >> 1;
		table[n] = c;
	}
}

static uint32_t
crc(const uint32_t table[256], const unsigned char *p, size_t len)
{
	uint32_t c = 0xffffffff;

	for (size_t i = 0; i < len; i++)
		c = table[(c ^ p[i]) & 255] ^ c >> 8;
	return ~c;
}

/* ---- chunks ---- */

/* What is kept is kept whole, and only if it is undamaged. */
static enum image_verdict
keep(struct png *p, const struct chunk *c)
{
	if (crc(p->crc_table, c->name, c->len + 4) !=
	    image_be32(c->data + c->len))
		return IMAGE_REFUSED;
	buf_add(p->w->out, c->name - 4, c->len + CHUNK_EXTRA);
	return IMAGE_OK;
}

/* 11.2.2: which depths a colour type can have, a bit for each. */
static bool
is_colour(unsigned type, unsigned depth)
{
	static const unsigned depths[7] = {
	    [0] = 1 << 1 | 1 << 2 | 1 << 4 | 1 << 8 | 1 << 16,
	    [2] = 1 << 8 | 1 << 16,
	    [3] = 1 << 1 | 1 << 2 | 1 << 4 | 1 << 8,
	    [4] = 1 << 8 | 1 << 16,
	    [6] = 1 << 8 | 1 << 16,
	};

	return type < 7 && depth <= 16 && (depths[type] >> depth & 1);
}

static enum image_verdict
read_header(struct png *p, const struct chunk *c)
{
	enum image_verdict v;

	p->colours = c->data[9];
	if (p->has_header || !is_colour(p->colours, c->data[8]) ||
	    c->data[10] != 0 || c->data[11] != 0 || c->data[12] > 1)
		return IMAGE_REFUSED;
	p->has_header = true;
	v = image_size(p->w, image_be32(c->data), image_be32(c->data + 4));
	return v == IMAGE_OK ? keep(p, c) : v;
}

static enum image_verdict
read_palette(struct png *p, const struct chunk *c)
{
	if (p->has_palette || p->phase != BEFORE || c->len % 3 != 0)
		return IMAGE_REFUSED;
	p->has_palette = true;
	return keep(p, c);
}

/* What says how colours are meant, before the pixels. */
static enum image_verdict
read_colour(struct png *p, const struct chunk *c)
{
	return p->phase == BEFORE ? keep(p, c) : IMAGE_OK;
}

static enum image_verdict
read_pixels(struct png *p, const struct chunk *c)
{
	if (p->phase == BEHIND || (p->colours == 3 && !p->has_palette))
		return IMAGE_REFUSED;
	if (p->phase == BEFORE)
		p->still_is_frame = p->frames > 0;
	p->phase = WITHIN;
	return keep(p, c);
}

static enum image_verdict
read_animation(struct png *p, const struct chunk *c)
{
	if (p->is_animated || p->phase != BEFORE)
		return IMAGE_OK;
	p->is_animated = true;
	p->announced = image_be32(c->data);
	return keep(p, c);
}

/* A frame lies within the picture. */
static enum image_verdict
read_frame(struct png *p, const struct chunk *c)
{
	uint32_t width = image_be32(c->data + 4);
	uint32_t height = image_be32(c->data + 8);
	uint32_t left = image_be32(c->data + 12);
	uint32_t top = image_be32(c->data + 16);

	if (!p->is_animated)
		return IMAGE_OK;
	if (width == 0 || height == 0 || width > p->w->width ||
	    height > p->w->height || left > p->w->width - width ||
	    top > p->w->height - height)
		return IMAGE_REFUSED;
	p->frames++;
	return keep(p, c);
}

static enum image_verdict
read_frame_pixels(struct png *p, const struct chunk *c)
{
	if (!p->is_animated)
		return IMAGE_OK;
	return p->phase == BEFORE || p->frames == 0 ? IMAGE_REFUSED
						    : keep(p, c);
}

/* In the place of the whole one a chunk with the orientation alone. */
static enum image_verdict
read_exif(struct png *p, const struct chunk *c)
{
	unsigned char made[4 + IMAGE_EXIF_LEN] = "eXIf";
	struct buf *out = p->w->out;

	if (p->has_exif)
		return IMAGE_OK;
	p->has_exif = true;
	p->w->orientation = image_exif_orientation(c->data, c->len);
	if (p->w->orientation == 1)
		return IMAGE_OK;
	image_exif_make(p->w->orientation, made + 4);
	image_put_be32(out, IMAGE_EXIF_LEN);
	buf_add(out, made, sizeof made);
	image_put_be32(out, crc(p->crc_table, made, sizeof made));
	return IMAGE_OK;
}

static enum image_verdict
read_end(struct png *p, const struct chunk *c)
{
	p->is_over = true;
	if (p->phase == BEFORE ||
	    (p->is_animated && (p->frames == 0 || p->frames != p->announced)))
		return IMAGE_REFUSED;
	if (p->is_animated)
		p->w->frames = p->frames + !p->still_is_frame;
	return keep(p, c);
}

/* What a chunk may be long, and what is done with it. All others are left out,
 * unless nobody can show the picture without them. */
static const struct row {
	const char *name;
	uint32_t min_len, max_len;
	enum image_verdict (*read)(struct png *p, const struct chunk *c);
} rows[] = {
    {"IDAT", 0, EVERY, read_pixels},
    {"IHDR", 13, 13, read_header},
    {"PLTE", 3, 768, read_palette},
    {"IEND", 0, 0, read_end},
    {"tRNS", 1, 256, read_colour},
    {"gAMA", 4, 4, read_colour},
    {"cHRM", 32, 32, read_colour},
    {"sRGB", 1, 1, read_colour},
    {"cICP", 4, 4, read_colour},
    {"acTL", 8, 8, read_animation},
    {"fcTL", 26, 26, read_frame},
    {"fdAT", 5, EVERY, read_frame_pixels},
    {"eXIf", 0, EVERY, read_exif},
};

static enum image_verdict
read_chunk(struct png *p, const struct chunk *c)
{
	bool is_critical = (c->name[0] & 0x20) == 0;

	if (p->phase == WITHIN && memcmp(c->name, "IDAT", 4) != 0)
		p->phase = BEHIND;
	if (!p->has_header && memcmp(c->name, "IHDR", 4) != 0)
		return IMAGE_REFUSED;
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++) {
		if (memcmp(rows[i].name, c->name, 4) != 0)
			continue;
		if (c->len < rows[i].min_len || c->len > rows[i].max_len)
			return IMAGE_REFUSED;
		return rows[i].read(p, c);
	}
	return is_critical ? IMAGE_REFUSED : IMAGE_OK;
}

static bool
take_chunk(struct image_in *in, struct chunk *c)
{
	const unsigned char *head = image_take(in, 8);

	if (head == NULL)
		return false;
	c->len = image_be32(head);
	c->name = head + 4;
	c->data = c->len > EVERY ? NULL : image_take(in, (size_t)c->len + 4);
	return c->data != NULL;
}

enum image_verdict
image_png(struct image_work *w)
{
	struct png p = {.w = w};
	enum image_verdict v = IMAGE_OK;
	struct chunk c;

	make_crc_table(p.crc_table);
	buf_add(w->out, image_take(&w->in, 8), 8);
	while (v == IMAGE_OK && !p.is_over) {
		if (!take_chunk(&w->in, &c))
			return IMAGE_REFUSED;
		v = read_chunk(&p, &c);
	}
	return v;
}
