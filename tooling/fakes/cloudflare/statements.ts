const PIECES = /--[^\n]*|\/\*[^]*?\*\/|'(?:[^']|'')*'|"(?:[^"]|"")*"|`[^`]*`|\[[^\]]*\]|;|[A-Za-z_]\w*|[^]/g;

/** The statements of a script, as SQLite would read them one after the other; a trigger's body is not cut. */
export function statementsOf(sql: string): string[] {
  const found: string[] = [];
  let text = "";
  let words: string[] = [];
  let depth = 0;
  for (const [piece] of sql.matchAll(PIECES)) {
    if (piece === ";" && depth === 0) {
      if (words.length > 0) found.push(text.trim());
      [text, words] = ["", []];
      continue;
    }
    text += piece;
    if (!/^[A-Za-z_]/.test(piece)) continue;
    const word = piece.toUpperCase();
    words.push(word);
    const isTrigger = words[0] === "CREATE" && words.slice(1, 3).includes("TRIGGER");
    if (isTrigger && (word === "BEGIN" || word === "CASE")) depth += 1;
    if (isTrigger && word === "END") depth -= 1;
  }
  if (words.length > 0) found.push(text.trim());
  return found;
}
