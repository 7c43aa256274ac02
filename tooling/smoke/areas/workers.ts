import * as z from "zod";
import { area } from "../area.ts";
import { uploadWorker } from "../worker.ts";
import { refusalOf, withinAMinute, type World } from "../world.ts";

const EMPTY = "export default { async fetch() { return new Response('smoke'); } };";
const SECRET = "SMOKE_KEY_BINDING";
const YEARLY = "0 0 1 1 *";

interface Fixture {
  worker: string;
  script: string;
}

async function prepare({ call, prefix }: World): Promise<Fixture> {
  await uploadWorker(call, prefix, EMPTY);
  return { worker: prefix, script: `/workers/scripts/${prefix}` };
}

/** The share of the newest version, once there are so many: another one is made in a moment. */
async function newest(world: World, worker: string, versions: number): Promise<string> {
  const { workers } = world.account;
  const came = await withinAMinute(world, async () => ((await workers.versions(worker)) ?? []).length >= versions);
  const [version] = (await workers.versions(worker)) ?? [];
  const [deployment] = (await workers.deployments(worker)) ?? [];
  const share = deployment?.versions.find(({ id }) => id === version?.id)?.percentage ?? 0;
  return `version ${versions} ${came}, deployed to ${share} %`;
}

const binding = (world: World, of: Record<string, string>): Promise<string> =>
  refusalOf(uploadWorker(world.call, `${world.prefix}-bound`, EMPTY, { bindings: [{ name: "BOUND", ...of }] }));

/** Workers, their versions, secrets and crons. */
export const workers = area({
  name: "Workers",
  writes: true,
  prepare,
  probes: [
    {
      assumption: "an upload is a version and is deployed to all",
      fake: "version 1 within a minute, deployed to 100 %",
      ask: (world, { worker }) => newest(world, worker, 1),
    },
    {
      assumption: "a secret makes another version, deployed at once",
      fake: "version 2 within a minute, deployed to 100 %",
      ask: async (world, { worker }) => {
        await world.account.secrets.put(worker, SECRET, "of the smoke script");
        return newest(world, worker, 2);
      },
    },
    {
      assumption: "secrets are listed without their values",
      fake: `name, type of ${SECRET}`,
      ask: async ({ call }, { script }) => {
        const [secret] = z.array(z.record(z.string(), z.unknown())).parse(await call("get", `${script}/secrets`));
        return `${Object.keys(secret ?? {})
          .toSorted()
          .join(", ")} of ${String(secret?.["name"])}`;
      },
    },
    {
      assumption: "a secret that is not there is 404 when it is deleted",
      fake: "404 10056",
      ask: ({ call }, { script }) => refusalOf(call("delete", `${script}/secrets/NOWHERE`)),
    },
    {
      assumption: "a secret is refused while the newest version is not deployed",
      fake: "400 10215",
      ask: async ({ call, prefix }) => {
        const name = `${prefix}-ahead`;
        await uploadWorker(call, name, EMPTY);
        await uploadWorker(call, name, EMPTY, { deploy: false });
        const secret = { name: SECRET, text: "of the smoke script", type: "secret_text" };
        return refusalOf(call("put", `/workers/scripts/${name}/secrets`, secret));
      },
    },
    {
      assumption: "crons are set as they are given",
      fake: YEARLY,
      ask: async ({ account }, { worker }) => {
        await account.workers.setCrons(worker, [YEARLY]);
        return ((await account.workers.crons(worker)) ?? []).join() || "none";
      },
    },
    {
      assumption: "a binding to a Worker that is not there is refused",
      fake: "400 10143",
      ask: (world) => binding(world, { type: "service", service: `${world.prefix}-nowhere` }),
    },
    {
      assumption: "a binding to a class that is not there is refused",
      fake: "400 10061",
      ask: (world) =>
        binding(world, {
          type: "durable_object_namespace",
          class_name: "Nowhere",
          script_name: `${world.prefix}-nowhere`,
        }),
    },
    {
      assumption: "a binding to a queue that is not there is 404",
      fake: "404 11000",
      ask: (world) => binding(world, { type: "queue", queue_name: `${world.prefix}-nowhere` }),
    },
    {
      assumption: "a Worker that another is bound to cannot be deleted",
      fake: "400 10064",
      ask: async ({ call, prefix }) => {
        const [from, to] = [`${prefix}-from`, `${prefix}-to`];
        await uploadWorker(call, to, EMPTY);
        await uploadWorker(call, from, EMPTY, { bindings: [{ name: "TO", type: "service", service: to }] });
        return refusalOf(call("delete", `/workers/scripts/${to}`));
      },
    },
  ],
});
