import { isZero } from "#contracts/decimal";
import { CliError } from "../cli/errors.ts";
import type { World } from "./world/world.ts";

/** Throws unless nothing is under way at a venue: rebuilding takes minutes in which nobody watches it. */
export async function refuseWhileTrading(world: World): Promise<void> {
  await refuseAnother(world);
  const status = await world.mesh.status().catch((error: unknown) => {
    if (!(error instanceof CliError)) throw error;
    throw blind(error.message, world.flag);
  });
  const holes = status.problems.filter((problem) => /^(?:ledger |list of ledgers)/.test(problem));
  if (holes.length > 0) throw blind(holes.join("; "), world.flag);
  const open = status.ledgers.flatMap(({ ledger, positions, workingOrders, inDoubt, inFlight, unended }) => [
    ...positions
      .filter(({ quantity }) => !isZero(quantity))
      .map((each) => `${ledger}: ${each.quantity} ${each.symbol} open`),
    ...(workingOrders.length > 0 ? [`${ledger}: ${workingOrders.length} orders rest at the venue`] : []),
    ...(inDoubt > 0 ? [`${ledger}: ${inDoubt} in doubt`] : []),
    ...(inFlight + unended > 0 ? [`${ledger}: ${Math.max(inFlight, unended)} signals have not ended`] : []),
  ]);
  if (open.length === 0) return;
  const [stop, look] = await Promise.all([
    world.onMesh("npx hoox kill-switch on --mode entries --reason rebuild --yes"),
    world.onMesh("npx hoox positions"),
  ]);
  throw new CliError(1, `nothing was rebuilt while trades are open: ${open.join("; ")}`, {
    hint: `stop entries and close them first: ${stop}, then ${look}; one Worker alone may be mended at any time: npx hoox repair worker <name>${world.flag}`,
  });
}

/** Its word says nothing about this account's trades when the mesh that answers is another's. */
async function refuseAnother(world: World): Promise<void> {
  const [health, deployed] = await Promise.all([world.mesh.health(), world.account.versions("hoox")]).catch(
    (error: unknown) => {
      if (!(error instanceof CliError)) throw error;
      throw blind(error.message, world.flag);
    },
  );
  const version = health.find(({ worker }) => worker === "hoox")?.version ?? "none";
  if (deployed.includes(version)) return;
  const has = deployed.length === 0 ? "has no hoox deployed" : `has deployed ${deployed.join(", ")}`;
  throw new CliError(
    2,
    `nothing was rebuilt: the mesh that answers runs version ${version} of hoox, the account ${has}`,
    {
      hint: "if it was deployed just now, try again in a minute; else CLOUDFLARE_ACCOUNT_ID and CLOUDFLARE_API_TOKEN are of another account than the mesh: npx hoox profile list",
    },
  );
}

function blind(why: string, flag: string): CliError {
  return new CliError(3, `nothing was rebuilt: nobody can tell whether trades are open (${why})`, {
    hint: `bring the mesh to answer first, which touches no ledger: npx hoox repair check${flag} says what is wrong, npx hoox repair worker <name>${flag} and npx hoox deploy all --auto mend it; meanwhile look at the venue's own screen`,
  });
}
