/* app.c - placeholder so that the archive exists. */
typedef int app_nothing;
