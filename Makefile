# mtadeck: `make help` lists what can be asked for.
#
# One static library per folder, so that a folder's tests link with nothing
# above it; MODE selects the flavour (release, asan) and so the build folder.

MODE    ?= release
ifeq ($(origin CC),default)
CC      := gcc
endif
PREFIX  ?= /usr/local
DESTDIR ?=
B       := build/$(MODE)

PKGS    := ncursesw libssh2 libuv libcares libpcre2-8 sqlite3 libcrypto libcjson libcyaml libutf8proc
WARN    := -std=c17 -Wall -Wextra -Wpedantic -Wconversion -Wshadow -Werror
DEFS    := -D_GNU_SOURCE -DMTADECK_DATADIR='"$(PREFIX)/share/mtadeck"' \
           -DMTADECK_LOCALEDIR='"$(PREFIX)/share/locale"'
OPT_release := -O3 -g
OPT_asan    := -O1 -g -fsanitize=address,undefined -fno-sanitize-recover=all \
               -fno-omit-frame-pointer
CFLAGS  += $(WARN) $(OPT_$(MODE)) $(DEFS) -I. -I$(B)/gen \
           $(shell pkg-config --cflags $(PKGS) 2>/dev/null)
LDFLAGS += $(OPT_$(MODE))
LDLIBS  += $(shell pkg-config --libs $(PKGS) 2>/dev/null) -lm

