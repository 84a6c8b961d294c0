/*
 * replay FOLDER...: every file in these folders through one target. It ends as
 * soon as something is not as it must be; else it says how many there were.
 */
#include <dirent.h>

#include "fuzz.h"

static void
replay(const char *path)
{
	FILE *f = fopen(path, "rb");
	uint8_t *bytes;
	size_t len;

	MUST(f != NULL && fseek(f, 0, SEEK_END) == 0);
	len = (size_t)ftell(f);
	rewind(f);
	/* Just as large: what is read beyond it is noticed. */
	bytes = malloc(len > 0 ? len : 1);
	MUST(bytes != NULL && fread(bytes, 1, len, f) == len);
	fclose(f);
	LLVMFuzzerTestOneInput(bytes, len);
	free(bytes);
}

static int
replay_folder(const char *folder)
{
	DIR *d = opendir(folder);
	char path[512];
	int n = 0;

	MUST(d != NULL);
	for (struct dirent *e = readdir(d); e != NULL; e = readdir(d)) {
		if (e->d_name[0] == '.')
			continue;
		snprintf(path, sizeof path, "%s/%s", folder, e->d_name);
		fprintf(stderr, "%s\n", path);
		replay(path);
		n++;
	}
	closedir(d);
	return n;
}

int
main(int argc, char **argv)
{
	int n = 0;

	for (int i = 1; i < argc; i++)
		n += replay_folder(argv[i]);
	printf("%d files\n", n);
	return 0;
}
