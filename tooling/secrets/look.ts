import { workers, type Worker } from "#contracts/ids";
import { opsRoutes } from "#contracts/routes/ops";
import { isSecretName, proofsOfAll, valuesOf } from "#contracts/secret-proof";
import { readDevVars, type DevVars } from "../cli/dev-vars.ts";
import type { HooxContext } from "../cli/context.ts";
import { CliError } from "../cli/errors.ts";
import { credential, declaredSecrets, isCredential, withOtherHalves, type Declared } from "./declared.ts";
import { judge, type Judged, type Seen } from "./judge.ts";
import type { Place } from "./place.ts";

/** Proofs by Worker and name, all over one nonce. */
export interface Proofs {
  nonce: string;
  of: ReadonlyMap<Worker, ReadonlyMap<string, readonly string[]>>;
  /** Why some could not be asked. */
  problems: string[];
}

export interface Look {
  secrets: Judged[];
  asked: { account: boolean; mesh: boolean };
  problems: string[];
}

/** What each Worker has of each secret: by name from the account or `.dev.vars`, by proof from the mesh. */
export async function look(context: HooxContext, place: Place): Promise<Look> {
  const problems = [...place.problems];
  const vars = place.local ? await readDevVars(context.root) : {};
  const names = place.local ? namesIn(vars) : await namesInAccount(place, problems);
  const found = [...(names?.values() ?? [])].flatMap((each) => [...(each ?? [])]);
  const secrets = [...(await declaredSecrets()), ...withOtherHalves(found.filter(isCredential)).map(credential)];
  const proofs = await askProofs(
    place,
    secrets.map(({ name }) => name),
  ).catch((error: unknown) => {
    if (!(error instanceof CliError)) throw error;
    problems.push(`no values were compared: ${error.message}`);
    return undefined;
  });
  const judged = await Promise.all(
    secrets.map(async (secret) =>
      judge(
        secret,
        seenOf(secret, names, proofs),
        proofs && (await known(secret.name, { context, place, vars, proofs })),
      ),
    ),
  );
  problems.push(...(proofs?.problems ?? []));
  return {
    secrets: judged,
    asked: { account: !place.local && names !== undefined, mesh: proofs !== undefined },
    problems,
  };
}

/** Throws a CliError when nobody answers. */
export async function askProofs(place: Pick<Place, "mesh">, names: readonly string[]): Promise<Proofs> {
  if (place.mesh === undefined) throw new CliError(3, "nobody knows where the mesh is", { hint: "npx hoox help mesh" });
  const reply = await place.mesh.call(opsRoutes.secrets, { query: { names: names.join(",") } });
  const answered = new Map(
    reply.workers.flatMap(({ worker, secrets }): [Worker, Map<string, string[]>][] =>
      secrets ? [[worker, new Map(secrets.map(({ name, proofs }) => [name, proofs]))]] : [],
    ),
  );
  const silent = workers.filter((worker) => !answered.has(worker));
  const problemOf = (worker: Worker): string =>
    reply.workers.find((each) => each.worker === worker)?.problem ??
    `${worker} is of a version that cannot prove its secrets; run: npx hoox deploy ${worker}`;
  return { nonce: reply.nonce, of: answered, problems: silent.map(problemOf) };
}

type Names = ReadonlyMap<Worker, ReadonlySet<string> | undefined>;

/** All Workers of the local mesh get the one file. */
function namesIn(vars: DevVars): Names {
  const names = new Set(Object.keys(vars).filter((name) => isSecretName(name) && vars[name] !== ""));
  return new Map(workers.map((worker) => [worker, names]));
}

async function namesInAccount({ account }: Place, problems: string[]): Promise<Names | undefined> {
  if (account === undefined) return undefined;
  const lists = await Promise.all(
    workers.map(async (worker): Promise<[Worker, Set<string> | undefined]> => {
      const names = await account.secrets.names(worker);
      if (names === undefined) problems.push(`${worker} is not deployed; run: npx hoox deploy all`);
      return [worker, new Set(names)];
    }),
  ).catch((error: unknown) => {
    if (!(error instanceof CliError)) throw error;
    problems.push(`the account was not asked: ${error.message}`);
    return undefined;
  });
  return lists && new Map(lists);
}

function seenOf(secret: Declared, names: Names | undefined, proofs: Proofs | undefined): Seen[] {
  return secret.workers.map((worker) => ({
    worker,
    named: names?.get(worker)?.has(secret.name),
    proofs: proofs?.of.get(worker)?.get(secret.name),
  }));
}

/** Locally the file is the truth; elsewhere this terminal knows the operator key alone. */
async function known(
  name: string,
  of: { context: HooxContext; place: Place; vars: DevVars; proofs: Proofs },
): Promise<string[] | undefined> {
  const value = of.place.local
    ? of.vars[name]
    : name === "OPERATOR_KEY_BINDING"
      ? of.place.mesh?.target.operatorKey
      : "";
  const values = valuesOf(value ?? "");
  if (values.length === 0) return undefined;
  return proofsOfAll(values, { name, nonce: of.proofs.nonce });
}
