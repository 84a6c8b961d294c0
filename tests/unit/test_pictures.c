/* Pictures in a chat: who is told, how many, and how they end. */
#include "pairing.h"

#include "chat/pictures.h"
#include "store/chats.h"

static const struct image image = {IMAGE_PNG, 40, 30};

/* Setup: Ann and Bea chat. */
static int
start(void **state)
{
	if (fx_begin(state) != 0)
		return -1;
	seek(fx.ann);
	seek(fx.bea);
	return fx_session(fx.ann).state == SESSION_CHATTING ? 0 : -1;
}

static enum pictures_sent
send(int64_t who, size_t len, struct image_row *row)
{
	const struct session s = fx_session(who);
	struct buf b = {0};
	enum pictures_sent how;

	assert_true(buf_reserve(&b, len + 1));
	memset(b.data, 'p', len);
	memcpy(b.data, "SECRET", len < 6 ? len : 6);
	b.len = len;
	how = pictures_send(fx.st, &fx_rules, &s, &image, &b, fx.now, row);
	buf_free(&b);
	return how;
}

static enum found
read_back(const struct image_row *row, size_t *len)
{
	struct buf b = {0};
	char type[IMAGE_TYPE_MAX] = "";
	enum found f = store_image_read(fx.st, row->address, &b, type);

	*len = b.len;
	if (f == STORE_FOUND) {
		assert_string_equal(type, "png");
		assert_memory_equal(b.data, "SECRET", 6);
	}
	buf_free(&b);
	return f;
}

static void
the_partner_is_told_where_it_is(void **state)
{
	struct image_row row, again = {0};
	char told[300];
	size_t len;

	(void)state;
	assert_int_equal(send(fx.ann, 1234, &row), PICTURES_SENT);
	assert_int_equal(strlen(row.address), TOKEN_TEXT_LEN);
	snprintf(told, sizeof told,
	    "image {\"url\":\"/api/image/%s\",\"width\":40,\"height\":30,"
	    "\"bytes\":1234}",
	    row.address);
	assert_non_null(strstr(fx_told(fx.bea), told));
	assert_null(strstr(fx_told(fx.ann), "image"));
	assert_int_equal(read_back(&row, &len), STORE_FOUND);
	assert_int_equal(len, 1234);
	assert_int_equal(store_image_by_message(fx.st, row.message, &again),
	    STORE_FOUND);
	assert_string_equal(again.address, row.address);
	assert_int_equal(again.width, 40);
	assert_int_equal(again.height, 30);
	assert_int_equal(again.session, fx.ann);
}

static void
no_address_but_its_own_leads_to_it(void **state)
{
	struct image_row row, other = {0};
	size_t len;

	(void)state;
	send(fx.ann, 100, &row);
	assert_int_equal(read_back(&other, &len), STORE_NONE);
	other = row;
	other.address[42] = other.address[42] == 'A' ? 'E' : 'A';
	assert_int_equal(read_back(&other, &len), STORE_NONE);
	other = row;
	other.address[42] = '\0';
	assert_int_equal(read_back(&other, &len), STORE_NONE);
	assert_int_equal(len, 0);
}

/* Three pictures, 10,000 bytes (fx_rules). */
static void
a_chat_has_enough_of_them(void **state)
{
	struct image_row row;

	(void)state;
	assert_int_equal(send(fx.ann, 10001, &row), PICTURES_CHAT_FULL);
	assert_int_equal(send(fx.ann, 9000, &row), PICTURES_SENT);
	assert_int_equal(send(fx.bea, 1001, &row), PICTURES_CHAT_FULL);
	assert_int_equal(send(fx.bea, 400, &row), PICTURES_SENT);
	assert_int_equal(send(fx.ann, 600, &row), PICTURES_SENT);
	assert_int_equal(send(fx.ann, 0, &row), PICTURES_CHAT_FULL);
	assert_int_equal(fx_ask("SELECT count(*) FROM image"), 3);
	assert_int_equal(fx_ask("SELECT count(*) FROM event WHERE type ="
				" 'image'"),
	    3);
}

/* 20,000 bytes (fx_rules). */
static void
all_chats_have_enough_of_them(void **state)
{
	struct image_row row;

	(void)state;
	assert_true(fx_ask("INSERT INTO image_bytes VALUES (99, 77, 15000,"
			   " x'00')") == -1);
	assert_int_equal(send(fx.ann, 5001, &row), PICTURES_STORE_FULL);
	assert_int_equal(send(fx.ann, 5000, &row), PICTURES_SENT);
}