DIRS    := core remote probes store tui app
SRC      = $(wildcard $(1)/*.c)
OBJ      = $(patsubst %.c,$(B)/%.o,$(call SRC,$(1)))
APPLIB  := $(filter-out $(B)/app/main.o,$(call OBJ,app))
LIB_core   := $(B)/libcore.a
LIB_remote := $(B)/libremote.a
LIB_probes := $(B)/libprobes.a
LIB_store  := $(B)/libstore.a
LIB_tui    := $(B)/libtui.a
LIB_app    := $(B)/libapp.a
# What a folder's tests link with, most dependent first.
LINK_core   := $(LIB_core)
LINK_remote := $(LIB_remote) $(LIB_core)
LINK_probes := $(LIB_probes) $(LIB_core)
LINK_store  := $(LIB_store) $(LIB_core)
LINK_tui    := $(LIB_tui) $(LIB_core)
LINK_app    := $(LIB_app) $(LIB_remote) $(LIB_probes) $(LIB_store) $(LIB_tui) $(LIB_core)

UNIT    := $(wildcard tests/unit/*/*_test.c)
UNITBIN := $(patsubst tests/unit/%.c,$(B)/test/%,$(UNIT))
BENCHBIN := $(patsubst tests/bench/%.c,$(B)/bench/%,$(wildcard tests/bench/*.c))
SCRIPTS := $(wildcard remote/scripts/*.sh)
SCRIPTH := $(patsubst remote/scripts/%.sh,$(B)/gen/scripts/%.h,$(SCRIPTS))

POS     := $(wildcard po/*.po)
MOS     := $(POS:po/%.po=$(B)/locale/%/LC_MESSAGES/mtadeck.mo)

all: $(B)/mtadeck $(MOS) ## build the program (build/release/mtadeck)

$(B)/mtadeck: $(B)/app/main.o $(LINK_app)
	@echo "  LINK $@"
	@$(CC) $(LDFLAGS) $(LTO_$(MODE)) -o $@ $^ $(LDLIBS)

$(LIB_core): $(call OBJ,core)
$(LIB_remote): $(call OBJ,remote)
$(LIB_probes): $(call OBJ,probes)
$(LIB_store): $(call OBJ,store)
$(LIB_tui): $(call OBJ,tui)
$(LIB_app): $(APPLIB)
$(B)/lib%.a:
	@rm -f $@
	@ar rcs $@ $^

# The way of a log line leads through many small files: they are inlined into
# each other when a program is linked with LTO_release. Their objects are
# ordinary ones too, so that tests link as fast as ever.
ifneq (,$(findstring gcc,$(notdir $(CC))))
LTO_release := -flto=auto
NOLTO := -fno-lto # without it gcc's linker plugin would take them for tests too
HOT := $(addprefix $(B)/core/,hist.o intern.o qids.o series.o shape.o \
           shape_key.o shape_reply.o shape_url.o shape_word.o str.o table.o tally.o \
           update_ahead.o update_discovery.o update_keys.o update_log.o \
           update_reply.o) \
       $(patsubst %.c,$(B)/%.o,$(wildcard remote/postfix_log*.c))
ifeq ($(MODE),release)
$(HOT): CFLAGS += $(LTO_release) -ffat-lto-objects
endif
endif

$(B)/%.o: %.c | $(SCRIPTH)
	@mkdir -p $(@D)
	@echo "  CC   $<"
	@$(CC) $(CFLAGS) -MMD -MP -c -o $@ $<

# The program looks for translations beside itself first.
$(B)/locale/%/LC_MESSAGES/mtadeck.mo: po/%.po
	@mkdir -p $(@D)
	@echo "  MSG  $<"
	@msgfmt -o $@ $<

# A far-side script becomes a const char array of the same name.
$(B)/gen/scripts/%.h: remote/scripts/%.sh tools/embed.sh
	@mkdir -p $(@D)
	tools/embed.sh script_$* < $< > $@

define unit_rule
$(B)/test/$(1)/%_test: tests/unit/$(1)/%_test.c $$(LINK_$(1))
	@mkdir -p $$(@D)
	@echo "  TEST $$<"
	@$$(CC) $$(CFLAGS) -MMD -MP $$(LDFLAGS) $$(NOLTO) -o $$@ $$< $$(LINK_$(1)) $$(LDLIBS) -lcmocka
endef
$(foreach d,$(DIRS),$(eval $(call unit_rule,$(d))))

# Small programs that end-to-end tests drive one part with.
$(B)/drivers/%: tests/e2e/drivers/%.c $(LINK_app)
	@mkdir -p $(@D)
	@echo "  DRIVER $<"
	@$(CC) $(CFLAGS) -MMD -MP $(LDFLAGS) $(NOLTO) -o $@ $< $(LINK_app) $(LDLIBS)

weights: $(B)/train-weights ## learn catalogues/reply-weights.json from the labelled replies
	$< tests/fixtures/replies/*.jsonl > $(B)/reply-weights.json
	mv $(B)/reply-weights.json catalogues/reply-weights.json

$(B)/train-weights: tools/train-weights.c $(LINK_probes)
	@echo "  TOOL $<"
	@$(CC) $(CFLAGS) -MMD -MP $(LDFLAGS) $(NOLTO) -o $@ $< $(LINK_probes) $(LDLIBS)

check: all $(UNITBIN) ## unit tests, goldens, include arrows (under a minute)
	tools/layers.sh
	tools/lint.sh
	tools/run-units.sh $(UNITBIN)
	tools/po-check.sh $(POS)

asan: ## the same checks under AddressSanitizer and UBSan
	$(MAKE) MODE=asan check

# What the JIT makes of a rule reads whole words at a text's end, and is no code
# that valgrind knows: there only addresses and leaks are checked.
VALGRIND := valgrind -q --error-exitcode=99 --leak-check=full \
            --errors-for-leak-kinds=definite
JITBIN   := $(filter $(B)/test/probes/reply_rules%,$(UNITBIN))
valgrind: all $(UNITBIN) ## the unit tests under valgrind (ten minutes)
	SECONDS_EACH=900 UNDER='$(VALGRIND) --undef-value-errors=no' \
	    tools/run-units.sh $(JITBIN)
	SECONDS_EACH=900 UNDER='$(VALGRIND)' \
	    tools/run-units.sh $(filter-out $(JITBIN),$(UNITBIN))

test: deps ## install what is missing, build, run every test
	tools/run-tests.sh

demo: deps ## install what is missing, build, start the lab, open the console on it
	$(MAKE) all
	tools/demo.sh $(B)/mtadeck

$(B)/bench/%: tests/bench/%.c $(LINK_app)
	@mkdir -p $(@D)
	@echo "  BENCH $<"
	@$(CC) $(CFLAGS) -MMD -MP $(LDFLAGS) $(LTO_$(MODE)) -o $@ $< $(LINK_app) $(LDLIBS)

bench: all $(BENCHBIN) ## speed, each figure against its peer in the same run
	tests/bench/run.sh

# Parsers of remote/ and probes/: what fuzz targets may link with.
FUZZED := remote/act_lines.c \
          remote/postfix_%.c \
          remote/dns_lines.c \
          remote/poll.c \
          remote/logfollow_journal.c \
          remote/logfollow_pos.c \
          remote/openssh_talk.c \
          remote/openssh_say.c \
          remote/recfile.c \
          remote/replay%.c \
          remote/script.c \
          remote/ssh_config.c \
          remote/ssh_knownhosts.c \
          remote/ssh_sha1.c \
          remote/ssh_wire.c \
          probes/dnsbl%.c \
          probes/reply_%.c

FUZZ_SECONDS ?= 60
build/fuzz/%: tests/fuzz/fuzz_%.c $(wildcard core/*.[ch] remote/*.[ch] probes/*.[ch] tui/*.[ch]) | $(SCRIPTH)
	@mkdir -p $(@D)
	clang $(WARN) $(DEFS) -I. -I$(B)/gen -O1 -g \
	    -fsanitize=fuzzer,address,undefined -fno-sanitize-recover=all \
	    $(shell pkg-config --cflags $(PKGS)) -o $@ $< \
	    $(wildcard core/*.c) $(filter $(FUZZED),$(wildcard remote/*.c probes/*.c)) \
	    $(shell pkg-config --libs libcjson libutf8proc libpcre2-8) -lm

fuzz: build/fuzz/$(T) ## fuzz one parser: make fuzz T=postfix_log FUZZ_SECONDS=600
	@mkdir -p build/corpus/$(T)
	build/fuzz/$(T) -max_total_time=$(FUZZ_SECONDS) -max_len=65536 \
	    -timeout=10 -rss_limit_mb=2048 build/corpus/$(T) \
	    $(wildcard tests/fixtures/$(T))

po: ## collect what is said, merge it into the translations
	@mkdir -p build
	tools/pot.sh > build/mtadeck.pot
	@for po in $(POS); do msgmerge --update --backup=none -F "$$po" build/mtadeck.pot; done

deps: ## install the Debian packages that are missing
	tools/deps.sh

format: ## let clang-format decide
	clang-format -i $(wildcard core/*.[ch] remote/*.[ch] probes/*.[ch] store/*.[ch] tui/*.[ch] app/*.[ch] tests/unit/*/*.[ch] tests/fuzz/*.c tests/e2e/drivers/*.c tests/bench/*.c)

install: all ## install under PREFIX (and DESTDIR)
	tools/install.sh "$(B)/mtadeck" "$(DESTDIR)" "$(PREFIX)"

clean: ## remove the build folder
	rm -rf build

help: ## this list
	@awk -F':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n",$$1,$$2}' Makefile

.PHONY: all weights check asan valgrind test demo bench fuzz po deps format install clean help
.SECONDARY:
-include $(wildcard $(B)/*/*.d $(B)/test/*/*.d)
