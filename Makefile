# Parley. `make help` lists the targets.
BUILD     ?= build
SANITIZER ?=
CC        ?= gcc
WARN      := -Wall -Wextra -Wshadow -Wformat=2 -Wmissing-prototypes
CFLAGS    ?= -O2 -g
VERSION   := 0.1.0
CPPFLAGS  += -DPARLEY_VERSION='"$(VERSION)"' -Ifcgi -I$(BUILD)/gen -D_GNU_SOURCE
ALL_CFLAGS = -std=c11 $(WARN) $(if $(CI),-Werror) $(CFLAGS)
LIBS      := -lfcgi -lsqlite3 -lcjson -lsodium
ifneq ($(SANITIZER),)
ALL_CFLAGS += -fsanitize=$(SANITIZER) -fno-omit-frame-pointer
LDFLAGS    += -fsanitize=$(SANITIZER)
BUILD      := $(BUILD)/san
endif
Q := $(if $(V),,@)

SRC   := $(sort $(wildcard fcgi/*/*.c fcgi/*/*/*.c))
OBJ   := $(SRC:%.c=$(BUILD)/obj/%.o) $(BUILD)/obj/gen/sql.o
UNIT  := $(patsubst tests/unit/%.c,$(BUILD)/unit/%,$(wildcard tests/unit/test_*.c))
CLEAN := $(BUILD)

all: $(BUILD)/parley

$(BUILD)/parley: $(BUILD)/obj/fcgi/main.o $(OBJ)
	@echo "  link    $@"
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS)

$(BUILD)/obj/%.o: %.c $(BUILD)/gen/sql.h
	@echo "  cc      $<"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(CPPFLAGS) -MMD -MP -c -o $@ $<

$(BUILD)/obj/gen/sql.o: $(BUILD)/gen/sql.c
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

$(BUILD)/unit/%: $(BUILD)/obj/tests/unit/%.o $(OBJ)
	@echo "  link    $@"
	$(Q)mkdir -p $(@D)
	$(Q)$(CC) $(ALL_CFLAGS) $(LDFLAGS) -o $@ $^ $(LIBS) -lcmocka

test-unit: $(UNIT)
	$(Q)for t in $(UNIT); do $$t || exit 1; done

# Formatting, layering, lengths, clang-tidy, cppcheck; V=1 shows the figures
lint: $(BUILD)/gen/sql.h
	$(Q)V=$(V) tests/lint/run.sh $(CPPFLAGS)

fmt:
	$(Q)find fcgi tests/unit -name '*.[ch]' | xargs clang-format -i

clean:
	rm -rf $(CLEAN)

.PHONY: all test-unit clean lint fmt
.SECONDARY:
-include $(shell find $(BUILD)/obj -name '*.d' 2>/dev/null)
