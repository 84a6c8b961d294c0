#!/bin/sh
# dev.sh run|start|stop|nginx|parley: Parley on this machine, behind an nginx of its own.
#
#   run    in the foreground, until Ctrl-C      start  in the background
#   stop   ends what start started              nginx, parley  that alone, anew
#
# From the environment: PORT, RUN (folder for database, sockets, logs and pid
# files), WORKERS, LIMITS=on|off, MODE=fcgi|cgi, PARLEY_BIN, and the PARLEY_*
# settings of the binary (parley --help).
set -eu
umask 077 # logs, database and sockets are for this user alone
root=$(cd "$(dirname "$0")/.." && pwd)
: "${PORT:=8080}" "${RUN:=$root/run}" "${WORKERS:=2}" "${LIMITS:=on}" "${MODE:=fcgi}"
: "${PARLEY_BIN:=build/parley}"
PATH=$PATH:/usr/sbin:/sbin # where Debian keeps nginx; not in everybody's PATH

# die SENTENCE [LOG...]: the reason, the logs' last lines, and the end.
die() {
	echo "parley: $1" >&2
	shift
	for log; do
		[ -s "$log" ] || continue
		echo "--- last lines of $RUN/$log" >&2
		tail -n 15 "$log" >&2
	done
	exit 1
}

check_settings() {
	case $PORT in '' | *[!0-9]*) die "PORT=$PORT is no port" ;; esac
	case $LIMITS in on | off) ;; *) die "LIMITS=$LIMITS: on or off" ;; esac
	case $MODE in fcgi | cgi) ;; *) die "MODE=$MODE: fcgi or cgi" ;; esac
	case $PARLEY_BIN in /*) ;; *) PARLEY_BIN=$root/$PARLEY_BIN ;; esac
	# nginx has no way to write a dollar sign.
	case $MODE$PARLEY_BIN in cgi*[\$\"\\]*) die "cannot name $PARLEY_BIN to nginx" ;; esac
	[ -x "$PARLEY_BIN" ] || die "$PARLEY_BIN is not there; make builds it"
	[ "${PARLEY_BIN##*/}" = parley ] || die "$PARLEY_BIN: the program must be called parley"
	command -v nginx >/dev/null || die "nginx is not there; make deps installs it"
	: "${PARLEY_DB:=$RUN/parley.db}" "${PARLEY_LOG:=$RUN/parley.log}"
	: "${PARLEY_RATES:=$LIMITS}" # nginx's limits and the program's go together
	export PARLEY_DB PARLEY_LOG PARLEY_RATES
}

# pid_of NAME: the process that NAME.pid tells of, if it still is that program
# and runs in this RUN. A number alone may by now be anybody's.
pid_of() {
	pid=$(cat "$1.pid" 2>/dev/null) && [ -n "$pid" ] || return 1
	exe=$(readlink "/proc/$pid/exe") && here=$(readlink "/proc/$pid/cwd") || return 1
	exe=${exe% (deleted)} # make has built a new one meanwhile
	[ "${exe##*/}" = "$1" ] && [ "$here" = "$RUN" ] && echo "$pid"
}

# launch NAME COMMAND...: in a session of its own, so that Ctrl-C reaches only
# us and the order of stopping stays ours. Returns when it is that program.
launch() {
	name=$1
	shift
	setsid "$@" </dev/null >>"$name.log" 2>&1 &
	echo $! >"$name.pid"
	until pid_of "$name" >/dev/null || [ ! -e "/proc/$!/exe" ]; do sleep 0.01; done
}

write_nginx_conf() {
	# As many descriptors as this user may have: two for every held poll.
	files=$(ulimit -Hn)
	case $files in unlimited) files=65536 ;; esac
	[ "$files" -le 20000 ] || files=20000
	[ "$(id -u)" -eq 0 ] && rooted=root || rooted=plain
	bin=$PARLEY_BIN
	socket=parley.sock
	[ "$MODE" = fcgi ] || socket=fcgiwrap.sock
	mkdir -p tmp
	ln -sfn "$root/www" www
	ln -sfn "$root/nginx/parley" parley
	sed -e "s/^@$MODE@//; s/^@$rooted@//; s/^@limits@/$([ $LIMITS = on ] || echo '#')/" \
		-e '/^@[a-z]*@/d' \
		-e "s/@PORT@/$PORT/; s/@SOCKET@/$socket/; s/@PROCESSES@/4/" \
		-e "s/@FILES@/$files/; s/@CONNECTIONS@/$((files - 100))/" \
		-e "s#@BIN@#$(printf %s "$bin" | sed 's/[#&]/\\&/g')#" \
		"$root/nginx/dev.conf.in" >nginx.conf
}

