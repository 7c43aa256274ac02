import type { CompletionTable } from "./table.ts";
import type { shells } from "./values.ts";

type Shell = (typeof shells)[number];

/** How the script is made to work; also what its first lines say. */
export const installs: Readonly<Record<Shell, string>> = {
  bash: "npx hoox completion bash >> ~/.bash_completion",
  zsh: "npx hoox completion zsh > ~/.zfunc/_hoox   (with fpath+=~/.zfunc before compinit in ~/.zshrc)",
  fish: "npx hoox completion fish > ~/.config/fish/completions/hoox.fish",
};

export function completionScript(shell: Shell, table: CompletionTable): string {
  return SCRIPTS[shell](table);
}

/** A function that prints what the table has at `$1`, and fails where it has nothing. */
function posixLookup(name: string, table: ReadonlyMap<string, readonly string[]>): string {
  const cases = [...table].map(([at, words]) => `    '${at}') echo '${words.join(" ")}' ;;`);
  return `${name}() {\n  case "$1" in\n${cases.join("\n")}\n    *) return 1 ;;\n  esac\n}`;
}

function posixLookups({ words, flags, values }: CompletionTable): string {
  return [
    posixLookup("_hoox_words", words),
    posixLookup("_hoox_flags", flags),
    posixLookup("_hoox_values", values),
  ].join("\n");
}

const SCRIPTS: Readonly<Record<Shell, (table: CompletionTable) => string>> = {
  bash: (table) => `# bash completion for hoox, also behind npx. Made by: ${installs.bash}
${posixLookups(table)}
_hoox_from() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" at='' flag='' word offered i
  for ((i = $1; i < COMP_CWORD; i++)); do
    word="\${COMP_WORDS[i]}"
    if [[ -n $flag ]]; then
      [[ $word == = ]] || flag=''
    elif [[ $word == -* ]]; then
      if _hoox_values "$at $word" > /dev/null; then flag="$word"; fi
    elif _hoox_words "\${at:+$at }$word" > /dev/null; then
      at="\${at:+$at }$word"
    fi
  done
  [[ $cur == = ]] && cur=''
  if [[ -n $flag ]]; then
    offered="$(_hoox_values "$at $flag")"
    [[ -n $offered ]] || compopt -o default 2> /dev/null
  elif [[ $cur == -* ]]; then
    offered="$(_hoox_flags "$at")"
  else
    offered="$(_hoox_words "$at")"
  fi
  COMPREPLY=($(compgen -W "$offered" -- "$cur"))
}
_hoox() { _hoox_from 1; }
_hoox_npx() { if [[ \${COMP_WORDS[1]} == hoox && COMP_CWORD -gt 1 ]]; then _hoox_from 2; fi; }
complete -F _hoox hoox
complete -p npx > /dev/null 2>&1 || complete -o default -F _hoox_npx npx`,

  zsh: (table) => `#compdef hoox
# zsh completion for hoox. Made by: ${installs.zsh}
${posixLookups(table)}
_hoox() {
  local cur="$words[CURRENT]" at='' flag='' word offered i
  for ((i = 2; i < CURRENT; i++)); do
    word="$words[i]"
    if [[ -n $flag ]]; then
      flag=''
    elif [[ $word == -* ]]; then
      if _hoox_values "$at $word" > /dev/null; then flag="$word"; fi
    elif _hoox_words "\${at:+$at }$word" > /dev/null; then
      at="\${at:+$at }$word"
    fi
  done
  if [[ -z $flag && $cur == --*=* ]]; then
    flag="\${cur%%=*}"
    compset -P '*='
  fi
  if [[ -n $flag ]]; then
    offered="$(_hoox_values "$at $flag")"
    [[ -n $offered ]] || { _files; return; }
  elif [[ $cur == -* ]]; then
    offered="$(_hoox_flags "$at")"
  else
    offered="$(_hoox_words "$at")"
  fi
  compadd -- \${(s: :)offered}
}
if [[ $funcstack[1] == _hoox ]]; then _hoox "$@"; else compdef _hoox hoox; fi`,

  fish: (table) => `# fish completion for hoox. Made by: ${installs.fish}
${fishLookup("__hoox_words", table.words)}
${fishLookup("__hoox_flags", table.flags)}
${fishLookup("__hoox_values", table.values)}
function __hoox_offered
  set -l at ''
  set -l flag ''
  for word in (commandline -opc)[2..-1]
    if test -n "$flag"
      set flag ''
    else if string match -q -- '-*' $word
      if __hoox_values "$at $word" > /dev/null
        set flag $word
      end
    else if __hoox_words (string trim -- "$at $word") > /dev/null
      set at (string trim -- "$at $word")
    end
  end
  if test -n "$flag"
    __hoox_values "$at $flag"
  else if string match -q -- '-*' (commandline -ct)
    __hoox_flags "$at"
  else
    __hoox_words "$at"
  end | string split -n ' '
end
complete -c hoox -f -a '(__hoox_offered)'`,
};

function fishLookup(name: string, table: ReadonlyMap<string, readonly string[]>): string {
  const cases = [...table].map(([at, words]) => `    case '${at}'\n      echo '${words.join(" ")}'`);
  return `function ${name}\n  switch "$argv[1]"\n${cases.join("\n")}\n    case '*'\n      return 1\n  end\nend`;
}
