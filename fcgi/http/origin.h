/*
 * Which site's page sent a request, as far as its browser says (RFC 6454 §7,
 * Fetch Metadata). No cookie ever says who somebody is here, so another site
 * could do nothing in a visitor's name; but neither is it to make its visitors
 * a crowd of ours.
 */
#ifndef HTTP_ORIGIN_H
#define HTTP_ORIGIN_H

enum origin {
	ORIGIN_UNTOLD,  /* no browser, or an old one */
	ORIGIN_OWN,     /* a page of the host that was asked */
	ORIGIN_NULL,    /* "null": a page that does not say, ours among them */
	ORIGIN_FOREIGN, /* a page of another site, or nonsense */
};

/*
 * From the values of Origin, Host and Sec-Fetch-Site, NULL for one that is not
 * there. The scheme is not compared: a server in front may take off the TLS;
 * and Host may name the scheme's usual port.
 */
enum origin origin_of(const char *origin, const char *host, const char *site);

#endif
