import type * as z from "zod";
import type { LetterEvent } from "#contracts/letter-view";
import type { PlannedLetter } from "#contracts/replay";
import type { deadLetterReply } from "#contracts/routes/dead-letters";
import type { View } from "../base.ts";
import { verdictText, verdictWords } from "../letters/verdicts.ts";
import type { Story } from "../trace.ts";
import { causeText, letterStatusText } from "./letters.ts";
import { logRowText } from "./log-line.ts";
import { outcomeText } from "./orders.ts";
import { when } from "./time.ts";
import { wrap } from "./wrap.ts";

export interface LetterStory {
  reply: z.infer<typeof deadLetterReply>;
  /** Of an open letter: what a replay would come to. */
  planned: PlannedLetter | undefined;
  /** Of its request; undefined when nobody knows it. */
  story: Story | undefined;
}

const LABEL = 9;

/** A letter in full: why it died, what was done about it, what became of its request, and its body. */
export function letterText({ reply, planned, story }: LetterStory, view: View): string {
  const { deadLetter: letter, body, history, story: said = [] } = reply;
  const { paint } = view;
  const lines: [string, string | null | undefined][] = [
    ["status", letterStatusText(letter.status, paint)],
    ["died of", `${paint.bad(letter.class)}, ${letter.error}, cause ${letter.fingerprint}`],
    ["reason", letter.reason],
    ["where", `${letter.queue}, ${letter.type ?? "unreadable"}; by ${letter.parked_by} ${letter.worker_version}`],
    ["when", `first seen ${when(letter.first_seen_at, view)}, parked ${when(letter.parked_at, view)}`],
    ["tries", `${letter.attempts} in ${letter.generation + 1} ${letter.generation === 0 ? "life" : "lives"}`],
    ["lane", letter.lane],
    ["strategy", letter.strategy],
    ["request", `${letter.request_id}${becameText(story, view)}`],
    ["verdict", planned && `${verdictText(planned.verdict, paint)}: ${planned.reason}`],
    ["to do", todoText(letter.status, planned)],
  ];
  const facts = lines.flatMap(([label, value]) =>
    value ? [labelled(paint.dim(label.padEnd(LABEL)), value, view)] : [],
  );
  return [
    `${paint.bold(letter.id)}\n${facts.join("\n")}`,
    history.length > 0 && `${paint.dim("history")}\n${history.map((each) => eventText(each, view)).join("\n")}`,
    said.length > 0 &&
      `${paint.dim("what the logs know")}\n${said.map((row) => logRowText(row, { ...view, requestId: false })).join("\n")}`,
    `${paint.dim("body")}\n${JSON.stringify(body, undefined, 2)}`,
  ]
    .filter((part) => part !== false)
    .join("\n\n");
}

function labelled(label: string, value: string, { columns }: View): string {
  const indent = " ".repeat(LABEL + 2);
  return `${label}  ${wrap(value, columns - indent.length).replaceAll("\n", `\n${indent}`)}`;
}

function becameText(story: Story | undefined, { paint }: View): string {
  if (story?.outcome === undefined) return story?.ended === false ? ": its signal has not ended" : "";
  return `: its signal ended as ${outcomeText(story.outcome, paint)}${story.reason === undefined ? "" : `, ${story.reason}`}`;
}

function todoText(status: string, planned: PlannedLetter | undefined): string | undefined {
  if (status === "replayed") return "nothing yet: it was sent again, and has neither succeeded nor died again";
  if (status === "resolved" || status === "discarded") return "nothing";
  if (planned === undefined) return undefined;
  if (planned.verdict === "SAFE") return `npx hoox dlq replay ${planned.id}`;
  return planned.hint ?? verdictWords[planned.verdict].todo;
}

/** `3 min ago  parked in its 2nd life after 9 tries in 40 s, by d1-worker v7: TypeError: …` */
function eventText(event: LetterEvent, view: View): string {
  const indent = " ".repeat(LABEL + 4);
  const text = `${whatText(event, view)}`;
  const at = when(event.at, view).padEnd(LABEL + 1);
  return `  ${at}  ${wrap(text, view.columns - indent.length - 1).replaceAll("\n", `\n ${indent}`)}`;
}

function whatText(event: LetterEvent, { paint }: View): string {
  if (event.what === "resolved") return `${paint.good("resolved")}: ${event.reason}`;
  if (event.what === "discarded") return `discarded by ${event.by}: ${event.reason}`;
  if (event.what === "replayed") return `${paint.odd("replayed")} by ${event.by}: ${event.reason} (${event.replayId})`;
  if (event.what === "released") {
    const { verdict } = event;
    const what = verdict === undefined ? "open again" : `not executed, ${verdictText(verdict, paint)}`;
    return `${what}: ${event.reason} (${event.replayId})`;
  }
  const { attempts, generation, by, version, error, reason } = event;
  const where = by === undefined ? "" : ` by ${[by, version].filter(Boolean).join(" ")}`;
  const life = generation === 0 ? "" : ` again, life ${generation + 1},`;
  return `${paint.bad("parked")}${life} after ${attempts} ${attempts === 1 ? "try" : "tries"}${where}: ${reason === undefined ? error : causeText({ error, reason })}`;
}
