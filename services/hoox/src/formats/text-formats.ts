import { AlertRefused } from "./refused.ts";

/** How the one-line languages of other systems look, by what only they write. The first that fits names the text. */
const LANGUAGES: readonly { name: string; looks: RegExp }[] = [
  {
    name: "PineConnector's comma-separated text",
    looks: /^\s*[\w-]+\s*,\s*(?:buy|sell|close|eaoff|eaon|cancel|newsltp)[a-z]*\s*(?:,|$)/i,
  },
  { name: "OctoBot's KEY=VALUE text", looks: /(?:^|[;\n])\s*(?:EXCHANGE|SYMBOL|SIGNAL)\s*=\s*[^;\n]+(?:[;\n]|$)/ },
  { name: "Autoview's one-letter text", looks: /(?:^|\s)[esbqc]=\S+\s+(?:[a-z]{1,4}=\S+\s*)+/ },
  {
    name: "a channel signal such as Cornix reads",
    looks: /^\s*#?[A-Z0-9]{2,}\/[A-Z]{3,}\b[^{]*\b(?:entry|targets?|stop|leverage)\b/i,
  },
  { name: "a Python literal, with single quotes,", looks: /^\s*\[?\s*\{?\s*'/ },
  { name: "key=value text", looks: /^\s*[A-Za-z_]+\s*=\s*\S/ },
  { name: "comma-separated text", looks: /^\s*[\w.-]+\s*,\s*[\w.-]+\s*,/ },
];

const JSON_FORM =
  '{"apiKey":"…","symbol":"{{ticker}}","action":"{{strategy.order.action}}","quantity":"{{strategy.order.contracts}}","time":"{{timenow}}"}';

/** Throws when the text is written in a language that is not JSON but known, with the JSON to write instead. */
export function refuseTextFormats(text: string): void {
  const language = LANGUAGES.find(({ looks }) => looks.test(text.slice(0, 2_000)));
  if (language === undefined) return;
  throw new AlertRefused(
    "text_format",
    "body",
    `the body is ${language.name} and not JSON`,
    `Hoox reads one JSON object: ${JSON_FORM}; npx hoox alert template prints one to paste`,
  );
}