start_nginx() {
	write_nginx_conf
	nginx -e stderr -p . -c nginx.conf -t -q 2>nginx.test.log ||
		die "nginx refuses its configuration" nginx.test.log
	rm -f nginx.bound # nginx's own pid file: it is there once the port is ours
	launch nginx nginx -e nginx.log -p . -c nginx.conf
}

# answers PATH: does nginx answer it with 200? bash is on every Debian, and would
# read .bashrc where its input is a socket.
answers() {
	timeout 5 bash --norc -c 'exec 3<>"/dev/tcp/127.0.0.1/$0" &&
		printf "GET %s HTTP/1.0\r\nHost: localhost\r\n\r\n" "$1" >&3 &&
		read -r _ status _ <&3 && [ "$status" = 200 ]' "$PORT" "$1" 2>/dev/null
}

await_answer() {
	tries=0
	until [ -s nginx.bound ] && answers /healthz; do
		tries=$((tries + 1))
		for name in nginx $backend; do
			pid_of $name >/dev/null || fail "$name ended at the start"
		done
		[ $tries -lt 150 ] || fail "no answer from http://127.0.0.1:$PORT/healthz"
		sleep 0.1
	done
}

fail() {
	stop_all
	die "$1" parley.log fcgiwrap.log nginx.log
}

start_parley() {
	rm -f parley.sock
	launch parley "$PARLEY_BIN" --listen parley.sock --db "$PARLEY_DB" \
		--workers "$WORKERS" --log "$PARLEY_LOG"
}

# start_all: everything up, and a request through nginx answered.
start_all() {
	for name in parley fcgiwrap nginx; do
		! pid_of $name >/dev/null || die "already running in $RUN (make stop ends it)"
	done
	! timeout 2 bash --norc -c ': <>/dev/tcp/127.0.0.1/$0' "$PORT" 2>/dev/null ||
		die "port $PORT is taken by another program; choose one with PORT="
	rm -f fcgiwrap.sock
	if [ "$MODE" = fcgi ]; then
		backend=parley
		start_parley
	else
		backend=fcgiwrap # one child per request at work, held polls included
		launch fcgiwrap fcgiwrap -c 64 -s unix:fcgiwrap.sock
	fi
	start_nginx
	await_answer
}

# end NAME SIGNAL SECONDS: and wait until it is gone; SIGKILL after SECONDS.
end() {
	pid=$(pid_of "$1") || pid=
	[ -n "$pid" ] || { rm -f "$1.pid"; return 0; }
	# fcgiwrap leaves its children behind: they are its process group.
	[ "$1" = fcgiwrap ] && target=-$pid || target=$pid
	kill -s "$2" -- "$target" 2>/dev/null || :
	tries=0
	while pid_of "$1" >/dev/null; do
		tries=$((tries + 1))
		[ $tries -lt $(($3 * 20)) ] || kill -s KILL -- "$target" 2>/dev/null || :
		sleep 0.05
	done
	rm -f "$1.pid"
}

# nginx first stops listening, then parley answers the polls it holds, and
# nginx hands these answers on and ends.
stop_all() {
	! pid=$(pid_of nginx) || kill -QUIT "$pid" 2>/dev/null || :
	end parley TERM 15
	end fcgiwrap TERM 5
	end nginx TERM 5
}

# watch: until a signal comes (0), or one of ours dies (1).
watch() {
	stopped=
	trap 'stopped=yes' INT TERM HUP
	echo "Parley is ready: http://127.0.0.1:$PORT/  (Ctrl-C stops it)"
	while [ -z "$stopped" ]; do
		for name in nginx $backend; do
			pid_of $name >/dev/null || fail "$name has ended"
		done
		sleep 1 &
		wait $! || kill $! 2>/dev/null || : # a signal ends the wait, not the sleep
	done
	trap '' INT TERM HUP
	stop_all
}

[ -d "$RUN" ] || [ "${1-}" != stop ] || exit 0
mkdir -p "$RUN"
RUN=$(cd "$RUN" && pwd -P)
cd "$RUN"
case ${1-} in
run)
	check_settings
	trap 'stop_all; exit 0' INT TERM HUP
	start_all
	watch
	;;
start)
	check_settings
	trap 'stop_all; exit 1' INT TERM HUP
	start_all
	echo "Parley runs: http://127.0.0.1:$PORT/  (make stop ends it)"
	;;
stop) stop_all ;;
nginx)
	check_settings
	backend=parley
	[ "$MODE" = fcgi ] || backend=fcgiwrap
	pid_of $backend >/dev/null || die "nothing runs in $RUN"
	end nginx TERM 5
	start_nginx
	await_answer
	;;
parley)
	check_settings
	[ "$MODE" = fcgi ] || die "there is no parley to start with MODE=$MODE"
	end parley TERM 15
	start_parley
	;;
*) die "usage: dev.sh run|start|stop|nginx|parley" ;;
esac
