/* tui.c - placeholder so that the archive exists. */
typedef int tui_nothing;
