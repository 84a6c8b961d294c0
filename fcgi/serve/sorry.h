/*
 * What stands on the socket while no worker can open the database: everybody is
 * told so (503), and once a second it is tried again. So nobody hangs, and
 * workers are not started over and over.
 */
#ifndef SERVE_SORRY_H
#define SERVE_SORRY_H

#include "base/conf.h"

/*
 * Serves until the database can be opened, or SIGTERM or SIGINT comes (which,
 * like SIGUSR1, must be blocked). In a process of its own; returns its exit
 * status.
 */
int sorry_serve(const struct conf *conf, int listen_fd);

#endif
