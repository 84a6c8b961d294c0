/*
 * The parent of the workers: binds the socket, makes the database ready, starts
 * workers (this same program with the socket on descriptor 0), restarts those
 * that die, and passes signals on. It serves nothing itself.
 *
 * SIGTERM, SIGINT: drain all, then end. SIGHUP: fresh workers from the program
 * on disk, then drain the old ones. SIGUSR1: reopen the log.
 */
#ifndef SERVE_SUPERVISOR_H
#define SERVE_SUPERVISOR_H

#include "base/conf.h"

/* Returns an exit status. */
int supervisor_serve(const struct conf *conf);

#endif
