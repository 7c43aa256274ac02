import { visible } from "./table.ts";

/** Breaks a text between words so that no line is longer than `width`, the first than `first`, unless a word is. */
export function wrap(text: string, width: number, first = width): string {
  const lines: string[] = [""];
  for (const word of text.split(/\s+/)) {
    const line = lines.at(-1) ?? "";
    const room = lines.length === 1 ? first : width;
    if (line === "") lines[lines.length - 1] = word;
    else if (visible(line) + 1 + visible(word) <= room) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(word);
  }
  return lines.join("\n");
}
