/* JPEG: ITU-T T.81 Annex B; JFIF 1.02; Adobe's APP14. */
#include "chat/image_parts.h"

#include <string.h>

enum {
	SOF0 = 0xc0, /* baseline; then extended, progressive */
	SOF2 = 0xc2,
	DHT = 0xc4,
	RST0 = 0xd0,
	RST7 = 0xd7,
	SOI = 0xd8,
	EOI = 0xd9,
	SOS = 0xda,
	DQT = 0xdb,
	DRI = 0xdd,
	APP0 = 0xe0,
	APP1 = 0xe1,
	APP14 = 0xee,
	APP15 = 0xef,
	COM = 0xfe,
};

struct jpeg {
	struct image_work *w;
	unsigned components; /* 0: no SOF yet */
	unsigned scans;
	bool has_jfif, has_exif, has_adobe;
};

/* A marker segment: its bytes behind the length. */
struct segment {
	unsigned marker;
	const unsigned char *at;
	size_t len;
};

static void
put_segment(struct jpeg *j, unsigned marker, const void *at, size_t len)
{
	image_put(j->w->out, 0xff);
	image_put(j->w->out, marker);
	image_put_be16(j->w->out, (unsigned)len + 2);
	buf_add(j->w->out, at, len);
}

static enum image_verdict
keep(struct jpeg *j, const struct segment *s)
{
	put_segment(j, s->marker, s->at, s->len);
	return IMAGE_OK;
}

/* B.2.2. No browser shows other than 8 bits, or counts the lines itself. */
static enum image_verdict
read_frame(struct jpeg *j, const struct segment *s)
{
	enum image_verdict v;

	if (j->components != 0 || s->len < 6 || s->at[0] != 8)
		return IMAGE_REFUSED;
	j->components = s->at[5];
	if ((j->components != 1 && j->components != 3 && j->components != 4) ||
	    s->len != 6 + 3 * j->components)
		return IMAGE_REFUSED;
	for (size_t i = 6; i < s->len; i += 3) {
		unsigned h = s->at[i + 1] >> 4, v4 = s->at[i + 1] & 15;

		if (h < 1 || h > 4 || v4 < 1 || v4 > 4 || s->at[i + 2] > 3)
			return IMAGE_REFUSED;
	}
	v = image_size(j->w, image_be16(s->at + 3), image_be16(s->at + 1));
	return v == IMAGE_OK ? keep(j, s) : v;
}

/* B.2.4.1: nothing but whole tables. */
static enum image_verdict
read_quantization(struct jpeg *j, const struct segment *s)
{
	struct image_in in = {s->at, s->len};
	const unsigned char *p;

	while ((p = image_take(&in, 1)) != NULL)
		if (*p >> 4 > 1 || (*p & 15) > 3 ||
		    image_take(&in, *p >> 4 ? 128 : 64) == NULL)
			return IMAGE_REFUSED;
	return keep(j, s);
}

/* B.2.4.2 */
static enum image_verdict
read_huffman(struct jpeg *j, const struct segment *s)
{
	struct image_in in = {s->at, s->len};
	const unsigned char *p;

	while ((p = image_take(&in, 17)) != NULL) {
		size_t n = 0;

		for (int i = 1; i <= 16; i++)
			n += p[i];
		if (p[0] >> 4 > 1 || (p[0] & 15) > 3 || n > 256 ||
		    image_take(&in, n) == NULL)
			return IMAGE_REFUSED;
	}
	return in.left == 0 ? keep(j, s) : IMAGE_REFUSED;
}

static enum image_verdict
read_restarts(struct jpeg *j, const struct segment *s)
{
	return s->len == 2 ? keep(j, s) : IMAGE_REFUSED;
}

/* How much of it is compressed data: up to a marker that is no restart. */
static size_t
scan_len(const struct image_in *in)
{
	const unsigned char *p = in->at, *end = in->at + in->left;

	while ((p = memchr(p, 0xff, (size_t)(end - p))) != NULL) {
		if (end - p < 2)
			break;
		if (p[1] != 0 && (p[1] < RST0 || p[1] > RST7))
			return (size_t)(p - in->at);
		p += 2;
	}
	return in->left;
}

/* B.2.3, and the data of the scan. */
static enum image_verdict
read_scan(struct jpeg *j, const struct segment *s)
{
	unsigned n = s->len > 0 ? s->at[0] : 0;
	size_t len;

	if (n < 1 || n > j->components || s->len != 4 + 2 * n ||
	    s->at[s->len - 3] > s->at[s->len - 2] || s->at[s->len - 2] > 63)
		return IMAGE_REFUSED;
	if (++j->scans > IMAGE_SCANS_MAX)
		return IMAGE_TOO_LARGE;
	keep(j, s);
	len = scan_len(&j->w->in);
	if (len == 0)
		return IMAGE_REFUSED;
	buf_add(j->w->out, image_take(&j->w->in, len), len);
	return IMAGE_OK;
}

