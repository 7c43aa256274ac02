import { styleText } from "node:util";

export interface Paint {
  bold(text: string): string;
  dim(text: string): string;
  good(text: string): string;
  bad(text: string): string;
  odd(text: string): string;
  name(text: string): string;
}

/** Colour by meaning; without colour every text stays as it is. */
export function paintWith(enabled: boolean): Paint {
  const with_ =
    (format: Parameters<typeof styleText>[0]) =>
    (text: string): string =>
      enabled ? styleText(format, text, { validateStream: false }) : text;
  return {
    bold: with_("bold"),
    dim: with_("dim"),
    good: with_("green"),
    bad: with_("red"),
    odd: with_("yellow"),
    name: with_("cyan"),
  };
}

export const plain = paintWith(false);
