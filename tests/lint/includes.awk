# Which file may include, call and say what. Usage: awk -f includes.awk FILES
# (all of fcgi's .c and .h). Prints what is wrong; exits 1 if anything is.
#
# Includes go downward: main.c > serve > api > chat, http > store > base. chat
# and http never include each other, and http does without the store.
BEGIN {
	may["main"] = "serve api chat http store base"
	may["serve"] = "serve api chat http store base"
	may["api"] = "api chat http store base"
	may["chat"] = "chat store base"
	may["http"] = "http base"
	may["store"] = "store base"
	may["base"] = "base"

	# Each of these has one door, or two.
	only["fcgiapp.h"] = "fcgi/serve/gate.c"
	only["sqlite3.h"] = "fcgi/store/db_sqlite.c"
	only["sodium.h"] = "fcgi/base/token.c fcgi/base/seal.c"
	only["utf8proc.h"] = "fcgi/base/fold.c"
	only["cjson/cJSON.h"] = "fcgi/http/json_in.c"
	only["seccomp.h"] = "fcgi/serve/sandbox.c"
	only["cJSON.h"] = "fcgi/http/json_in.c"
	clock = "fcgi/base/clock.c"
}

function wrong(text) {
	printf "%s:%d: %s\n", FILENAME, FNR, text
	failed = 1
}

function floor_of(path) {
	sub(/^fcgi\//, "", path)
	if (path !~ /\//)
		return path == "main.c" ? "main" : ""
	sub(/\/.*/, "", path)
	return path
}

# Splits $0 into `code` (strings emptied, comments gone) and `strings`.
function split_line(    i, c, two) {
	code = strings = ""
	for (i = 1; i <= length($0); i++) {
		c = substr($0, i, 1)
		two = substr($0, i, 2)
		if (in_comment) {
			if (two == "*/") {
				in_comment = 0
				i++
			}
		} else if (in_string) {
			if (c == "\\")
				i++
			else if (c == "\"")
				in_string = 0
			else
				strings = strings c
		} else if (two == "/*") {
			in_comment = 1
			i++
		} else if (two == "//") {
			break
		} else if (c == "'") {
			i += substr($0, i + 1, 1) == "\\" ? 1 : 0
			i += index(substr($0, i + 2), "'")  + 1
		} else {
			if (c == "\"") {
				in_string = 1
				strings = strings " "
			}
			code = code c
		}
	}
	in_string = 0
}

function check_own(name,    to) {
	if (name == "sql.h") { # generated
		if (level != "store")
			wrong("only the store knows the queries (sql.h)")
		return
	}
	if (name == "words.h") { # generated
		if (level != "api")
			wrong("only pages have words (words.h)")
		return
	}
	to = name
	if (!sub(/\/.*/, "", to))
		wrong("\"" name "\": write the folder, too")
	else if (index(" " may[level] " ", " " to " ") == 0)
		wrong(level " must not include " to " (\"" name "\")")
}

FNR == 1 {
	in_comment = in_string = 0
	level = floor_of(FILENAME)
	if (!(level in may))
		wrong("no such floor")
}

/^[ \t]*#[ \t]*include/ {
	name = $0
	sub(/^[^"<]*["<]/, "", name)
	sub(/[">].*/, "", name)
	if (name in only && index(" " only[name] " ", " " FILENAME " ") == 0)
		wrong("only " only[name] " includes " name)
	else if ($0 ~ /"/ && !(name in only))
		check_own(name)
	next
}

{
	split_line()
	if (FILENAME != clock &&
	    code ~ /(^|[^A-Za-z0-9_])(clock_gettime|gettimeofday|time)[ ]*\(/)
		wrong("only " clock " reads a clock")
	if (strings ~ /(SELECT|INSERT|UPDATE|DELETE)[ ]/)
		wrong("SQL belongs into sql/")
}

END { exit failed }
