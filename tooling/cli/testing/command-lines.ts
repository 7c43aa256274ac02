/** The arguments of an example line, as a shell would split it; undefined for a line of another program. */
export function argumentsOf(line: string): string[] | undefined {
  const start = /^(?:npx hoox|npm start(?: --)?)(?= |$)/.exec(line);
  if (start === null) return undefined;
  const words = [...line.slice(start[0].length).matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)];
  const plumbing = words.findIndex((match) => /^[<>|]/.test(match[3] ?? ""));
  const own = (plumbing === -1 ? words : words.slice(0, plumbing)).map(
    (match) => match[1] ?? match[2] ?? match[3] ?? "",
  );
  return start[0].startsWith("npm") ? ["start", ...own] : own;
}
