/* EXIF 2.32: of a TIFF file's first directory, one tag is of interest. */
#include "chat/image_parts.h"

#include <string.h>

enum { ORIENTATION = 0x0112, TYPE_SHORT = 3, ENTRY_LEN = 12, UPRIGHT = 1 };

/* Its numbers are in one order or the other. */
struct tiff {
	const unsigned char *at;
	size_t len;
	bool is_big; /* the highest byte comes first */
};

static unsigned
read16(const struct tiff *t, size_t at)
{
	return t->is_big ? image_be16(t->at + at) : image_le16(t->at + at);
}

static uint32_t
read32(const struct tiff *t, size_t at)
{
	return t->is_big ? image_be32(t->at + at) : image_le32(t->at + at);
}

static bool
read_header(struct tiff *t)
{
	if (t->len < 8)
		return false;
	t->is_big = memcmp(t->at, "MM", 2) == 0;
	return (t->is_big || memcmp(t->at, "II", 2) == 0) && read16(t, 2) == 42;
}

int
image_exif_orientation(const unsigned char *tiff, size_t len)
{
	struct tiff t = {tiff, len, false};
	size_t at, n;

	if (!read_header(&t))
		return UPRIGHT;
	at = read32(&t, 4);
	if (at > len - 2)
		return UPRIGHT;
	n = read16(&t, at);
	for (at += 2; n > 0 && len - at >= ENTRY_LEN; n--, at += ENTRY_LEN) {
		unsigned value;

		if (read16(&t, at) != ORIENTATION ||
		    read16(&t, at + 2) != TYPE_SHORT || read32(&t, at + 4) != 1)
			continue;
		value = read16(&t, at + 8);
		return value >= 1 && value <= 8 ? (int)value : UPRIGHT;
	}
	return UPRIGHT;
}

void
image_exif_make(int orientation, unsigned char out[IMAGE_EXIF_LEN])
{
	static const unsigned char made[IMAGE_EXIF_LEN] = {'M', 'M', 0, 42, 0,
	    0, 0, 8, 0, 1, ORIENTATION >> 8, ORIENTATION & 255, 0, TYPE_SHORT,
	    0, 0, 0, 1, 0, 0 /* the value */};

	memcpy(out, made, IMAGE_EXIF_LEN);
	out[19] = (unsigned char)orientation;
}