/* That it is JFIF says what the colours are; not its density and thumbnail. */
static enum image_verdict
read_jfif(struct jpeg *j, const struct segment *s)
{
	static const unsigned char made[] = {'J', 'F', 'I', 'F', 0, 1, 1, 0, 0,
	    1, 0, 1, 0, 0};

	if (j->has_jfif || j->components != 0 || s->len < 5 ||
	    memcmp(s->at, made, 5) != 0)
		return IMAGE_OK;
	j->has_jfif = true;
	put_segment(j, APP0, made, sizeof made);
	return IMAGE_OK;
}

/* The first one counts, before the picture. */
static enum image_verdict
read_exif(struct jpeg *j, const struct segment *s)
{
	unsigned char made[6 + IMAGE_EXIF_LEN] = "Exif\0";

	if (j->has_exif || j->scans > 0 || s->len < 6 ||
	    memcmp(s->at, "Exif\0", 5) != 0)
		return IMAGE_OK;
	j->has_exif = true;
	j->w->orientation = image_exif_orientation(s->at + 6, s->len - 6);
	image_exif_make(j->w->orientation, made + 6);
	if (j->w->orientation > 1)
		put_segment(j, APP1, made, sizeof made);
	return IMAGE_OK;
}

/* Its last byte says what the colours are. */
static enum image_verdict
read_adobe(struct jpeg *j, const struct segment *s)
{
	unsigned char made[] = {'A', 'd', 'o', 'b', 'e', 0, 100, 0, 0, 0, 0, 0};

	if (j->has_adobe || j->scans > 0 || s->len < sizeof made ||
	    memcmp(s->at, made, 5) != 0 || s->at[11] > 2)
		return IMAGE_OK;
	j->has_adobe = true;
	made[11] = s->at[11];
	put_segment(j, APP14, made, sizeof made);
	return IMAGE_OK;
}

static enum image_verdict
drop(struct jpeg *j, const struct segment *s)
{
	(void)j;
	(void)s;
	return IMAGE_OK;
}

/* The first row that fits; what has none is not for a browser. */
static const struct row {
	unsigned first, last;
	enum image_verdict (*read)(struct jpeg *j, const struct segment *s);
} rows[] = {
    {SOF0, SOF2, read_frame},
    {DHT, DHT, read_huffman},
    {SOS, SOS, read_scan},
    {DQT, DQT, read_quantization},
    {DRI, DRI, read_restarts},
    {APP0, APP0, read_jfif},
    {APP1, APP1, read_exif},
    {APP14, APP14, read_adobe},
    {APP0, APP15, drop},
    {COM, COM, drop},
};

static enum image_verdict
read_segment(struct jpeg *j, const struct segment *s)
{
	for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
		if (s->marker >= rows[i].first && s->marker <= rows[i].last)
			return rows[i].read(j, s);
	return IMAGE_REFUSED;
}

/* The next marker, behind any number of fill bytes (B.1.1.2); -1: none. */
static int
take_marker(struct image_in *in)
{
	const unsigned char *p = image_take(in, 1);

	if (p == NULL || *p != 0xff)
		return -1;
	while (p != NULL && *p == 0xff)
		p = image_take(in, 1);
	return p == NULL ? -1 : *p;
}

static bool
take_segment(struct image_in *in, struct segment *s)
{
	const unsigned char *p = image_take(in, 2);

	s->len = p == NULL ? 0 : image_be16(p);
	if (s->len < 2)
		return false;
	s->len -= 2;
	s->at = image_take(in, s->len);
	return s->at != NULL;
}

enum image_verdict
image_jpeg(struct image_work *w)
{
	struct jpeg j = {.w = w};
	enum image_verdict v = IMAGE_OK;
	int marker;

	image_take(&w->in, 2);
	image_put_be16(w->out, 0xff00 | SOI);
	while ((marker = take_marker(&w->in)) != EOI) {
		struct segment s = {.marker = (unsigned)marker};

		if (marker < 0 || !take_segment(&w->in, &s))
			return IMAGE_REFUSED;
		v = read_segment(&j, &s);
		if (v != IMAGE_OK)
			return v;
	}
	image_put_be16(w->out, 0xff00 | EOI);
	return j.scans > 0 ? IMAGE_OK : IMAGE_REFUSED;
}
