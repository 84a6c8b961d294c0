# How long things are. Usage: awk -f budget.awk FILES (.c, .h, .js, .css).
# Functions of .c files: at most 70 lines, p90 at most 40, median at most 14,
# from the line with the name to the closing brace. Prints one line of figures
# and what is over the budget; exits 1 if anything is.
BEGIN {
	most["c"] = 400
	most["h"] = 200
	most["js"] = most["css"] = 150
	most["words"] = 400 # a language is one file, whatever the page can say
	ceiling = 70
	p90_most = 40
	median_most = 14
}

function wrong(where, text) {
	printf "%s: %s\n", where, text
	failed = 1
}

function end_file() {
	if (file != "" && kind in most && lines > most[kind])
		wrong(file, lines " lines, at most " most[kind])
}

# The length below which a share of all functions is.
function share(of,    len, seen) {
	for (len = 1; len <= longest; len++) {
		seen += count[len]
		if (seen >= n * of)
			return len
	}
	return 0
}

FNR == 1 {
	end_file()
	file = FILENAME
	kind = FILENAME
	sub(/.*\./, "", kind)
	if (FILENAME ~ /^www\/lang\//)
		kind = "words"
	inside = 0
}

{ lines = FNR }

kind != "c" { next }

# A definition's name stands at column 0, and so do its braces.
!inside && /^[a-z_][A-Za-z0-9_]*\(/ { start = FNR; name = $0 }
!inside && /^\{/ { inside = 1 }
inside && /^\}/ {
	inside = 0
	sub(/\(.*/, "", name)
	len = FNR - start + 1
	count[len]++
	n++
	if (len > longest) {
		longest = len
		which = name
	}
	if (len > ceiling)
		wrong(FILENAME ":" start, name " has " len " lines, at most " ceiling)
}

END {
	end_file()
	median = share(0.5)
	p90 = share(0.9)
	printf "%d functions: median %d, p90 %d, longest %d (%s)\n", n,
	    median, p90, longest, which
	if (median > median_most)
		wrong("median", median " lines, at most " median_most)
	if (p90 > p90_most)
		wrong("p90", p90 " lines, at most " p90_most)
	exit failed
}
