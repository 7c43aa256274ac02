import { found, type Check } from "./check.ts";

const REPAIR = "npx hoox repair secrets";

export const devVars: Check = {
  id: "dev-vars",
  places: ["local"],
  async diagnose({ machine }) {
    const { missing, readableByOthers, present } = await machine.devVars();
    const common = { which: ".dev.vars", next: REPAIR } as const;
    return [
      ...(missing.length > 0
        ? [
            found({
              ...common,
              what: present ? `.dev.vars lacks ${missing.join(", ")}` : "there is no .dev.vars yet",
              why: "the local mesh has no keys to know anybody by",
              severity: "stops",
              mend: { plan: `make up ${missing.join(", ")} in .dev.vars`, do: complete },
            }),
          ]
        : []),
      ...(readableByOthers
        ? [
            found({
              ...common,
              what: ".dev.vars can be read by other users of this machine",
              why: "it holds every key of the local mesh",
              severity: "harms",
              mend: { plan: "let nobody else read .dev.vars", do: complete },
            }),
          ]
        : []),
    ];
  },
};

async function complete({ context }: { context: { root: string } }): Promise<void> {
  const { ensureDevVars } = await import("../cli/dev-vars.ts");
  await ensureDevVars(context.root);
}
