/* shells.c - see shells.h. bash(1), Programmable Completion; zshcompsys(1);
 * fish complete(1). */
#include "app/shells.h"

static const struct {
	const char *name, *script;
} shells[] = {
    {"bash", "# bash completion for mtadeck\n"
	     "_mtadeck() {\n"
	     "	# Words end at blanks, not where readline ends them: at : = "
	     "@.\n"
	     "	local line=${COMP_LINE:0:COMP_POINT} words typed found\n"
	     "	read -ra words <<<\"$line\"\n"
	     "	[[ $line == *[[:blank:]] ]] && words+=('')\n"
	     "	typed=${words[${#words[@]} - 1]}\n"
	     "	mapfile -t found < <(\"${1/#~\\//$HOME/}\" completion words -- "
	     "\\\n"
	     "	    \"${words[@]:1}\" 2>/dev/null)\n"
	     "	if [[ ${found[0]-} == :files ]]; then\n"
	     "		compopt -o filenames\n"
	     "		mapfile -t COMPREPLY < <(compgen -f -- \"$2\")\n"
	     "		return\n"
	     "	fi\n"
	     "	# It puts them in place of the last piece.\n"
	     "	COMPREPLY=(\"${found[@]#\"${typed%\"$2\"}\"}\")\n"
	     "}\n"
	     "complete -F _mtadeck mtadeck\n"},
    {"zsh", "#compdef mtadeck\n"
	    "_mtadeck() {\n"
	    "	local -a found\n"
	    "	found=(\"${(@f)$(\"$words[1]\" completion words -- \\\n"
	    "	    \"${(@)words[2,CURRENT]}\" 2>/dev/null)}\")\n"
	    "	if [[ $found[1] == :files ]]; then\n"
	    "		_files\n"
	    "	else\n"
	    "		compadd -- $found\n"
	    "	fi\n"
	    "}\n"
	    "if [ \"$funcstack[1]\" = _mtadeck ]; then\n"
	    "	_mtadeck \"$@\"\n"
	    "else\n"
	    "	compdef _mtadeck mtadeck\n"
	    "fi\n"},
    {"fish", "# fish completion for mtadeck\n"
	     "function __mtadeck_words\n"
	     "	set -l words (commandline -opc)\n"
	     "	set -l typed (commandline -ct)\n"
	     "	set -l found ($words[1] completion words -- $words[2..-1] "
	     "\"$typed\" 2>/dev/null)\n"
	     "	if test \"$found[1]\" = :files\n"
	     "		__fish_complete_path \"$typed\"\n"
	     "	else if test (count $found) -gt 0\n"
	     "		printf '%s\\n' $found\n"
	     "	end\n"
	     "end\n"
	     "complete -c mtadeck -f -a '(__mtadeck_words)'\n"},
};
enum { N_SHELLS = sizeof shells / sizeof *shells };

const char *
shell_name(size_t i)
{
	return i < N_SHELLS ? shells[i].name : NULL;
}

const char *
shell_script(struct str name)
{
	for (size_t i = 0; i < N_SHELLS; i++)
		if (str_eq(name, str_of(shells[i].name)))
			return shells[i].script;
	return NULL;
}
