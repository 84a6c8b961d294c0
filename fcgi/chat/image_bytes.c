/* Reading and writing the numbers of pictures. */
#include "chat/image_parts.h"

const unsigned char *
image_take(struct image_in *in, size_t n)
{
	const unsigned char *at = in->at;

	if (in->left < n)
		return NULL;
	in->at += n;
	in->left -= n;
	return at;
}

unsigned
image_be16(const unsigned char *p)
{
	return (unsigned)p[0] << 8 | p[1];
}

uint32_t
image_be32(const unsigned char *p)
{
	return (uint32_t)image_be16(p) << 16 | image_be16(p + 2);
}

unsigned
image_le16(const unsigned char *p)
{
	return p[0] | (unsigned)p[1] << 8;
}

uint32_t
image_le24(const unsigned char *p)
{
	return image_le16(p) | (uint32_t)p[2] << 16;
}

uint32_t
image_le32(const unsigned char *p)
{
	return image_le16(p) | (uint32_t)image_le16(p + 2) << 16;
}

void
image_put(struct buf *out, unsigned byte)
{
	unsigned char b = (unsigned char)byte;

	buf_add(out, &b, 1);
}

void
image_put_be16(struct buf *out, unsigned n)
{
	image_put(out, n >> 8);
	image_put(out, n);
}

void
image_put_be32(struct buf *out, uint32_t n)
{
	image_put_be16(out, n >> 16);
	image_put_be16(out, n);
}

void
image_put_le32(struct buf *out, uint32_t n)
{
	for (int shift = 0; shift < 32; shift += 8)
		image_put(out, n >> shift);
}

void
image_set_le32(struct buf *out, size_t at, uint32_t n)
{
	if (out->failed)
		return;
	for (int i = 0; i < 4; i++)
		out->data[at + (size_t)i] = (char)(n >> 8 * i);
}
