# A file's lines of gcovr --csv -> a table by folder; fails below `wanted` percent
# of the branches in the folders where errors must not be overlooked.
BEGIN {
	n = split("chat store http api base serve", order, " ")
	must["chat"] = must["store"] = must["http"] = must["api"] = 1
	printf "%-8s %9s %9s %9s\n", "folder", "branches", "taken", "percent"
}
NR > 1 {
	split($1, part, "/")
	total[part[2]] += $5
	taken[part[2]] += $6
}
END {
	for (i = 1; i <= n; i++) {
		f = order[i]
		percent = total[f] ? 100 * taken[f] / total[f] : 0
		low = f in must && percent < wanted
		printf "%-8s %9d %9d %8.1f%%%s\n", f, total[f], taken[f], percent, low ? "  too few" : ""
		failed += low
	}
	exit failed > 0
}
