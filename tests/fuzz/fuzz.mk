# Fuzzing: included by the Makefile. A target is tests/fuzz/fuzz_NAME.c, with
# corpus/NAME/ and NAME.dict beside it.
FUZZ         := $(BUILD)/fuzz
FUZZ_ALL     := $(patsubst tests/fuzz/fuzz_%.c,%,$(sort $(wildcard tests/fuzz/fuzz_*.c)))
TARGET       ?= $(FUZZ_ALL)
TIME         ?= 60
JOBS         ?= 1
FUZZ_FLAGS   := -std=c11 -g -O1 -fno-omit-frame-pointer -fno-sanitize-recover=all
FUZZ_OBJ     := $(SRC:%.c=$(FUZZ)/obj/%.o) $(FUZZ)/obj/gen/sql.o $(FUZZ)/obj/gen/words.o
# The libraries that see a stranger's bytes, in Debian's versions: sources.sh.
FUZZ_LIB_SRC := $(wildcard $(addprefix $(FUZZ)/libs/,cjson/cJSON.c fcgi/libfcgi/fcgiapp.c fcgi/libfcgi/os_unix.c))
FUZZ_LIB_OBJ := $(FUZZ_LIB_SRC:$(FUZZ)/%.c=$(FUZZ)/obj/%.o)
FUZZ_LIBS    := $(if $(FUZZ_LIB_OBJ),$(filter-out -lfcgi -lcjson,$(LIBS)),$(LIBS)) -lcmocka

## fuzz         libFuzzer looks for bytes that Parley cannot stand: TIME=60 seconds
##              for each TARGET (all of them), JOBS=1 at once. What it finds goes to
##              tests/fuzz/corpus/; `make test` replays that
fuzz:
	$(Q)nginx/deps.sh fuzz
	$(Q)tests/fuzz/sources.sh $(FUZZ)/libs
	$(Q)$(AGAIN) fuzz-programs
	$(Q)printf '%s\n' $(TARGET) | xargs -P $(JOBS) -I '{}' tests/fuzz/run.sh $(FUZZ) '{}' $(TIME)

fuzz-programs: $(TARGET:%=$(FUZZ)/%)

$(FUZZ)/obj/%.o: CC_FUZZ = clang $(FUZZ_FLAGS) -fsanitize=fuzzer-no-link,address,undefined
$(FUZZ)/obj/%.o: %.c $(BUILD)/gen/sql.h $(BUILD)/gen/words.h
	@echo "  clang   $<"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC_FUZZ) $(WARN) -Wno-missing-field-initializers $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(FUZZ)/obj/gen/%.o: $(BUILD)/gen/%.c
	$(Q)mkdir -p $(@D)
	$(Q)$(CC_FUZZ) $(CPPFLAGS) -MMD -MP -c -o $@ $<

# What libfcgi's configure would find out; its OS_Read is ours (records.h).
$(FUZZ)/obj/libs/%.o: $(FUZZ)/libs/%.c tests/fuzz/fuzz.mk
	@echo "  clang   $<"
	$(Q)mkdir -p $(@D)
	$(Q): >$(FUZZ)/libs/fcgi_config.h
	$(Q)$(CC_FUZZ) -std=gnu11 -w -I$(FUZZ)/libs -I$(FUZZ)/libs/fcgi/include -DHAVE_UNISTD_H -DHAVE_LIMITS_H \
		-DHAVE_SYS_SOCKET_H -DHAVE_SYS_TIME_H -DHAVE_NETDB_H -DHAVE_NETINET_IN_H -DHAVE_SOCKLEN -DHAVE_STRERROR \
		$(if $(findstring os_unix,$<),-DOS_Read=OS_Read_of_libfcgi) -c -o $@ $<

$(FUZZ_ALL:%=$(FUZZ)/%): $(FUZZ)/%: $(FUZZ)/obj/tests/fuzz/fuzz_%.o $(FUZZ_OBJ) $(FUZZ_LIB_OBJ)
	@echo "  link    $@"
	$(Q)clang $(FUZZ_FLAGS) -fsanitize=fuzzer,address,undefined -o $@ $^ $(FUZZ_LIBS)

# The same without libFuzzer, by the compiler that builds the rest: what is kept
# in corpus/ is replayed. Some functions are wrapped, so that a test can break
# them (broken.c) and see that a target notices.
FUZZ_WRAPS   := $(shell awk -F'"' '/[^_a-z]is."/ { print $$2 }' tests/fuzz/broken.c)
FUZZ_REPLAYS := $(FUZZ_ALL:%=$(FUZZ)/replay_%)
$(FUZZ_REPLAYS): $(FUZZ)/replay_%: $(BUILD)/obj/tests/fuzz/fuzz_%.o $(BUILD)/obj/tests/fuzz/replay.o \
		$(BUILD)/obj/tests/fuzz/broken.o $(OBJ)
	@echo "  link    $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(FUZZ_WRAPS:%=-Wl,--wrap=%) -o $@ $^ $(LIBS) -lcmocka

# Sequences of calls against a model: sequences/. The same faults to order.
SEQUENCES_OBJ := $(patsubst %.c,$(BUILD)/obj/%.o,$(wildcard tests/fuzz/sequences/*.c))
$(FUZZ)/sequences: $(SEQUENCES_OBJ) $(BUILD)/obj/tests/fuzz/broken.o $(OBJ)
	@echo "  link    $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) $(FUZZ_WRAPS:%=-Wl,--wrap=%) -o $@ $^ $(LIBS) -lcmocka

## sequences    SEQUENCES=100000 random and hostile sequences of calls against a
##              model of the contract, from SEED=1 on
sequences: $(FUZZ)/sequences
	$(Q)$(FUZZ)/sequences $(or $(SEQUENCES),100000)

test-fuzz: $(FUZZ_REPLAYS) $(FUZZ)/sequences
	$(Q)FUZZ=$(FUZZ) node --test --test-reporter=spec $(wildcard tests/fuzz/*.test.mjs)

.PHONY: fuzz fuzz-programs sequences test-fuzz
