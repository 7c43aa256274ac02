import { styleText } from "node:util";

export interface Paint {
  /** Whether there is colour at all; what must be told without it is told by characters. */
  enabled: boolean;
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  odd(text: string): string;
  name(text: string): string;
  /** A Worker's own colour: of the sixteen that every terminal has, readable on light and dark. */
  worker(name: string): (text: string) => string;
}

const WORKERS: Readonly<Record<string, Parameters<typeof styleText>[0]>> = {
  hoox: "cyan",
  "ledger-worker": "magenta",
  "trade-worker": "blueBright",
  "d1-worker": "green",
  "telegram-worker": "magentaBright",
};

/** Colour by meaning; without colour every text stays as it is. No yellow and no white: nobody can read them on light. */
export function paintWith(enabled: boolean): Paint {
  const with_ =
    (format: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      enabled ? styleText(format, text, { validateStream: false }) : text;
  return {
    enabled,
    bold: with_("bold"),
    dim: with_("dim"),
    good: with_("green"),
    bad: with_("red"),
    odd: with_("magenta"),
    name: with_("cyan"),
    worker: (name) => with_(WORKERS[name] ?? "cyan"),
  };
}

export const plain = paintWith(false);
