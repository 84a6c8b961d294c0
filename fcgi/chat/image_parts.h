/* What the formats' files share. For image*.c alone. */
#ifndef CHAT_IMAGE_PARTS_H
#define CHAT_IMAGE_PARTS_H

#include "chat/image.h"

/* What is still to be read. */
struct image_in {
	const unsigned char *at;
	size_t left;
};

/* The next n bytes, or NULL (and nothing is taken) if there are fewer. */
const unsigned char *image_take(struct image_in *in, size_t n);

unsigned image_be16(const unsigned char *p);
uint32_t image_be32(const unsigned char *p);
unsigned image_le16(const unsigned char *p);
uint32_t image_le24(const unsigned char *p);
uint32_t image_le32(const unsigned char *p);

void image_put(struct buf *out, unsigned byte);
void image_put_be16(struct buf *out, unsigned n);
void image_put_be32(struct buf *out, uint32_t n);
void image_put_le32(struct buf *out, uint32_t n);
/* Writes over what stands at `at` already. */
void image_set_le32(struct buf *out, size_t at, uint32_t n);

/* A picture on its way from `in` to `out`. */
struct image_work {
	struct image_in in; /* at the end: what stands behind the picture */
	struct buf *out;
	uint32_t width, height;
	uint32_t frames;
	int orientation; /* 1 to 8, as EXIF has it */
};

/* Notes the size: IMAGE_OK, or TOO_LARGE, or REFUSED if a side is 0. */
enum image_verdict image_size(struct image_work *w, uint32_t width,
    uint32_t height);

/* One format each, from its first byte to its end. */
enum image_verdict image_jpeg(struct image_work *w);
enum image_verdict image_png(struct image_work *w);
enum image_verdict image_gif(struct image_work *w);
enum image_verdict image_webp(struct image_work *w);

/* EXIF is a TIFF file without a picture. 1 (upright) where it says nothing. */
int image_exif_orientation(const unsigned char *tiff, size_t len);
enum { IMAGE_EXIF_LEN = 26 };
/* One with the orientation and nothing else. */
void image_exif_make(int orientation, unsigned char out[IMAGE_EXIF_LEN]);

#endif
