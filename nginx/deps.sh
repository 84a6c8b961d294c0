#!/bin/sh
# deps.sh [test|bench|fuzz]: installs the Debian packages that Parley needs, or that its
# tests, its bench or its fuzzer need as well. Silent, and quick, when nothing is missing. Where it may
# not install, it says what to type.
set -eu
PATH=$PATH:/usr/sbin:/sbin

# One package a line, and what shows that it is not missing: a command, or a
# file. What matters is that the thing is there, not where it came from.
needs() {
	cat <<-END
		gcc ${CC:-gcc}
		libc6-dev /usr/include/stdlib.h
		make make
		libfcgi-dev /usr/include/fcgiapp.h
		libsqlite3-dev /usr/include/sqlite3.h
		libcjson-dev /usr/include/cjson/cJSON.h
		libsodium-dev /usr/include/sodium.h
		libseccomp-dev /usr/include/seccomp.h
		libutf8proc-dev /usr/include/utf8proc.h
		nginx-light nginx
	END
	[ "${1-}" != bench ] || cat <<-END
		nodejs node
		npm npm
		ca-certificates /etc/ssl/certs/ca-certificates.crt
		spawn-fcgi spawn-fcgi
		sqlite3 sqlite3
		valgrind valgrind
		libnginx-mod-nchan /usr/lib/nginx/modules/ngx_nchan_module.so
	END
	[ "${1-}" != fuzz ] || cat <<-END
		clang clang
		llvm llvm-symbolizer
		libcmocka-dev /usr/include/cmocka.h
		dpkg-dev dpkg-source
	END
	[ "${1-}" = test ] || return 0
	cat <<-END
		libcmocka-dev /usr/include/cmocka.h
		nodejs node
		npm npm
		ca-certificates /etc/ssl/certs/ca-certificates.crt
		fcgiwrap fcgiwrap
		spawn-fcgi spawn-fcgi
		sqlite3 sqlite3
		curl curl
		procps ps
		nftables nft
		iproute2 ip
		chromium chromium
		firefox-esr firefox-esr
		fonts-noto-color-emoji /usr/share/fonts/truetype/noto/NotoColorEmoji.ttf
		fonts-wqy-zenhei /usr/share/fonts/truetype/wqy/wqy-zenhei.ttc
		w3m w3m
		lynx lynx
		dillo dillo
		xvfb Xvfb
		xdotool xdotool
		tmux tmux
		strace strace
		imagemagick import
		clang-format clang-format
		clang-tidy clang-tidy
		cppcheck cppcheck
		gcovr gcovr
		faketime /usr/bin/faketime
	END
}

missing() {
	needs "${1-}" | while read -r package thing; do
		case $thing in
		/*) [ -e "$thing" ] || echo "$package" ;;
		*) command -v "$thing" >/dev/null || echo "$package" ;;
		esac
	done
}

# apt WORDS...: quiet unless it fails.
apt() {
	out=$($sudo env DEBIAN_FRONTEND=noninteractive apt-get -qq -o Dpkg::Use-Pty=0 "$@" 2>&1) ||
		{ echo "$out" | tail -n 20 >&2; return 1; }
}

packages=$(missing "${1-}" | tr '\n' ' ')
[ -n "$packages" ] || exit 0
command="apt-get update && apt-get install --no-install-recommends -y $packages"

sudo=
if ! command -v apt-get >/dev/null; then
	echo "parley needs what Debian calls: $packages" >&2
	exit 1
elif [ "$(id -u)" -ne 0 ]; then
	if sudo -n true 2>/dev/null; then
		sudo="sudo -n"
	elif command -v sudo >/dev/null && [ -t 0 ]; then
		sudo=sudo # it will ask for the password
	else
		echo "parley needs some packages. As root, type:" >&2
		echo "  $command" >&2
		exit 1
	fi
fi

echo "  install $packages"
# Lists of packages that are a day old may name files that are gone.
[ -n "$(find /var/lib/apt/lists -name '*Packages*' -mtime -1 2>/dev/null | head -n 1)" ] || apt update
# shellcheck disable=SC2086 # one word per package
if ! apt install --no-install-recommends -y $packages 2>/dev/null &&
	! { apt update && apt install --no-install-recommends -y $packages; }; then
	echo "parley: the packages could not be installed. As root, try:" >&2
	echo "  $command" >&2
	exit 1
fi
# Debian starts a packaged server at once, where there is something to start it.
[ ! -d /run/systemd/system ] || case " $packages" in *" nginx-light "*)
	echo "  note    Debian has started its nginx on port 80; Parley does not need that one:"
	echo "          systemctl disable --now nginx" ;;
esac
