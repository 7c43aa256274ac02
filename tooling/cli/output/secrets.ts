import type { Worker } from "#contracts/ids";
import type { Judged, Presence } from "../../secrets/judge.ts";
import type { Look } from "../../secrets/look.ts";
import type { Place } from "../../secrets/place.ts";
import { CliError } from "../errors.ts";
import type { Paint } from "./paint.ts";
import type { Column } from "./table.ts";

/** What `secrets check` answers. */
export interface Report {
  target: string;
  result: "ok" | "wrong" | "unknown";
  asked: Look["asked"];
  secrets: Judged[];
  problems: string[];
  /** What to do about it, one sentence each. */
  next: string[];
}

type Row = { name: string; shared: boolean; rotating: boolean; compared: boolean } & Judged["workers"][number];

/** Throws when nothing at all could be looked at. */
export function reportOn(look: Look, of: { place: Place; only: Worker | undefined }): Report {
  const { place, only } = of;
  const secrets = look.secrets
    .map((each) => ({ ...each, workers: each.workers.filter(({ worker }) => only === undefined || worker === only) }))
    .filter(({ workers }) => workers.length > 0);
  const statuses = secrets.flatMap(({ workers }) => workers.map(({ status }) => status));
  if (statuses.every((status) => status === "unknown")) throw nothingKnown(look);
  const wrong = statuses.some((status) => status === "missing" || status === "differs");
  const result = wrong ? "wrong" : statuses.includes("unknown") ? "unknown" : "ok";
  return {
    target: place.name,
    result,
    asked: look.asked,
    secrets,
    problems: look.problems,
    next: nextSteps(secrets, place),
  };
}

function nothingKnown({ problems }: Look): CliError {
  return new CliError(3, `nothing could be looked at: ${problems.join("; ")}`, {
    hint: "set CLOUDFLARE_API_TOKEN, or run: npx wrangler login; for the mesh: npx hoox help mesh",
  });
}

function nextSteps(secrets: readonly Judged[], { local, flag }: Place): string[] {
  const having = (status: Presence): Judged[] =>
    secrets.filter(({ workers }) => workers.some((each) => each.status === status));
  const differing = having("differs");
  return [
    ...having("missing").map(({ name, shared }) =>
      shared && !local
        ? `${name} is missing somewhere; give all the same: npx hoox secrets set ${name}${flag}`
        : `${name} is missing: npx hoox secrets set ${name}${flag}`,
    ),
    ...(local && differing.length > 0
      ? ["the mesh was started with other secrets than .dev.vars has now: restart npm start"]
      : differing.map(({ name }) => `${name} differs; give all the same: npx hoox secrets set ${name}${flag}`)),
    ...secrets
      .filter(({ rotating }) => rotating && !local)
      .map(
        ({ name }) => `${name} is being rotated, two values are valid; end it: npx hoox secrets rotate ${name}${flag}`,
      ),
  ];
}

const WORDS: Readonly<Record<Presence, string>> = {
  present: "present",
  missing: "MISSING",
  differs: "DIFFERS",
  optional: "optional",
  unknown: "unknown",
};

/** One line per secret that is the same everywhere, one per Worker where it is not. */
export function reportText(
  report: Report,
  { paint, table }: { paint: Paint; table: (columns: readonly Column<Row>[], rows: readonly Row[]) => string },
): string {
  const rows = report.secrets.flatMap(({ workers, ...secret }) => workers.map((each) => ({ ...secret, ...each })));
  const status = ({ status: of }: Row): string =>
    of === "present" ? paint.good(WORDS[of]) : of === "optional" ? paint.odd(WORDS[of]) : paint.bad(WORDS[of]);
  const matrix = table(
    [
      { title: "secret", value: ({ name }) => name },
      { title: "worker", value: ({ worker }) => worker },
      { title: "status", value: status },
      { title: "", value: remark, shrinkTo: 30, below: true },
    ],
    rows,
  );
  return [matrix, "", `Audit result: ${resultText(report, paint)}`].join("\n");
}

function remark({ status, detail, shared, rotating, compared }: Row): string {
  if (detail !== undefined) return detail;
  if (status !== "present" || !shared) return "";
  if (rotating) return "being rotated, accepted everywhere";
  return compared ? "same everywhere" : "not compared";
}

function resultText({ result, asked }: Report, paint: Paint): string {
  const by = asked.mesh ? "" : ", by their names alone: no values were compared";
  if (result === "ok") return paint.good(`SECURE${by}`);
  return result === "wrong" ? paint.bad("NOT SECURE") : paint.bad("UNKNOWN: not every Worker could be asked");
}
