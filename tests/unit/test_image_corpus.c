/* All that the fuzzer's corpus holds, through the fuzzer's function. */
#include "unit.h"

#include <dirent.h>

#include "../fuzz/fuzz_image.c"

static const char *const folders[] = {"tests/fuzz/corpus/",
    "tests/unit/images/"};

static void
replay(const char *folder, const char *name)
{
	static uint8_t bytes[1 << 20];
	char path[512];
	size_t len;
	FILE *f;

	snprintf(path, sizeof path, "%s%s", folder, name);
	f = fopen(path, "rb");
	assert_non_null(f);
	len = fread(bytes, 1, sizeof bytes, f);
	fclose(f);
	LLVMFuzzerTestOneInput(bytes, len);
}

static int
replay_all(const char *folder)
{
	DIR *d = opendir(folder);
	int n = 0;

	assert_non_null(d);
	for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
		if (e->d_name[0] == '.')
			continue;
		replay(folder, e->d_name);
		n++;
	}
	closedir(d);
	return n;
}

static void
what_holds_for_any_bytes_holds_for_the_corpus(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(folders); i++)
		assert_true(replay_all(folders[i]) >= 10);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(what_holds_for_any_bytes_holds_for_the_corpus),
	};

	return RUN(tests);
}
