#include "fault.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

void
fault(const char *fmt, ...)
{
	va_list args;

	fflush(stdout);
	fputs("fault: ", stderr);
	va_start(args, fmt);
	vfprintf(stderr, fmt, args);
	va_end(args);
	fputc('\n', stderr);
	exit(1);
}
