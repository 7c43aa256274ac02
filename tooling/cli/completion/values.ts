type Values = () => Promise<readonly string[]>;

const workers: Values = async () => (await import("#contracts/ids")).worker.options;

const venues: Values = async () => (await import("#contracts/ids")).venue.options;
const orderTypes: Values = async () => (await import("#contracts/signal")).orderType.options;

const currencies: Values = async () => (await import("#contracts/quote")).quotes;

const queues: Values = async () => (await import("../queues/names.ts")).anyQueue.options;

export const shells = ["bash", "zsh", "fish"] as const;

/**
 * What can stand behind an option, or behind the path of a command. `logs tail --level` is that of one command,
 * `--level` that of all others. A test compares this with what the commands themselves accept.
 */
export const values: Readonly<Record<string, Values>> = {
  "--worker": workers,
  "--without": workers,
  "deploy all --only": workers,
  deploy: workers,
  "deploy history": workers,
  "deploy rollback": workers,
  "logs tail": workers,
  "logs worker": workers,
  "secrets check": workers,
  "--level": async () => (await import("#contracts/log")).logSeverity.options,
  "--class": async () => (await import("#contracts/dead-letter")).deadLetterClass.options,
  "--status": async () => (await import("../letters/filters.ts")).statusFilter.options,
  "--queue": async () => (await import("#queues/registry")).queueNames,
  "queues pause": queues,
  "queues resume": queues,
  "queues purge": queues,
  "--force": async () => (await import("#contracts/dead-letter")).forcible.options,
  "--mode": async () => (await import("#contracts/kill-switch")).killSwitchMode.exclude(["off"]).options,
  "lanes resolve --outcome": async () =>
    (await import("#contracts/routes/ops")).opsRoutes.resolveLane.body.shape.outcome.options,
  "orders list --outcome": async () => (await import("#contracts/routes/database")).orderFilter.options,
  "strategy add --venue": venues,
  "strategy set --venue": venues,
  "strategy add --order-type": orderTypes,
  "strategy set --order-type": orderTypes,
  "strategy add --currency": currencies,
  "strategy set --currency": currencies,
  "strategy set --unset": async () => (await import("../strategy-flags.ts")).unsettable,
  "alert template --format": async () => (await import("../templates.ts")).templateFormats,
  completion: async () => shells,
  help: async () => (await import("../help-topics.ts")).topics.map((each) => each.name),
};
