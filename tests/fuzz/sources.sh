#!/bin/sh
# sources.sh FOLDER: puts the sources of cJSON and of libfcgi there, in Debian's
# versions that are installed, so that `make fuzz` compiles them instrumented.
# They come from where this machine's packages come from. Without them (no way
# there) it says so, and the fuzzer goes on with the libraries as they are.
set -u
[ ! -e "$1/done" ] || exit 0
mkdir -p "$1/parts" "$1/lists/partial"
cd "$1" || exit 1

# The same places, for sources: both ways to write them down.
if [ -e /etc/apt/sources.list.d/debian.sources ]; then
	sed 's/^Types:.*/Types: deb-src/' /etc/apt/sources.list.d/debian.sources >parts/debian.sources
else
	sed -n 's/^deb /deb-src /p' /etc/apt/sources.list >parts/debian.list
fi
apt() {
	apt-get -qq -o Dir::Etc::SourceList=/dev/null -o "Dir::Etc::SourceParts=$PWD/parts" \
	    -o "Dir::State::Lists=$PWD/lists" -o APT::Sandbox::User=root "$@"
}
fetch() { # SOURCE PACKAGE FOLDER
	version=$(dpkg-query -W -f '${source:Version}' "$2") &&
		apt source "$1=$version" >/dev/null && mv "$1"-*/ "$3"
}

if apt update && fetch cjson libcjson1 cjson && fetch libfcgi libfcgi0ldbl fcgi; then
	: >done
else
	rm -rf cjson fcgi
	echo "fuzz: no sources of cJSON and libfcgi: they are not instrumented" >&2
fi
rm -rf lists
