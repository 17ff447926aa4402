/* postfix_plan_table_test.c - a table of a plan's own, and an entry at the
 * front of a list: the lines, and what a shell makes of them. */
#include "plan_help.h"

static struct fix
make(void)
{
	struct act_request r = {.verb = VERB_PAUSE, .lease_ms = 60000};

	return fix_of(&r, 0xa1b2c3);
}

static struct plan_host
host(const struct fix *f, const char *sudo)
{
	return (struct plan_host){.p = f->p,
	    .id = 3,
	    .name = "mta1",
	    .sudo = sudo,
	    .d = f->d,
	    .st = f->st};
}

#define FILE_NAME "/etc/postfix/mtadeck-6b0268c0-a1b2c3"

static void
test_table(void **state)
{
	struct fix f = make();
	struct plan_host h = host(&f, "");
	const struct plan_step *s;
	char map[PLAN_MAP_BYTES];

	(void)state;
	assert_int_equal(
	    postfix_plan_table(&h, "a.example hold\n", "a table"), ERR_OK);
	assert_int_equal(f.p->n_steps, 1);
	s = f.p->steps;
	is(s->text, "a table");
	is(s->check, "[ ! -e " FILE_NAME " ]");
	is(s->command, "umask 022; cat >" FILE_NAME);
	is(s->undo, "rm -f " FILE_NAME);
	is(s->verify, "cmp -s - " FILE_NAME);
	is(s->input, "# Written by mtadeck for its act 6b0268c0-a1b2c3 (pause);"
		     " goes when that ends.\na.example hold\n");
	assert_null(s->file);
	assert_true(postfix_plan_table_map(&h, "texthash:", map));
	is(map, "texthash:" FILE_NAME);
	done(&f);
	f = make();
	h = host(&f, "sudo -n ");
	assert_int_equal(postfix_plan_table(&h, "", ""), ERR_OK);
	s = f.p->steps;
	is(s->command, "umask 022; sudo -n tee " FILE_NAME " >/dev/null");
	is(s->undo, "sudo -n rm -f " FILE_NAME);
	/* Asked before it is tried, the way back too. */
	is(s->check,
	    "[ ! -e " FILE_NAME " ] && { sudo -n -l tee " FILE_NAME
	    " >/dev/null || { echo sudo allows no such value of " FILE_NAME
	    "; false; }; } && { sudo -n -l rm -f " FILE_NAME
	    " >/dev/null || { echo sudo allows no such value of " FILE_NAME
	    "; false; }; }");
	done(&f);
}

/* A folder whose name would end a word of the list, or be expanded in it. */
static void
test_folder(void **state)
{
	static const char *const bad[] = {"", "etc/postfix", "/etc/post fix",
	    "/etc/$(id)", "/etc/a,b", "/etc/{a}", "/etc/../x", "/etc/a:b"};

	(void)state;
	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
		struct fix f = make();
		struct plan_host h = host(&f, "");
		char map[PLAN_MAP_BYTES];

		str_copy(
		    f.d->config_dir, sizeof f.d->config_dir, str_of(bad[i]));
		assert_int_equal(postfix_plan_table(&h, "", ""), ERR_OK);
		assert_false(postfix_plan_table_map(&h, "texthash:", map));
		assert_int_equal(f.p->n_steps, 0);
		assert_string_not_equal(f.p->refusal, "");
		done(&f);
	}
}

static struct act_param
param(const char *value, bool set)
{
	struct act_param p = {.set = set};

	str_copy(p.name, sizeof p.name, STR_LIT("transport_maps"));
	str_copy(p.value, sizeof p.value, str_of(value));
	return p;
}

/* Runs a line with a postconf that keeps one value, and says what was done:
 * its arguments, "|", the line's exit status. */
static void
shell(const char *line, const char *value, char *out, size_t cap)
{
	struct buf b;
	FILE *pipe;
	size_t n;

	buf_init(&b, 16384);
	assert_int_equal(
	    buf_puts(&b, "postconf() { if [ \"$1\" = -h ]; then "
			 "echo \"$VALUE\"; else echo \"$@\" >&3; "
			 "fi; }; sudo() { [ -z \"$DENIED\" ]; }; VALUE="),
	    ERR_OK);
	plan_word(&b, value);
	plan_raw(&b, "; exec 3>&1; (");
	plan_raw(&b, line);
	plan_raw(&b, "); echo \"|$?\"");
	pipe = popen(buf_cstr(&b), "r");
	assert_non_null(pipe);
	n = fread(out, 1, cap - 1, pipe);
	out[n] = '\0';
	assert_int_equal(pclose(pipe), 0);
	buf_done(&b);
}

#define ENTRY "pipemap:{texthash:" FILE_NAME ",randmap:{a:,b:}}"
#define OTHER "pipemap:{texthash:" FILE_NAME ",randmap:{b:}}"

static void
undone_of(const char *entry, const char *old, bool set, const char *found,
    const char *want)
{
	struct fix f = make();
	struct plan_host h = host(&f, "");
	struct act_param p = param(old, set);
	char out[8192];

	assert_int_equal(postfix_plan_front(&h, &p, entry, "x"), ERR_OK);
	assert_int_equal(f.p->n_steps, 1);
	shell(f.p->steps[0].undo, found, out, sizeof out);
	assert_string_equal(out, want);
	done(&f);
}

static void
undone(const char *old, bool set, const char *found, const char *want)
{
	undone_of(ENTRY, old, set, found, want);
}

