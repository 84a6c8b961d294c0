#include "chat/text.h"

#include <stdbool.h>
#include <stdint.h>
#include <string.h>

#include "base/fold.h"
#include "base/utf8.h"
#include "chat/chars.h"

enum {
	BLACK_FLAG = 0x1F3F4,
	CANCEL_TAG = 0xE007F,
	FLAG_TAGS_MAX = 7, /* a region's are 4 to 6, and the cancel tag */
	MARKS_MAX = 8,
	PILE_MAX = 4, /* marks of one combining class: they pile up */
};

/* What becomes of a character. */
enum fate { KEEP, FOLD, DROP, REFUSE };

/* A kind of text: how long it is, how many marks a base has, and the fates. */
struct manner {
	int max, marks_max;
	const enum fate *fates;
};

static const enum fate name_fates[CHARS__MAX] = {
    [CHARS_SPACE] = FOLD,
    [CHARS_BREAK] = REFUSE,
    [CHARS_CONTROL] = REFUSE,
    [CHARS_TURNING] = REFUSE,
    [CHARS_NONE] = REFUSE,
    [CHARS_USELESS] = DROP,
    [CHARS_TAG] = DROP,
    [CHARS_HIDDEN] = DROP,
};

static const enum fate message_fates[CHARS__MAX] = {
    [CHARS_CONTROL] = REFUSE,
    [CHARS_TURNING] = DROP,
    [CHARS_NONE] = DROP,
    [CHARS_USELESS] = DROP,
    [CHARS_TAG] = DROP,
};

/* UTS #39 (5.4) takes more than 4 marks on a base for no writing of anybody's.
 */
static const struct manner name_manner = {TEXT_NAME_MAX, 4, name_fates};
static const struct manner tag_manner = {TEXT_TAG_MAX, 4, name_fates};
static const struct manner message_manner = {TEXT_MESSAGE_MAX, MARKS_MAX,
    message_fates};

/* A text as it grows: spaces that are folded wait for what follows them. */
struct text {
	const struct manner *manner;
	const char *at, *end; /* what is left of what was typed */
	char *out;
	int n; /* characters, the waiting space not counted */
	bool space_waits, is_visible;
	enum chars_kind last;             /* of what was kept last */
	int n_marks;                      /* on the present base ... */
	unsigned char classes[MARKS_MAX]; /* ... and their classes */
};

/* The character that ends at t->at. False: too many. */
static bool
add(struct text *t, const char *from)
{
	size_t len = (size_t)(t->at - from);

	if (++t->n > t->manner->max)
		return false;
	memcpy(t->out, from, len);
	t->out += len;
	return true;
}

static bool
add_space(struct text *t)
{
	bool waits = t->space_waits && t->n > 0;

	t->space_waits = false;
	if (!waits)
		return true;
	if (++t->n >= t->manner->max) /* something follows */
		return false;
	*t->out++ = ' ';
	return true;
}

/* The tags behind a black flag, if they make it a region's: "gbsct" ... */
static bool
add_flag(struct text *t)
{
	const char *from = t->at, *next = from;
	int32_t c = 0;
	int n = 0;

	while (c != CANCEL_TAG && n < FLAG_TAGS_MAX && next < t->end) {
		c = utf8_next(&next, t->end);
		if (chars_kind(c) != CHARS_TAG)
			return true;
		n++;
	}
	if (c != CANCEL_TAG || n < 2)
		return true;
	t->at = next;
	t->n += n - 1;
	return add(t, from);
}

/* Is there room on the base for another mark? Then it is noted. */
static bool
note_mark(struct text *t, int32_t c)
{
	int class = fold_mark(c), same = 0;

	for (int i = 0; i < t->n_marks; i++)
		same += class != 0 && t->classes[i] == class;
	if (t->n_marks == t->manner->marks_max || same == PILE_MAX)
		return false;
	t->classes[t->n_marks++] = (unsigned char)class;
	return true;
}

/* May it stand behind what is there already? */
static bool
has_place(struct text *t, int32_t c, enum chars_kind kind)
{
	if (kind == CHARS_MARK)
		return note_mark(t, c);
	if (kind == CHARS_SELECTOR)
		return t->last == CHARS_BASE && t->n > 0 && !t->space_waits;
	return true;
}

