# README's table of settings, made from `parley --help`:
#   build/parley --help | awk -f tests/lint/settings.awk
/^  --/ {
	option = $1; kind = $2
	help = $0; sub(/^  --[^ ]+ +[^ ]+ +/, "", help)
	getline; range = $0; sub(/^ +/, "", range); sub(/^a whole number /, "", range)
	initial = range; sub(/.*\[/, "", initial); sub(/\]$/, "", initial)
	sub(/ *\[.*/, "", range)
	if (!n++) print "| setting | what it is | range | default |\n|---|---|---|---|"
	printf "| `%s` | %s | %s | %s |\n", option, help, range, initial == "" ? "" : "`" initial "`"
}
