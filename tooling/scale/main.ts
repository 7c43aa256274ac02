import { parseArgs } from "node:util";
import * as z from "zod";
import { retention } from "../../services/d1-worker/src/archive/retention.ts";
import { table } from "../cli/output/table.ts";
import { alertsADay } from "./database.ts";
import { LIMITS } from "./limits.ts";
import { simulate, type Spread } from "./simulate.ts";

const USAGE = `npm run scale -- [--alerts N] [--accounts N] [--seed S] [--json]
  --alerts N    alerts of one day (default 1000000)
  --accounts N  accounts that they come from (default 10000)
  --seed S      another day (default 1)`;

const count = z.coerce.number().int().min(1).max(10_000_000);
const options = {
  alerts: { type: "string", default: "1000000" },
  accounts: { type: "string", default: "10000" },
  seed: { type: "string", default: "1" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

const number = (value: number): string => value.toLocaleString("en-GB", { maximumFractionDigits: 1 });
const spread = (of: Spread): string => `${number(of.p50)} / ${number(of.p99)} / ${number(of.most)}`;

try {
  const { values } = parseArgs({ options });
  const given = z.object({ alerts: count, accounts: count, seed: count }).safeParse(values);
  if (values.help) process.stdout.write(`${USAGE}\n`);
  else if (!given.success) {
    const [issue] = given.error.issues;
    process.stderr.write(`--${String(issue?.path[0])}: ${issue?.message}\n${USAGE}\n`);
    process.exitCode = 2;
  } else report(given.data, values.json);
} catch (error) {
  process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n${USAGE}\n`);
  process.exitCode = 2;
}

function report(of: { alerts: number; accounts: number; seed: number }, json: boolean): void {
  const result = simulate(of);
  if (json) {
    process.stdout.write(`${JSON.stringify({ ...of, ...result })}\n`);
    return;
  }
  const rows: [string, string][] = [
    ["alerts an account: median / p99 / most", spread(result.alertsAnAccount)],
    ["alerts a second: median / p99 / most", spread(result.alertsASecond)],
    ["busiest ledger: alerts of the day", number(result.busiestLedger.alerts)],
    [
      `busiest ledger: requests in its busiest second (plan ${LIMITS.objectPerSecond})`,
      number(result.busiestLedger.peakRequests),
    ],
    ["busiest ledger: seconds that an alert waits: median / p99 / most", spread(result.busiestLedger.waitSeconds)],
    [`ledgers that pass ${LIMITS.objectPerSecond} requests in a second`, number(result.ledgersOverPlan)],
    ...result.queues.map(({ queue, peakASecond, shardsNeeded }): [string, string] => [
      `${queue}: messages in its busiest second (limit ${number(LIMITS.queuePerSecond)})`,
      `${number(peakASecond)}, so ${shardsNeeded} ${shardsNeeded === 1 ? "queue" : "queues"}`,
    ]),
    [
      `alerts a day that a database of ${number(LIMITS.databaseBytes / 1e9)} GB holds for good`,
      number(Math.floor(alertsADay(retention.parse({})))),
    ],
    ...result.shards.map(({ shards, peakASecond, ofEvenShare }): [string, string] => [
      `${shards} ${shards === 1 ? "shard" : "shards"}: alerts in the busiest one's busiest second`,
      `${number(peakASecond)}, ${number(ofEvenShare)} × an even share`,
    ]),
  ];
  const head = `${number(of.alerts)} alerts of ${number(of.accounts)} accounts in a day, seed ${of.seed}`;
  const text = table(
    [
      { title: head, value: ([label]: [string, string]) => label },
      { title: "", value: ([, value]: [string, string]) => value, align: "right" },
    ],
    rows,
    120,
  );
  process.stdout.write(`${text}\n`);
}
