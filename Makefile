# Parley. `make help` lists the targets and their variables.
BUILD     ?= build
SANITIZER ?=
CC        ?= gcc
WARN      := -Wall -Wextra -Wshadow -Wformat=2 -Wmissing-prototypes
CFLAGS    ?= -O2 -g
VERSION   := 0.1.0
CPPFLAGS  += -DPARLEY_VERSION='"$(VERSION)"' -Ifcgi -I$(BUILD)/gen -D_GNU_SOURCE
ALL_CFLAGS = -std=c11 $(WARN) $(if $(CI),-Werror) $(CFLAGS)
# What the OpenSSF compiler guide gives for gcc 12; a sanitizer sees more without.
HARDEN    := -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -fstack-protector-strong -fstack-clash-protection -fPIE \
	-fno-delete-null-pointer-checks -fno-strict-overflow -fno-strict-aliasing -ftrivial-auto-var-init=zero \
	-Werror=format-security -Wimplicit-fallthrough -Wtrampolines -Wbidi-chars=any \
	-Werror=implicit -Werror=incompatible-pointer-types -Werror=int-conversion \
	$(if $(filter x86_64%,$(shell $(CC) -dumpmachine)),-fcf-protection=full) \
	$(if $(filter aarch64%,$(shell $(CC) -dumpmachine)),-mbranch-protection=standard)
HARDEN_LD := -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,nodlopen,--as-needed,--no-copy-dt-needed-entries
LIBS      := -lfcgi -lsqlite3 -lcjson -lsodium -lseccomp -lutf8proc
ifneq ($(SANITIZER),)
ALL_CFLAGS += -fsanitize=$(SANITIZER) -fno-omit-frame-pointer
LDFLAGS    += -fsanitize=$(SANITIZER)
BUILD      := $(BUILD)/san
else
ALL_CFLAGS += $(HARDEN)
LDFLAGS    += $(HARDEN_LD)
endif
Q := $(if $(V),,@)

