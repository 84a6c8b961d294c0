#include "base/descriptors.h"

#include <stdint.h>
#include <sys/resource.h>

void
descriptors_raise(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) != 0)
		return;
	rl.rlim_cur = rl.rlim_max;
	setrlimit(RLIMIT_NOFILE, &rl);
}

size_t
descriptors_max(void)
{
	struct rlimit rl;

	if (getrlimit(RLIMIT_NOFILE, &rl) != 0 || rl.rlim_cur > SIZE_MAX)
		return SIZE_MAX;
	return rl.rlim_cur;
}