static void
a_picture_goes_when_its_chat_is_over(void **state)
{
	struct image_row one, two;
	struct session ann;
	size_t len;

	(void)state;
	send(fx.ann, 100, &one);
	send(fx.bea, 200, &two);
	ann = fx_session(fx.ann);
	assert_int_equal(store_chat_purge(fx.st, FX_MS + 1), STORE_NONE);
	parting_leave(fx.st, &ann, LEFT_NEXT, fx.now);
	assert_int_equal(store_chat_purge(fx.st, FX_MS), STORE_NONE);
	assert_int_equal(read_back(&one, &len), STORE_FOUND);
	/* One at a time, and then the chat. */
	assert_int_equal(store_chat_purge(fx.st, FX_MS + 1), STORE_FOUND);
	assert_int_equal(fx_ask("SELECT count(*) FROM image_bytes"), 1);
	assert_int_equal(fx_ask("SELECT count(*) FROM chat"), 1);
	assert_int_equal(store_chat_purge(fx.st, FX_MS + 1), STORE_FOUND);
	assert_int_equal(store_chat_purge(fx.st, FX_MS + 1), STORE_NONE);
	assert_int_equal(fx_ask("SELECT count(*) FROM chat"), 0);
	assert_int_equal(read_back(&one, &len), STORE_NONE);
	assert_int_equal(read_back(&two, &len), STORE_NONE);
	/* A repeated send still gets its answer. */
	assert_int_equal(store_image_by_message(fx.st, one.message, &one),
	    STORE_FOUND);
}

static void
a_picture_goes_with_its_sender(void **state)
{
	struct image_row hers, his;
	struct session ann;
	size_t len;

	(void)state;
	send(fx.ann, 100, &hers);
	send(fx.bea, 200, &his);
	ann = fx_session(fx.ann);
	parting_end(fx.st, &ann, LEFT_LEFT, fx.now);
	assert_int_equal(read_back(&hers, &len), STORE_NONE);
	assert_int_equal(read_back(&his, &len), STORE_FOUND);
	while (store_chat_purge(fx.st, FX_MS + 1) == STORE_FOUND)
		;
	assert_int_equal(fx_ask("SELECT count(*) FROM image_bytes"), 0);
	assert_int_equal(fx_ask("SELECT count(*) FROM image"), 1);
}

/* How often the secret stands in the database's files. */
static int
secrets(void)
{
	static char bytes[1 << 20];
	char path[64];
	int n = 0;

	for (int wal = 0; wal <= 1; wal++) {
		FILE *f;
		char *at = bytes;
		size_t len;

		snprintf(path, sizeof path, "%s%s", fx.path, wal ? "-wal" : "");
		f = fopen(path, "rb");
		if (f == NULL)
			continue;
		len = fread(bytes, 1, sizeof bytes, f);
		fclose(f);
		while ((at = memmem(at, len - (size_t)(at - bytes), "SECRET",
			    6)) != NULL) {
			n++;
			at += 6;
		}
	}
	return n;
}

/* Its pages would else be as they were until they are used again. */
static void
of_a_removed_picture_nothing_stays_on_the_disk(void **state)
{
	struct image_row row;

	(void)state;
	send(fx.ann, 9999, &row);
	assert_int_equal(store_commit(fx.st), 0);
	store_checkpoint(fx.st, 0, true);
	assert_true(secrets() > 0);
	assert_int_equal(store_begin(fx.st, DB_WRITE), 0);
	assert_int_equal(store_image_erase(fx.st, row.message), STORE_NONE);
	assert_true(fx.st->has_erased);
	assert_int_equal(store_commit(fx.st), 0);
	store_checkpoint(fx.st, 0, true);
	assert_false(fx.st->has_erased);
	assert_int_equal(secrets(), 0);
}

#define T(f) cmocka_unit_test_setup_teardown(f, start, fx_close)

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    T(the_partner_is_told_where_it_is),
	    T(no_address_but_its_own_leads_to_it),
	    T(a_chat_has_enough_of_them),
	    T(all_chats_have_enough_of_them),
	    T(a_picture_goes_when_its_chat_is_over),
	    T(a_picture_goes_with_its_sender),
	    T(of_a_removed_picture_nothing_stays_on_the_disk),
	};

	return RUN(tests);
}
