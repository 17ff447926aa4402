/*
 * theme.c - the built-in theme, colour and attribute words, contrast as WCAG
 * 2.1 defines it. The built-in theme equals themes/dark.yaml (a test of app/
 * holds them together).
 */
#include "tui/theme.h"

#include <math.h>

#define D COLOR_DEFAULT

const struct theme theme_default =
    {
	.name = "dark",
	.title = "Dark",
	.roles =
	    {
		[ROLE_TEXT] = {D, D, -1, -1, 0, 0},
		[ROLE_DIM] = {0xadadad, D, 8, -1, 0, ATTR_DIM},
		[ROLE_TITLE] = {0xffffff, 0x2b3a4f, 15, 4, ATTR_BOLD,
		    ATTR_BOLD | ATTR_REVERSE},
		[ROLE_HEAD] = {0xa8c7fa, D, 12, -1, ATTR_BOLD, ATTR_BOLD},
		[ROLE_HEAD_SORT] = {0xa8c7fa, D, 12, -1,
		    ATTR_BOLD | ATTR_UNDERLINE, ATTR_BOLD | ATTR_UNDERLINE},
		[ROLE_CURSOR] = {D, 0x263f5c, -1, 4, 0, ATTR_REVERSE},
		[ROLE_TAGGED] = {0xffd75f, D, 11, -1, ATTR_BOLD,
		    ATTR_UNDERLINE},
		[ROLE_OK] = {0x87d787, D, 10, -1, 0, 0},
		[ROLE_WARN] = {0xffc14d, D, 11, -1, 0, ATTR_UNDERLINE},
		[ROLE_CRIT] = {0xff8f87, D, 9, -1, ATTR_BOLD,
		    ATTR_BOLD | ATTR_REVERSE},
		[ROLE_UNKNOWN] = {0xd7afff, D, 13, -1, 0, ATTR_DIM},
		[ROLE_STALE] = {0xc8b27a, D, 3, -1, ATTR_ITALIC, ATTR_ITALIC},
		[ROLE_KEY] = {0xffd75f, D, 11, -1, ATTR_BOLD, ATTR_BOLD},
		[ROLE_HINT] = {0xb8b8b8, D, 7, -1, 0, 0},
		[ROLE_INPUT] = {0xffffff, 0x303030, 15, 0, 0, ATTR_UNDERLINE},
		[ROLE_ERROR] =
		    {0xffffff, 0xa40000, 15, 1, ATTR_BOLD,
			ATTR_BOLD | ATTR_REVERSE},
		[ROLE_MATCH] =
		    {0x000000, 0xffd75f, 0, 11, 0,
			ATTR_REVERSE | ATTR_UNDERLINE},
		[ROLE_GRAPH] = {0x7fbfff, D, 12, -1, 0, 0},
		[ROLE_GRAPH_BAD] = {0xff8f87, D, 9, -1, 0, ATTR_BOLD},
		[ROLE_BORDER] = {0x7f8fa0, D, 8, -1, 0, 0},
		[ROLE_FROZEN] =
		    {0x000000, 0x8ad7ff, 0, 14, ATTR_BOLD,
			ATTR_BOLD | ATTR_REVERSE},
	    },
};

#undef D

static const char *const role_names[ROLE_N] = {
#define X(name, id) [ROLE_##name] = #id,
    ROLE_LIST(X)
#undef X
};

/* The 16 colours by the names people know, and as xterm shows them. */
static const struct {
	const char *name;
	int32_t rgb;
} ansi[16] = {
    {"black", 0x000000},
    {"red", 0xcd0000},
    {"green", 0x00cd00},
    {"yellow", 0xcdcd00},
    {"blue", 0x0000ee},
    {"magenta", 0xcd00cd},
    {"cyan", 0x00cdcd},
    {"white", 0xe5e5e5},
    {"brightblack", 0x7f7f7f},
    {"brightred", 0xff0000},
    {"brightgreen", 0x00ff00},
    {"brightyellow", 0xffff00},
    {"brightblue", 0x5c5cff},
    {"brightmagenta", 0xff00ff},
    {"brightcyan", 0x00ffff},
    {"brightwhite", 0xffffff},
};

int
theme_role_of(struct str name)
{
	for (int i = 0; i < ROLE_N; i++)
		if (str_eq(name, str_of(role_names[i])))
			return i;
	return -1;
}

const char *
theme_role_name(enum role r)
{
	return role_names[r];
}

static int
hex(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

static int16_t
nearest16(int32_t rgb)
{
	int best = 0, best_d = INT32_MAX;

	for (int i = 0; i < 16; i++) {
		int r = (rgb >> 16) - (ansi[i].rgb >> 16);
		int g = (rgb >> 8 & 255) - (ansi[i].rgb >> 8 & 255);
		int b = (rgb & 255) - (ansi[i].rgb & 255);
		int d = 2 * r * r + 4 * g * g + 3 * b * b;

		if (d < best_d) {
			best_d = d;
			best = i;
		}
	}
	return (int16_t)best;
}

err_t
theme_color(struct str s, int32_t *rgb, int16_t *c16)
{
	int32_t v = 0;

	if (str_eq(s, STR_LIT("default"))) {
		*rgb = COLOR_DEFAULT;
		*c16 = -1;
		return ERR_OK;
	}
	for (int16_t i = 0; i < 16; i++) {
		if (!str_eq(s, str_of(ansi[i].name)))
			continue;
		*rgb = ansi[i].rgb;
		*c16 = i;
		return ERR_OK;
	}
	if (s.n != 7 || s.p[0] != '#')
		return ERR_PARSE;
	for (size_t i = 1; i < 7; i++) {
		if (hex(s.p[i]) < 0)
			return ERR_PARSE;
		v = v * 16 + hex(s.p[i]);
	}
	*rgb = v;
	*c16 = nearest16(v);
	return ERR_OK;
}

err_t
theme_attrs(struct str s, uint8_t *attrs)
{
	static const struct {
		const char *name;
		uint8_t bit;
	} words[] = {{"none", 0}, {"bold", ATTR_BOLD}, {"dim", ATTR_DIM},
	    {"underline", ATTR_UNDERLINE}, {"reverse", ATTR_REVERSE},
	    {"italic", ATTR_ITALIC}};
	uint8_t all = 0;

	while (s.n > 0) {
		const char *comma = memchr(s.p, ',', s.n);
		struct str word = s;
		size_t i;

		if (comma != NULL)
			word.n = (size_t)(comma - s.p);
		s = str_from(s, word.n + 1);
		word = str_trim(word);
		for (i = 0; i < sizeof words / sizeof *words; i++)
			if (str_eq(word, str_of(words[i].name)))
				break;
		if (i == sizeof words / sizeof *words)
			return ERR_PARSE;
		all |= words[i].bit;
	}
	*attrs = all;
	return ERR_OK;
}

static double
luminance(int32_t rgb)
{
	static const double weight[3] = {0.2126, 0.7152, 0.0722};
	double sum = 0;

	for (int i = 0; i < 3; i++) {
		double c = (rgb >> (16 - 8 * i) & 255) / 255.0;

		c = c <= 0.04045 ? c / 12.92 : pow((c + 0.055) / 1.055, 2.4);
		sum += weight[i] * c;
	}
	return sum;
}

int
theme_contrast(int32_t fg, int32_t bg)
{
	double a = luminance(fg), b = luminance(bg);

	if (a < b) {
		double t = a;

		a = b;
		b = t;
	}
	return (int)((a + 0.05) / (b + 0.05) * 100);
}