static void
test_front(void **state)
{
	struct fix f = make();
	struct plan_host h = host(&f, "sudo -n ");
	struct act_param p = param("hash:/a, hash:/it's", true);
	const struct plan_step *s;
	char out[8192];

	(void)state;
	assert_int_equal(postfix_plan_front(&h, &p, ENTRY, "front"), ERR_OK);
	s = f.p->steps;
	is(s->file, "main.cf");
	is(s->command, "sudo -n postconf -e 'transport_maps = " ENTRY
		       ", hash:/a, hash:/it'\\''s'");
	shell(s->check, "hash:/a, hash:/it's", out, sizeof out);
	is(out, "|0\n");
	assert_int_equal(setenv("DENIED", "1", 1), 0);
	shell(s->check, "hash:/a, hash:/it's", out, sizeof out);
	assert_int_equal(unsetenv("DENIED"), 0);
	is(out, "sudo allows no such value of transport_maps\n|1\n");
	shell(s->check, "hash:/a", out, sizeof out);
	is(out, "transport_maps is now:\nhash:/a\n|1\n");
	/* Others may put theirs before it; it must be in it. */
	shell(s->verify, "hash:/b, " OTHER, out, sizeof out);
	is(out, "|0\n");
	shell(s->verify, "hash:/b", out, sizeof out);
	is(out, "|1\n");
	done(&f);
}

static void
test_front_taken_back(void **state)
{
	(void)state;
	undone("", false, "", "|0\n");
	undone("", false, ENTRY, "-X transport_maps\n|0\n");
	undone("hash:/a,hash:/b", true, "hash:/a,hash:/b", "|0\n");
	undone("hash:/a,hash:/b", true, ENTRY ", hash:/a,hash:/b",
	    "-e transport_maps = hash:/a,hash:/b\n|0\n");
	/* Changed meanwhile: only ours goes, wherever it stands. */
	undone("hash:/a", true, "hash:/n, " ENTRY ", hash:/a",
	    "-e transport_maps = hash:/n, hash:/a\n|0\n");
	undone("hash:/a", true, ENTRY "  ,  hash:/c",
	    "-e transport_maps = hash:/c\n|0\n");
	undone("hash:/a", true, "hash:/c , " ENTRY,
	    "-e transport_maps = hash:/c\n|0\n");
	undone("", false, "$x, " ENTRY ", $(id)",
	    "-e transport_maps = $x, $(id)\n|0\n");
	undone("hash:/a", true, ENTRY, "-X transport_maps\n|0\n");
	undone("hash:/a", true, "hash:/z", "|0\n");
	/* Another act changed it within: it is ours all the same. */
	undone("hash:/a", true, "hash:/n, " OTHER ", inline:{ {a = b:} }",
	    "-e transport_maps = hash:/n, inline:{ {a = b:} }\n|0\n");
	undone("", false, OTHER, "-X transport_maps\n|0\n");
	undone_of("check_x texthash:" FILE_NAME, "", false,
	    "permit, check_y texthash:" FILE_NAME,
	    "transport_maps is now: permit, check_y texthash:" FILE_NAME
	    "\n|3\n");
}

static void
swapped(const char *old, const char *now, const char *found, const char *want)
{
	struct fix f = make();
	struct plan_host h = host(&f, "");
	struct act_param p = param(old, true);
	char out[8192];

	assert_int_equal(postfix_plan_swap(&h, &p, now, "x"), ERR_OK);
	assert_int_equal(f.p->n_steps, 1);
	shell(f.p->steps[0].undo, found, out, sizeof out);
	assert_string_equal(out, want);
	done(&f);
}

/* What another act put there may end before what changed it within. */
static void
test_swap_of_an_act(void **state)
{
#define POOL	  "randmap:{a:,b:}"
#define POOL_LESS "randmap:{b:}"
	(void)state;
	swapped(ENTRY, OTHER, "", "|0\n");
	swapped(ENTRY, OTHER, "hash:/n", "|0\n");
	swapped(ENTRY, OTHER, OTHER ", hash:/n",
	    "-e transport_maps = " ENTRY ", hash:/n\n|0\n");
	/* It is there, as somebody else left it. */
	swapped(ENTRY, OTHER, "pipemap:{texthash:" FILE_NAME ",randmap:{c:}}",
	    "transport_maps is now: pipemap:{texthash:" FILE_NAME
	    ",randmap:{c:}}\n|3\n");
	swapped(ENTRY ", " POOL, OTHER ", " POOL_LESS, POOL_LESS,
	    "-e transport_maps = " POOL "\n|0\n");
	swapped(ENTRY ", " POOL, OTHER ", " POOL_LESS, "hash:/n",
	    "transport_maps is now: hash:/n\n|3\n");
	swapped(
	    POOL, POOL_LESS, "hash:/n", "transport_maps is now: hash:/n\n|3\n");
}

static void
test_front_too_long(void **state)
{
	struct fix f = make();
	struct plan_host h = host(&f, "");
	struct act_param p = param("", true);

	(void)state;
	memset(p.value, 'x', sizeof p.value - 1);
	assert_int_equal(postfix_plan_front(&h, &p, ENTRY, "x"), ERR_OK);
	assert_int_equal(f.p->n_steps, 0);
	assert_non_null(strstr(f.p->refusal, "too long"));
	done(&f);
}

int
main(void)
{
	const struct CMUnitTest tests[] = {
	    cmocka_unit_test(test_table),
	    cmocka_unit_test(test_folder),
	    cmocka_unit_test(test_front),
	    cmocka_unit_test(test_front_taken_back),
	    cmocka_unit_test(test_swap_of_an_act),
	    cmocka_unit_test(test_front_too_long),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
