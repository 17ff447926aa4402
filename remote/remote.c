/* remote.c - placeholder so that the archive exists. */
typedef int remote_nothing;
