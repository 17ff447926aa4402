/* main.c - the program's entry. */
#include <stdio.h>

int
main(void)
{
	(void)puts("mtadeck");
	return 0;
}