SRC   := $(sort $(wildcard fcgi/*/*.c fcgi/*/*/*.c))
OBJ   := $(SRC:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/gen/sql.o $(BUILD)/obj/gen/words.o
UNIT  := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
CLEAN := $(BUILD)

## all          builds the one binary (SANITIZER=address,undefined: into build/san)
all: $(BUILD)/parley
	@:

$(BUILD)/parley: $(BUILD)/obj/fcgi/main.o $(OBJ)
	@echo "  link    $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# And the same guide's -Wconversion, which tests need not bear.
$(BUILD)/obj/fcgi/%.o: WARN += -Wconversion

$(BUILD)/obj/%.o: %.c $(BUILD)/gen/sql.h $(BUILD)/gen/words.h
	@echo "  cc      $<"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/gen/%.o: $(BUILD)/gen/%.c
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

# sql/*.sql -> an enum of names and their texts: see sql/embed.awk
SQL := sql/schema.sql sql/queries.sql sql/sqlite/engine.sql $(sort $(wildcard sql/migrate/*.sql))
$(BUILD)/gen/sql.h: sql/embed.awk $(SQL)
	$(Q)mkdir -p $(@D)
	$(Q)awk -v part=h -f sql/embed.awk $(SQL) >$@.new && mv $@.new $@
$(BUILD)/gen/sql.c: sql/embed.awk $(SQL)
	$(Q)mkdir -p $(@D)
	$(Q)awk -v part=c -f sql/embed.awk $(SQL) >$@.new && mv $@.new $@

# www/lang/*.js -> the words of the pages without JavaScript
LANGS := www/lang/en.js $(filter-out www/lang/en.js,$(sort $(wildcard www/lang/*.js)))
$(BUILD)/gen/words.h $(BUILD)/gen/words.c: $(BUILD)/gen/words.%: fcgi/api/plain/words.awk $(LANGS)
	$(Q)mkdir -p $(@D)
	$(Q)awk -v part=$* -f fcgi/api/plain/words.awk $(LANGS) >$@.new && mv $@.new $@

$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(OBJ)
	@echo "  link    $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

## run          installs what is missing, builds, and serves until Ctrl-C
## start, stop  the same in the background
##              PORT=8080  RUN=run (folder of database, sockets, logs)  WORKERS=2
##              LIMITS=off (none by address)  MODE=cgi (through fcgiwrap)
export PARLEY_BIN = $(BUILD)/parley
run start: deps
	$(Q)$(AGAIN) all
	$(Q)exec nginx/dev.sh $@

stop:
	$(Q)nginx/dev.sh stop

## deps         Debian packages to build and run; deps-test: to test as well
deps:
	$(Q)nginx/deps.sh

deps-test:
	$(Q)nginx/deps.sh test
	$(Q)[ tests/node_modules/.package-lock.json -nt tests/package-lock.json ] || \
		npm ci --prefix tests --loglevel=error --no-audit --no-fund >/dev/null

# Another make, which sees what deps has just installed.
AGAIN = $(MAKE) --no-print-directory $(if $(filter -j%,$(MAKEFLAGS)),,-j$(shell nproc))

## test         all of test-unit, test-fuzz, test-http, test-faults, test-browser
test: deps-test
	$(Q)$(AGAIN) all unit
	$(Q)$(MAKE) --no-print-directory test-unit
	$(Q)$(MAKE) --no-print-directory test-fuzz
	$(Q)$(MAKE) --no-print-directory test-http
	$(Q)$(MAKE) --no-print-directory test-faults
	$(Q)$(MAKE) --no-print-directory test-browser

# A sanitizer's finding ends the program; tests/http/server.mjs reads the logs.
export UBSAN_OPTIONS ?= halt_on_error=1:print_stacktrace=1

unit: $(UNIT)

test-unit: $(UNIT)
	$(Q)for t in $(UNIT); do $$t || exit 1; done

include tests/fuzz/fuzz.mk

## bench        Parley beside what people would pick instead, in under 10 minutes:
##              build/bench/.  QUICK=1 (one minute)  ROWS=1,3  BENCH_SAVE=1
bench: deps-bench
	$(Q)$(AGAIN) all bench-programs
	$(Q)BUILD=$(BUILD) node tests/bench/bench.mjs

deps-bench:
	$(Q)nginx/deps.sh bench
	$(Q)[ tests/bench/node_modules/.package-lock.json -nt tests/bench/package-lock.json ] || \
		npm ci --prefix tests/bench --loglevel=error --no-audit --no-fund >/dev/null

# The floor and the null responder are called parley, so that nginx/dev.sh
# starts them as it starts Parley.
BENCH     := $(addprefix $(BUILD)/bench/,load sync floor/parley null/parley)
BENCH_OBJ  = $(patsubst %.c,$(BUILD)/obj/%.o,$(1))
FRONT     := $(sort $(wildcard fcgi/base/*.c fcgi/http/re*.c fcgi/http/percent.c fcgi/http/origin.c)) $(addprefix fcgi/serve/,gate.c records.c loop.c listener.c)
bench-programs: $(BENCH)

$(BUILD)/obj/tests/bench/%.o: CPPFLAGS += -Itests/bench/load -Itests/bench/relay
$(BUILD)/bench/load: $(call BENCH_OBJ,$(wildcard tests/bench/load/*.c) $(addprefix fcgi/base/,buf.c descriptors.c))
$(BUILD)/bench/sync: $(call BENCH_OBJ,tests/bench/relay/sync.c tests/bench/load/hist.c)
$(BUILD)/bench/floor/parley: $(call BENCH_OBJ,$(addprefix tests/bench/relay/,floor.c crowd.c front.c) $(FRONT))
$(BUILD)/bench/null/parley: $(call BENCH_OBJ,$(addprefix tests/bench/relay/,null.c front.c) $(FRONT))
$(BENCH):
	@echo "  link    $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# Parleys that fail on purpose, for the tests of faults: one whose disk fails when it
# is told to, and one that does not look after its files.
FAULTS := $(addprefix $(BUILD)/faults/,faulty/parley blind/parley)
.PHONY: fault-programs
fault-programs: $(FAULTS)
$(BUILD)/faults/faulty/parley: $(BUILD)/obj/fcgi/main.o $(OBJ) $(addprefix $(BUILD)/obj/tests/faults/,fault.o jump.o)
$(BUILD)/faults/blind/parley: $(BUILD)/obj/fcgi/main.o $(filter-out %/store/files.o,$(OBJ)) $(BUILD)/obj/tests/faults/blind.o
$(FAULTS):
	@echo "  link    $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

# $(call node_tests,FOLDER): node without a file would look for tests everywhere.
# SECOND_TRY=n: up to n files that fail are run once more, see tests/run.sh.
node_tests = $(if $(wildcard $1/*.test.mjs),\
	tests/run.sh $(sort $(wildcard $1/*.test.mjs)),:)
test-http: all bench-programs
	$(Q)$(call node_tests,tests/http)

# The disk that loses power (tests/faults/power), and Parley as it must not be:
# with synchronous = NORMAL an acknowledged message is not on the disk yet.
POWER     := $(BUILD)/faults/power
POWER_SRC := $(addprefix tests/faults/power/,replay.c disk.c cut.c held.c)
power-programs: $(POWER)/recorder.so $(POWER)/replay $(POWER)/normal/parley

$(POWER)/recorder.so: tests/faults/power/recorder.c tests/faults/power/record.h
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) -std=c11 -D_GNU_SOURCE $(WARN) $(CFLAGS) -fPIC -shared -o $@ $<
$(POWER)/replay: $(call BENCH_OBJ,$(POWER_SRC))
	@echo "  link    $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ -lsqlite3
$(BUILD)/gen/power/sql.c: $(BUILD)/gen/sql.c
	$(Q)mkdir -p $(@D)
	$(Q)sed 's/synchronous = FULL/synchronous = NORMAL/' $< >$@ && ! cmp -s $< $@
$(POWER)/normal/parley: $(BUILD)/obj/fcgi/main.o $(filter-out %/gen/sql.o,$(OBJ)) $(BUILD)/obj/gen/power/sql.o
	@echo "  link    $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

test-faults: all bench-programs power-programs fault-programs
	$(Q)$(call node_tests,tests/faults)

## soak         1,000 kills under 200 people, in about ten minutes. FAULT="power full"
##              the long versions of these, FAULT=all of all tests in tests/faults/.
##              SEED=n repeats the choices of a run that failed
FAULT ?= crowd
soak: deps-test
	$(Q)$(AGAIN) all bench-programs power-programs fault-programs
	$(Q)SOAK=1 tests/run.sh $(if $(filter all,$(FAULT)),$(sort $(wildcard tests/faults/*.test.mjs)),$(FAULT:%=tests/faults/%.test.mjs))

test-browser: all
	$(Q)$(call node_tests,tests/browser)

## pauses       tests whose processes are stopped for moments, as by a machine that
##              sleeps: FOLDER="http faults browser"  SEED=n  PAUSE_MS=2000
FOLDER ?= http faults browser
pauses: deps-test
	$(Q)$(AGAIN) all bench-programs power-programs fault-programs
	$(Q)BUILD=$(BUILD) node tests/pauses.mjs tests/run.sh $(sort $(wildcard $(FOLDER:%=tests/%/*.test.mjs)))

## cover        branches that the unit tests take, by folder; fails below 90 %
##              in chat, store, http, api. V=1 lists those that are not taken
COVER := $(BUILD)/cover
cover:
	$(Q)nginx/deps.sh test
	$(Q)rm -rf $(COVER)
	$(Q)$(AGAIN) BUILD=$(COVER) HARDEN= HARDEN_LD= CFLAGS='-O0 -g --coverage' unit >/dev/null
	$(Q)V=$(V) tests/cover/cover.sh $(COVER)

## valgrind     memcheck over the unit tests and a chat, which takes some minutes
valgrind: all unit
	$(Q)nginx/deps.sh bench
	$(Q)tests/lint/valgrind.sh $(BUILD)
	$(Q)node tests/lint/valgrind.mjs

## sheet        pictures of every screen, on one sheet: build/screenshots/.
##              SAVE=1 keeps five for the README
sheet: all
	$(Q)node tests/browser/sheet.mjs

## lint         formatting, layering, lengths, clang-tidy, cppcheck, -fanalyzer; V=1 shows figures,
##              SINCE=main looks only at what has changed since
lint: $(BUILD)/gen/sql.h $(BUILD)/gen/words.h
	$(Q)V=$(V) tests/lint/run.sh $(CPPFLAGS)

## fmt          formats the C sources
fmt:
	$(Q)find fcgi tests/unit tests/bench tests/fuzz tests/faults -name '*.[ch]' | xargs clang-format -i

## clean        removes what was built
clean:
	rm -rf $(CLEAN)

help:
	@sed -n 's/^## //p' $(MAKEFILE_LIST)

.PHONY: all bench bench-programs power-programs deps-bench run start stop deps deps-test unit test test-unit test-http test-faults soak \
	test-browser pauses cover valgrind sheet lint fmt clean help
.SECONDARY:
-include $(shell find $(BUILD)/obj $(BUILD)/fuzz/obj -name '*.d' 2>/dev/null)
