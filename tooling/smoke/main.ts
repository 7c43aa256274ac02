import { parseArgs } from "node:util";
import { argv, leave, processContext } from "../cli/context.ts";
import { CliError, type ExitCode } from "../cli/errors.ts";
import { smoke } from "./smoke.ts";

const USAGE = `npm run smoke -- [--write] [--json]
npm run smoke -- --sweep

Asks a real Cloudflare account what Hoox and its fake account assume of it. It needs CLOUDFLARE_API_TOKEN (and
CLOUDFLARE_ACCOUNT_ID), or wrangler's login. It speaks to no mesh and sends no order.
--write   also makes Workers, queues, a database, a namespace and a bucket of its own, and always removes them
--sweep   removes what killed runs have left behind, and asks nothing
--json    one document on stdout

Exit code 0: the account says what the fake says; 1: it differs somewhere; 2: usage; 3: something could not be asked.
`;

async function main(): Promise<ExitCode> {
  const context = processContext();
  try {
    const { values } = parseArgs({
      args: argv(),
      options: {
        write: { type: "boolean", default: false },
        sweep: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        help: { type: "boolean", default: false, short: "h" },
      },
    });
    if (!values.help) return await smoke(context, values);
    context.stdout.write(USAGE);
    return 0;
  } catch (error) {
    const known = error instanceof CliError ? error : undefined;
    const isUsage = error instanceof TypeError && "code" in error;
    const text = known?.message ?? (isUsage ? error.message : String(error instanceof Error ? error.stack : error));
    context.stderr.write(`${text}\n${known?.hint ?? (isUsage ? USAGE : "")}\n`);
    return known?.exitCode ?? (isUsage ? 2 : 3);
  }
}

leave(await main());
