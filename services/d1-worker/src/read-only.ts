import { HttpError } from "#runtime/http-error";

/** D1 runs every statement of a text that it is given, and has no read-only mode. */
const WRITING = new Set(
  (
    "INSERT UPDATE DELETE REPLACE CREATE DROP ALTER ATTACH DETACH PRAGMA VACUUM REINDEX ANALYZE " +
    "BEGIN COMMIT ROLLBACK SAVEPOINT RELEASE"
  ).split(" "),
);

interface Token {
  /** `word`: a bare word, in capitals. `quoted`: a string or quoted identifier. */
  kind: "word" | "quoted" | "mark";
  text: string;
}

/** One reading statement, fit to be run. */
export interface ReadingStatement {
  sql: string;
  /** EXPLAIN cannot stand in a subquery; anything else can, and must, because nothing that writes does. */
  explain: boolean;
}

/**
 * Refuses anything but one statement that reads. Strings, quoted identifiers and comments are skipped as
 * SQLite skips them, so that a semicolon or a keyword inside them means nothing. Throws HttpError 400.
 */
export function readingStatement(text: string): ReadingStatement {
  // SQLite would stop reading at a NUL, and so see another text than this function.
  if (text.includes("\0")) throw refusal("not_read_only", "this text holds a NUL character");
  const { statements, end } = split(text);
  const [tokens, ...others] = statements;
  if (!tokens) throw refusal("not_read_only", "there is no statement in this text");
  if (others.length > 0)
    throw refusal("several_statements", `this text holds ${statements.length} statements; send one`);
  const first = tokens[0]?.text ?? "";
  if (!["SELECT", "WITH", "EXPLAIN"].includes(first)) throw notReading(first);
  const writing = tokens.find((token, index) => isWriting(token, tokens[index + 1]));
  if (writing) throw notReading(writing.text);
  if (first === "WITH" && mainKeyword(tokens) !== "SELECT") throw notReading(mainKeyword(tokens) ?? "WITH");
  return { sql: text.slice(0, end), explain: first === "EXPLAIN" };
}

/** `replace(…)` is a function as well as a statement; the statement is followed by INTO, never by a parenthesis. */
function isWriting(token: Token, next: Token | undefined): boolean {
  if (token.kind !== "word" || !WRITING.has(token.text)) return false;
  return !(token.text === "REPLACE" && next?.text === "(");
}

/** The first keyword outside the parentheses of the common table expressions that can begin a statement. */
function mainKeyword(tokens: readonly Token[]): string | undefined {
  let depth = 0;
  for (const { kind, text } of tokens) {
    if (text === "(" && kind === "mark") depth += 1;
    else if (text === ")" && kind === "mark") depth -= 1;
    else if (depth === 0 && kind === "word" && (text === "SELECT" || text === "VALUES" || WRITING.has(text)))
      return text;
  }
  return undefined;
}

/** The tokens of each statement, and where the last one ends (before its semicolon). */
function split(text: string): { statements: Token[][]; end: number } {
  const statements: Token[][] = [];
  let current: Token[] = [];
  let end = 0;
  for (let at = 0; at < text.length;) {
    const length = blankAt(text, at);
    if (length > 0) {
      at += length;
      continue;
    }
    if (text[at] === ";") {
      if (current.length > 0) statements.push(current);
      current = [];
      at += 1;
      continue;
    }
    const token = tokenAt(text, at);
    current.push(token.kind === "word" ? { ...token, text: token.text.toUpperCase() } : token);
    at += token.text.length;
    end = at;
  }
  if (current.length > 0) statements.push(current);
  return { statements, end };
}

/** Length of the white space or comment at this place. */
function blankAt(text: string, at: number): number {
  const rest = text.slice(at, at + 2);
  if (/^[ \t\n\f\r]/.test(rest)) return 1;
  if (rest === "--") return (text.indexOf("\n", at) + 1 || text.length) - at;
  if (rest !== "/*") return 0;
  const close = text.indexOf("*/", at + 2);
  if (close < 0) throw refusal("not_read_only", "a comment in this text does not end");
  return close + 2 - at;
}

const CLOSING: Readonly<Record<string, string>> = { "'": "'", '"': '"', "`": "`", "[": "]" };

function tokenAt(text: string, at: number): Token {
  const first = text.charAt(at);
  const closing = CLOSING[first];
  if (closing !== undefined) return { kind: "quoted", text: quotedAt(text, at, closing) };
  const word = /[A-Za-z0-9_$\u0080-\u{10FFFF}]+/uy;
  word.lastIndex = at;
  const match = word.exec(text);
  return match ? { kind: "word", text: match[0] } : { kind: "mark", text: first };
}

/** A doubled closing quote stands for itself, except in `[…]`, which knows none. */
function quotedAt(text: string, at: number, closing: string): string {
  let end = at;
  do {
    end = text.indexOf(closing, end + 1);
    if (end < 0) throw refusal("not_read_only", `a ${text.charAt(at)} in this text is not closed`);
    if (closing !== "]" && text.charAt(end + 1) === closing) end += 1;
    else break;
  } while (end < text.length);
  return text.slice(at, end + 1);
}

function notReading(keyword: string): HttpError {
  return refusal(
    "not_read_only",
    `only a statement that reads is run here, not ${keyword.slice(0, 40)} (quote it if it is a name)`,
  );
}

function refusal(code: "not_read_only" | "several_statements", message: string): HttpError {
  return new HttpError(400, code, message, { hint: "send one SELECT, WITH … SELECT or EXPLAIN" });
}
