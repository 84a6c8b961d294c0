# Turns www/lang/*.js into C, so that each language is one file for both kinds
# of pages: every key an enum (start.title: WORD_START_TITLE), every language a
# table of texts. The first file is the one whose keys count.
# Usage: awk -v part=h|c -f words.awk www/lang/en.js www/lang/OTHERS
function wrong(text) {
	print FILENAME ":" FNR ": " text >"/dev/stderr"
	failed = 1
	exit 1
}
# The text between the quotes at the start of s; `rest` is what follows.
function unquote(s,    i, c, out, quote) {
	quote = substr(s, 1, 1)
	if (quote != "'" && quote != "\"")
		wrong("a text in quotes is expected")
	for (i = 2; i <= length(s); i++) {
		c = substr(s, i, 1)
		if (c == quote) {
			rest = substr(s, i + 1)
			return out
		}
		if (c == "\\") {
			c = substr(s, ++i, 1)
			if (c !~ /['"\\]/)
				wrong("only quotes and backslashes may be escaped")
		}
		out = out c
	}
	wrong("a text without an end")
}
function literal(s) {
	gsub(/\\/, "\\\\", s)
	gsub(/"/, "\\\"", s)
	return "\"" s "\""
}
function upper(key) {
	gsub(/[^A-Za-z0-9]/, "_", key)
	return "WORD_" toupper(key)
}
FNR == 1 { n_langs++ }
/^[ \t]*(code|dir):/ {
	name = $0
	sub(/^[ \t]*/, "", name)
	sub(/:.*/, "", name)
	value = $0
	sub(/^[^:]*:[ \t]*/, "", value)
	head[n_langs, name] = unquote(value)
	next
}
/^[ \t]*'[a-z0-9_.]+':/ {
	line = $0
	sub(/^[ \t]*/, "", line)
	key = unquote(line)
	sub(/^:[ \t]*/, "", rest)
	word[n_langs, key] = unquote(rest)
	if (n_langs == 1)
		keys[++n] = key
}
END {
	if (failed)
		exit 1
	for (l = 1; l <= n_langs; l++)
		for (i = 1; i <= n; i++)
			if (!((l, keys[i]) in word)) # lang.test.mjs complains
				word[l, keys[i]] = word[1, keys[i]]
	print "/* Made by words.awk of www/lang/; do not edit. */"
	if (part == "h") {
		print "#ifndef GEN_WORDS_H\n#define GEN_WORDS_H\n\nenum word {"
		for (i = 1; i <= n; i++)
			print "\t" upper(keys[i]) ","
		print "\tWORD__MAX\n};\n"
		print "struct words {\n\tconst char *code; /* en */"
		print "\tconst char *dir;  /* ltr or rtl */"
		print "\tconst char *name; /* of the language, in itself */"
		print "\tconst char *text[WORD__MAX];\n};\n"
		print "enum { WORDS_LANGS = " n_langs " };"
		print "extern const struct words words[WORDS_LANGS];\n\n#endif"
		exit 0
	}
	print "#include \"words.h\"\n\nconst struct words words[WORDS_LANGS] = {"
	for (l = 1; l <= n_langs; l++) {
		print "\t{ " literal(head[l, "code"]) ", " literal(head[l, "dir"]) ", " \
			literal(word[l, "plain.name"]) ", {"
		for (i = 1; i <= n; i++)
			print "\t\t[" upper(keys[i]) "] = " literal(word[l, keys[i]]) ","
		print "\t} },"
	}
	print "};"
}
