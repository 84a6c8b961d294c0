/*
 * Is this HTML of ours, with nothing in it but text where somebody else's words
 * stand? Every tag and attribute has to be one that our pages use.
 */
#ifndef MARKUP_H
#define MARKUP_H

#include <string.h>
#include <strings.h>

#include "fuzz.h"

static const char *const markup_tags[] = {"html", "head", "meta", "title",
    "link", "body", "main", "h1", "p", "a", "b", "bdi", "br", "span", "div",
    "form", "input", "label", "textarea", "iframe", "code", "script", NULL};

static const char *const markup_attributes[] = {"lang", "dir", "charset",
    "name", "content", "http-equiv", "rel", "href", "class", "id", "value",
    "type", "method", "action", "target", "for", "size", "rows", "cols",
    "accept", "enctype", "src", "title", "role", "autofocus", NULL};

static const char *const markup_entities[] = {"&amp;", "&lt;", "&gt;", "&quot;",
    "&#39;", NULL};

/* Where an address of ours begins; a stranger's is one of the web. */
static const char *const markup_addresses[] = {"/plain", "./", "?lang=", "say",
    "log", "picture", "/api/image/", "http://", "https://", "next", "stop",
    "block", "end", "script", NULL};

/* What stands in a list, as long as its word; 0: nothing. */
static inline size_t
markup_word(const char *const *list, const char *at, size_t len)
{
	for (; *list != NULL; list++)
		if (strlen(*list) == len && memcmp(*list, at, len) == 0)
			return len;
	return 0;
}

static inline size_t
markup_start(const char *const *list, const char *at)
{
	for (; *list != NULL; list++)
		if (strncasecmp(*list, at, strlen(*list)) == 0)
			return strlen(*list);
	return 0;
}

static inline size_t
markup_name_len(const char *at)
{
	return strspn(at, "abcdefghijklmnopqrstuvwxyz0123456789-");
}

/* Text up to `end`, which may not stand in it; its entities are known. */
static inline const char *
markup_text(const char *at, const char *not_in)
{
	for (; *at != '\0' && strchr(not_in, *at) == NULL; at++)
		if (*at == '&' && markup_start(markup_entities, at) == 0)
			return NULL;
	return at;
}

/* One attribute with its value; NULL: it is none of ours. */
static inline const char *
markup_attribute(const char *at)
{
	const char *name = at;
	size_t len = markup_name_len(at);

	if (markup_word(markup_attributes, at, len) == 0)
		return NULL;
	at += len;
	if (at[0] != '=' || at[1] != '"')
		return at;
	at += 2;
	if ((strncmp(name, "href=", 5) == 0 ||
		strncmp(name, "action=", 7) == 0) &&
	    markup_start(markup_addresses, at) == 0)
		return NULL;
	at = markup_text(at, "\"<>");
	return at == NULL || *at != '"' ? NULL : at + 1;
}

/* Behind one tag. */
static inline const char *
markup_tag(const char *at)
{
	size_t len;

	at++;
	at += *at == '/';
	len = markup_name_len(at);
	if (markup_word(markup_tags, at, len) == 0)
		return NULL;
	/* The only script there is. */
	if (strncmp(at, "script ", 7) == 0 &&
	    strncmp(at, "script src=\"/plain.js\"></script>", 32) != 0)
		return NULL;
	for (at += len; at != NULL && *at == ' ';)
		at = markup_attribute(at + 1);
	return at == NULL || *at != '>' ? NULL : at + 1;
}

static inline bool
markup_is_ours(const char *at)
{
	static const char start[] = "<!DOCTYPE html>";

	if (strncmp(at, start, strlen(start)) == 0)
		at += strlen(start);
	while (at != NULL && *at != '\0')
		at = *at == '<' ? markup_tag(at) : markup_text(at, "<>");
	return at != NULL;
}

#endif
