/*
 * The other front door: one request from the environment and standard input
 * (RFC 3875), one answer to standard output. The same handlers; a call that
 * waits sleeps on the bell.
 */
#ifndef SERVE_CGI_H
#define SERVE_CGI_H

#include "base/conf.h"

/* Returns an exit status. */
int cgi_serve(const struct conf *conf);

#endif
