import { opsRoutes } from "#contracts/routes/ops";
import { health as healthReport } from "#contracts/health";
import type { Worker } from "#contracts/ids";
import type * as z from "zod";
import { CliError } from "../../cli/errors.ts";
import { checkHealth } from "../../cli/health.ts";
import { parseJson, type MeshClient } from "../../cli/mesh-client.ts";
import type { Account } from "../../cloudflare/index.ts";
import { planRollback } from "../rollback.ts";
import type { Around, StepKind, StepOf } from "../step.ts";
import { deployedFrom } from "./worker.ts";

type Health = z.infer<typeof healthReport>;
type Asking = Pick<Around, "context" | "account" | "mesh">;

/** A new version answers everywhere within seconds, a new address within a minute. */
const TRIES = 30;
const EVERY_MS = 2_000;
/** A mesh that hangs is given up on earlier: each question alone may take half a minute. */
const LONGEST_MS = 120_000;

export const health: StepKind<StepOf<"health">> = {
  words: ({ worker, why }) => ({ what: `health of ${worker}`, why }),
  async run({ worker, from }, around) {
    return awaitHealthy(around, worker, await taking(around.account, worker, from));
  },
};

/** Waits until this version says that it is well. Answers why that is not known; throws with 1 when it is not well. */
export async function awaitHealthy(around: Asking, worker: Worker, version: string): Promise<string | undefined> {
  if (worker === "hoox") return gatewayAnswers(around, version);
  for (const asking of ["ops-worker", "hoox"] as const) {
    if ((await around.account.workers.deployment(asking)) === undefined) {
      return `not asked: ${asking} is not deployed yet`;
    }
  }
  return othersAnswer(around, worker, version);
}

export const mesh: StepKind<StepOf<"mesh">> = {
  words: () => ({ what: "health of the whole mesh", why: "whether all is well" }),
  async run(_, around) {
    const client = await around.mesh();
    if (client.target.operatorKey === undefined) {
      await gatewayAnswers(around, await taking(around.account, "hoox", undefined));
      return "only the gateway was asked: its operator key is not known here, set HOOX_OPERATOR_KEY";
    }
    const said = await asked(around, async () => {
      if ((await gatewayReport(client)) === undefined) return `hoox: ${SILENT}`;
      const ill = (await checkHealth(client)).filter(({ status }) => status !== "healthy");
      return ill.map((each) => `${each.worker}: ${each.error ?? each.status}`).join("; ");
    });
    if (said === "") return undefined;
    throw new CliError(1, `everything is deployed, and the mesh is not well: ${said}`, {
      hint: "what the Workers say: npx hoox logs query --level error --since 1h; whether their keys are the same: npx hoox secrets check --remote",
    });
  },
};

/** The id of the version that takes all requests; throws unless there is one, and it was made from this. */
async function taking(account: Account, worker: Worker, from: string | undefined): Promise<string> {
  const versions = (await account.workers.deployment(worker))?.versions;
  const isIt = from === undefined || (await deployedFrom(account, worker)) === from;
  if (isIt && versions?.length === 1 && versions[0]) return versions[0].id;
  const what = from === undefined ? "one version" : "the new version";
  throw new CliError(3, `the account does not say that ${what} of ${worker} takes the requests`, {
    hint: `somebody may have deployed meanwhile; see: npx hoox deploy history ${worker}`,
  });
}

async function gatewayAnswers(around: Asking, version: string): Promise<string | undefined> {
  const client = await around.mesh();
  return judged(around, { worker: "hoox", version, report: () => gatewayReport(client) });
}

async function gatewayReport(client: MeshClient): Promise<Health | undefined> {
  const parsed = parseJson(healthReport, (await client.send({ method: "GET", path: "/health" })).body);
  return parsed.success ? parsed.data : undefined;
}

async function othersAnswer(around: Asking, worker: Worker, version: string): Promise<string | undefined> {
  const client = await around.mesh();
  const report = async (): Promise<Health> => {
    const own = (await client.call(opsRoutes.health)).workers.find((each) => each.worker === worker);
    // An ops-worker of before this Worker, which comes behind it: no illness, or nothing new could ever be deployed.
    if (own === undefined) throw new CliError(3, "ops-worker does not know it yet");
    return own;
  };
  try {
    return await judged(around, { worker, version, report });
  } catch (error) {
    // That the gateway or ops-worker cannot be asked is no illness of this Worker; the whole mesh is asked at the end.
    if (error instanceof CliError && error.exitCode !== 1) return `not asked: ${error.message}`;
    throw error;
  }
}

async function judged(
  around: Asking,
  of: { worker: Worker; version: string; report: () => Promise<Health | undefined> },
): Promise<string | undefined> {
  let last: Health | undefined;
  const said = await asked(around, async () => {
    last = await of.report();
    if (last === undefined) return SILENT;
    const ill = last.dependencies.filter(({ status }) => status !== "ok");
    const words = ill.map((each) => `${each.name}: ${each.detail ?? each.status.replace("_", " ")}`).join("; ");
    if (last.status !== "ok" || ill.length > 0) return words || "it says that it fails";
    return last.version === of.version ? "" : OLD;
  });
  if (said === "") return undefined;
  if (said === OLD) return `well, yet version ${last?.version} answers still`;
  const back = await planRollback(around.account, of.worker, undefined).catch(() => undefined);
  const way = back === undefined ? "" : `go back: npx hoox deploy rollback ${of.worker}; `;
  throw new CliError(1, `${of.worker} is deployed and not well: ${said}`, {
    hint: `${way}what it says: npx hoox logs query --worker ${of.worker} --since 10m`,
  });
}

const SILENT = "it does not answer with its health";
const OLD = "the version before still answers";

/** Asks until the answer is empty, which means well; the last answer, or error, when it never is. */
async function asked({ context }: Asking, ask: () => Promise<string>): Promise<string> {
  const deadline = context.now().getTime() + LONGEST_MS;
  for (let tried = 1; ; tried += 1) {
    const isOver = (): boolean => tried === TRIES || context.now().getTime() > deadline;
    try {
      const said = await ask();
      if (said === "" || isOver()) return said;
    } catch (error) {
      if (!(error instanceof CliError) || !error.passing || isOver()) throw error;
    }
    await context.sleep(EVERY_MS);
  }
}
