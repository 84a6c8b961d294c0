#include <string.h>

#include "api/api.h"
#include "api/plain/page.h"
#include "api/plain/plain.h"
#include "api/plain/say.h"

/* Its fields stand in the address: api_image reads them there. */
static void
add_form(struct call *c)
{
	char once[TOKEN_TEXT_LEN + 1];

	token_new(once);
	buf_addf(&c->reply.body,
	    "<form method=\"post\" enctype=\"multipart/form-data\" "
	    "action=\"picture?chat=%lld&amp;nonce=%s&amp;from=%s\">\n"
	    "<p><label for=\"file\">",
	    (long long)c->me.chat, once, say_from_name(say_from(c)));
	plain_word(c, WORD_PLAIN_CHOOSE);
	plain_html(c,
	    "</label><br>\n<input id=\"file\" type=\"file\" name=\"file\" "
	    "accept=\"image/jpeg,image/png,image/gif,image/webp\"></p>\n"
	    "<p><input type=\"submit\" value=\"");
	plain_word(c, WORD_BOX_SEND);
	plain_html(c, "\"></p>\n</form>\n");
}

/* GET /plain/KEY/picture?from=. 200: the form to send a picture with. */
enum outcome
plain_picture(struct call *c)
{
	bool framed = say_from(c) == FROM_FRAME;

	plain_stays(c);
	plain_head(c, WORD_PLAIN_PICTURE, framed ? "frame" : "page");
	add_form(c);
	plain_a(c, framed ? "say" : "./", WORD_PLAIN_BACK);
	return plain_foot(c);
}

/*
 * POST /plain/KEY/picture?chat=&nonce=&from= with the picture as the form's
 * file. 303 back to where it came from; api_image's rules.
 */
enum outcome
plain_picture_send(struct call *c)
{
	plain_stays(c);
	api_image(c);
	if (c->code == NULL)
		say_return(c);
	return DONE;
}
