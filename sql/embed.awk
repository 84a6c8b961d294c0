# Turns sql/*.sql into C: named queries into an enum and an array of texts,
# schema.sql into sql_schema, migrate/NNN-*.sql into sql_migrations.
# Usage: awk -v part=h|c -f sql/embed.awk FILES
function quoted(s) {
	gsub(/\\/, "\\\\", s); gsub(/"/, "\\\"", s)
	return "\"" s "\\n\""
}
function upper(s) { return "SQL_" toupper(s) }
FNR == 1 {
	name = ""
	whole = FILENAME ~ /schema\.sql$/ ? "schema" : ""
	if (FILENAME ~ /migrate\//) {
		whole = "migration"; file = FILENAME
		sub(/.*\//, "", file); n_migrations++
		migration[n_migrations] = file; version[n_migrations] = file + 0
	}
	if (FILENAME ~ /schema\.sql$/ && match($0, /version [0-9]+/))
		schema_version = substr($0, RSTART + 8, RLENGTH - 8)
}
/^-- name: / {
	name = $3
	if (name !~ /^[a-z][a-z0-9_]*$/ || name in text) {
		print FILENAME ":" FNR ": bad or double name " name >"/dev/stderr"
		failed = 1; exit 1
	}
	names[++n] = name; text[name] = ""; next
}
{ line = $0; sub(/[ \t]*--.*$/, "", line); if (line ~ /^[ \t]*$/) next }
whole == "schema" { schema = schema "\n\t" quoted(line); next }
whole == "migration" { body[n_migrations] = body[n_migrations] "\n\t" quoted(line); next }
name == "" {
	print FILENAME ":" FNR ": a statement without a name" >"/dev/stderr"
	failed = 1; exit 1
}
{ text[name] = text[name] "\n\t" quoted(line) }
END {
	if (failed) exit 1
	for (i = 1; i <= n; i++) if (text[names[i]] == "") {
		print "no statement under the name " names[i] >"/dev/stderr"; exit 1
	}
	print "/* Made by sql/embed.awk; do not edit. */"
	if (part == "h") {
		print "#ifndef GEN_SQL_H\n#define GEN_SQL_H\n\nenum sql {"
		for (i = 1; i <= n; i++) print "\t" upper(names[i]) ","
		print "\tSQL__MAX\n};\n"
		print "struct sql_text {\n\tconst char *name; /* event_add */\n\tconst char *text;\n};"
		print "extern const struct sql_text sql_texts[SQL__MAX];\n"
		print "/* The whole schema of version SQL_VERSION. */"
		print "enum { SQL_VERSION = " schema_version " };"
		print "extern const char sql_schema[];\n"
		print "/* Each brings a database from version - 1 to version. */"
		print "struct sql_migration {\n\tint version;\n\tconst char *name;\n\tconst char *text;\n};"
		print "extern const struct sql_migration sql_migrations[]; /* ends with version 0 */\n"
		print "#endif"
	} else {
		print "#include \"sql.h\"\n\nconst struct sql_text sql_texts[SQL__MAX] = {"
		for (i = 1; i <= n; i++)
			print "\t[" upper(names[i]) "] = { \"" names[i] "\"," text[names[i]] " },"
		print "};\n\nconst char sql_schema[] =" schema ";\n"
		print "const struct sql_migration sql_migrations[] = {"
		for (i = 1; i <= n_migrations; i++)
			print "\t{ " version[i] ", \"" migration[i] "\"," body[i] " },"
		print "\t{ 0, 0, 0 },\n};"
	}
}
