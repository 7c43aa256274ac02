import type { Writable } from "node:stream";

const HIDE_CURSOR = "\u001B[?25l";
const SHOW_CURSOR = "\u001B[?25h";
const CLEAR_LINE_END = "\u001B[K";
const CLEAR_BELOW = "\u001B[J";

/** A few lines at the end of what the terminal shows, drawn again and again; what stands above them stays. */
export function drawnInPlace(stdout: Writable): { draw: (lines: readonly string[]) => void; clear: () => void } {
  let drawn = 0;
  const home = (): string => (drawn > 1 ? `\r\u001B[${drawn - 1}A` : "\r");
  return {
    draw(lines) {
      const text = lines.map((line) => `${line}${CLEAR_LINE_END}`).join("\r\n");
      stdout.write(`${HIDE_CURSOR}${home()}${text}${CLEAR_BELOW}`);
      drawn = lines.length;
    },
    clear() {
      if (drawn > 0) stdout.write(`${home()}${CLEAR_BELOW}${SHOW_CURSOR}`);
      drawn = 0;
    },
  };
}
