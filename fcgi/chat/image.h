/*
 * Pictures: which format it is, how large, and the same picture without
 * anything that was written beside it. Pure; nothing is decoded.
 *
 * What comes out is built anew from the structures that were understood, in
 * order: headers, tables, palettes, the compressed pixels. All else stays
 * behind: EXIF (but for the orientation, which is written again as the only
 * tag of a minimal one), XMP, IPTC, comments, texts, times, thumbnails, unknown
 * chunks, and whatever stands behind the end. Colour profiles go, too: that of
 * a screen names the very device, and any can carry text; what a page shrinks
 * before sending is sRGB already.
 *
 * What no structure tells is what stands inside the compressed data: that is
 * why a picture is served as one (api/image.c).
 */
#ifndef CHAT_IMAGE_H
#define CHAT_IMAGE_H

#include "base/buf.h"

enum {
	IMAGE_SIDE_MAX = 8192,
	IMAGE_FRAMES_MAX = 2000,
	/*
	 * A decompression bomb is what unfolds to more pixels (of all frames,
	 * each as large as the canvas, since that is what a browser keeps of
	 * it) than so many bytes can honestly hold: four million whatever its
	 * length, as a blank screenshot takes next to nothing, and 256 more
	 * for each byte. Photographs have 1 to 20 for a byte, drawings 100.
	 */
	IMAGE_PIXELS_FREE = 4 << 20,
	IMAGE_PIXELS_PER_BYTE = 256,
	/* A progressive JPEG has a dozen passes; each costs as much as all. */
	IMAGE_SCANS_MAX = 40,
};

enum image_kind { IMAGE_JPEG, IMAGE_PNG, IMAGE_GIF, IMAGE_WEBP, IMAGE_KINDS };

enum image_verdict {
	IMAGE_OK,
	IMAGE_REFUSED,   /* none of these four, cut off, damaged, or more */
	IMAGE_TOO_LARGE, /* a side, the frames, or a decompression bomb */
	IMAGE_NO_MEMORY,
};

struct image {
	enum image_kind kind;
	int width, height; /* as browsers show it: turned where it says so */
};

/*
 * image_clean puts the cleaned picture into out, in place of what was there,
 * and tells about it. With any verdict but IMAGE_OK out is left as it was.
 *
 * A picture with a web page, a program archive or a PDF behind its end is
 * refused: that is no camera's habit. Anything else there (a phone's short
 * film, another picture) is left out.
 */
enum image_verdict image_clean(const void *bytes, size_t len, struct buf *out,
    struct image *image);

/* The kind's name, as the database has it: "jpeg". */
const char *image_kind_name(enum image_kind kind);
/* False where there is none of that name. */
bool image_kind_named(const char *name, size_t len, enum image_kind *kind);

#endif
