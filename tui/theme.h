/*
 * theme.h - how roles look: foreground, background, attributes, for 24-bit,
 * 256, 16 colours and none. Files are themes/NAME.yaml; app/ reads them.
 */
#ifndef TUI_THEME_H
#define TUI_THEME_H

#include "tui/grid.h"

enum {
	ATTR_BOLD = 1,
	ATTR_DIM = 2,
	ATTR_UNDERLINE = 4,
	ATTR_REVERSE = 8,
	ATTR_ITALIC = 16,
};
enum { COLOR_DEFAULT = -1 };

struct style {
	int32_t fg, bg;		   /* 0xRRGGBB or COLOR_DEFAULT */
	int16_t fg16, bg16;	   /* 0..15 or -1 */
	uint8_t attrs, mono_attrs; /* mono_attrs: without colours */
};

struct theme {
	char name[32], title[64];
	bool light, mono;
	struct style roles[ROLE_N];
};

/* The built-in one, used when no file can be read. */
extern const struct theme theme_default;

/* "warn" -> ROLE_WARN; -1 unknown. */
int theme_role_of(struct str name);
const char *theme_role_name(enum role r);
/* "#rrggbb", "default", or an ANSI name ("red", "brightred"); fills rgb and
 * its 16-colour neighbour. ERR_PARSE. */
err_t theme_color(struct str s, int32_t *rgb, int16_t *c16) NODISCARD;
/* "bold,underline"; ERR_PARSE. */
err_t theme_attrs(struct str s, uint8_t *attrs) NODISCARD;
/* WCAG contrast ratio * 100 of two colours (1500 for 15:1). */
int theme_contrast(int32_t fg, int32_t bg);

#endif