static void
note_kept(struct text *t, enum chars_kind kind)
{
	t->last = kind;
	t->is_visible |= kind == CHARS_BASE || kind == CHARS_MARK;
	if (kind == CHARS_BASE || kind == CHARS_SPACE || kind == CHARS_BREAK)
		t->n_marks = 0;
}

/* Printable ASCII but the space: CHARS_BASE, which every manner keeps. */
static bool
is_plain(char c)
{
	return c > ' ' && c <= '~';
}

/* Most of what is typed, without a look at the tables for every letter. */
static enum text_verdict
take_word(struct text *t)
{
	const char *end = t->at;
	size_t len;

	while (end < t->end && is_plain(*end))
		end++;
	len = (size_t)(end - t->at);
	if (!add_space(t) || len > (size_t)(t->manner->max - t->n))
		return TEXT_TOO_LONG;
	memcpy(t->out, t->at, len);
	t->out += len;
	t->n += (int)len;
	t->at = end;
	note_kept(t, CHARS_BASE);
	return TEXT_OK;
}

static enum text_verdict
take(struct text *t)
{
	const char *from = t->at;
	int32_t c;
	enum chars_kind kind;
	enum fate fate;

	if (is_plain(*from))
		return take_word(t);
	c = utf8_next(&t->at, t->end);
	if (c < 0)
		return TEXT_INVALID;
	kind = chars_kind(c);
	fate = t->manner->fates[kind];
	if (fate == REFUSE)
		return TEXT_INVALID;
	if (fate == FOLD) {
		t->space_waits = true;
		t->n_marks = 0;
	}
	if (fate != KEEP || !has_place(t, c, kind))
		return TEXT_OK;
	if (!add_space(t) || !add(t, from))
		return TEXT_TOO_LONG;
	note_kept(t, kind);
	return c != BLACK_FLAG || add_flag(t) ? TEXT_OK : TEXT_TOO_LONG;
}

static enum text_verdict
tidy(const char *typed, const struct manner *manner, char *out)
{
	struct text t = {.manner = manner,
	    .at = typed,
	    .end = typed + strlen(typed),
	    .out = out};
	enum text_verdict v = TEXT_OK;

	while (v == TEXT_OK && t.at < t.end)
		v = take(&t);
	*t.out = '\0';
	return v == TEXT_OK && !t.is_visible ? TEXT_EMPTY : v;
}

enum text_verdict
text_name(const char *typed, char out[TEXT_NAME_BYTES])
{
	return tidy(typed, &name_manner, out);
}

enum text_verdict
text_tag(const char *typed, char out[TEXT_TAG_BYTES])
{
	return tidy(typed, &tag_manner, out);
}

enum text_verdict
text_message(const char *typed, char out[TEXT_MESSAGE_BYTES])
{
	return tidy(typed, &message_manner, out);
}

/* An ASCII letter: the bit is what makes it a small one. */
static bool
is_letter(char c)
{
	return (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
}

enum text_verdict
text_lang(const char *typed, char out[TEXT_LANG_BYTES])
{
	size_t n = 0;

	while (n < TEXT_LANG_BYTES - 1 && is_letter(typed[n])) {
		out[n] = (char)(typed[n] | 0x20);
		n++;
	}
	out[n] = '\0';
	if (n < 2 || (typed[n] != '\0' && typed[n] != '-'))
		return TEXT_INVALID;
	/* What follows is of no interest, but is to look like it. */
	for (; typed[n] != '\0'; n++)
		if (typed[n] != '-' && !is_letter(typed[n]) &&
		    !(typed[n] >= '0' && typed[n] <= '9'))
			return TEXT_INVALID;
	return TEXT_OK;
}

enum text_verdict
text_nonce(const char *typed)
{
	size_t n = 0;

	for (; typed[n]; n++) {
		if (n == TEXT_NONCE_MAX)
			return TEXT_TOO_LONG;
		if (typed[n] <= ' ' || typed[n] > '~')
			return TEXT_INVALID;
	}
	return n > 0 ? TEXT_OK : TEXT_EMPTY;
}
