import { KILL_SWITCH_KEYS } from "#contracts/kill-switch";
import { idle, killSwitch } from "../../cli/testing/samples.ts";
import { hexId } from "../../fakes/cloudflare/state.ts";
import { another, namespaceOf, onBindings, onQueue, onScript, onSettings, without, type Fault } from "./planting.ts";

export const faults: readonly Fault[] = [
  ...["hoox", "ledger-worker", "trade-worker", "telegram-worker", "d1-worker", "ops-worker"].map((worker): Fault => ({
    name: `${worker} is not deployed`,
    check: "workers",
    which: worker,
    plant: ({ fake: { state } }) => {
      state.scripts.delete(worker);
      for (const queue of state.queues.values())
        queue.consumers = queue.consumers.filter((each) => each.script !== worker);
    },
  })),
  ...["records", "trade-signals", "notifications-dlq"].map((name): Fault => ({
    name: `the queue ${name} is missing`,
    check: "queues",
    which: name,
    plant: ({ fake: { state } }) => void state.queues.delete(state.queueNamed(name)?.id ?? ""),
  })),
  onQueue("system-logs has no consumer", "consumers", "system-logs", (queue) => (queue.consumers = [])),
  onQueue("commands is consumed by another Worker", "consumers", "commands", (queue) => {
    queue.consumers = queue.consumers.map((each) => ({ ...each, script: "d1-worker" }));
  }),
  onQueue("records-dlq has a pull consumer left over", "consumers", "records-dlq", (queue) => {
    const settings = { batch_size: 5, max_retries: 3, visibility_timeout_ms: 30_000 };
    queue.consumers = [
      {
        id: hexId(),
        type: "http_pull",
        script: undefined,
        deadLetterQueue: undefined,
        settings,
        createdOn: new Date(0),
      },
    ];
  }),
  onSettings("notifications has other batches", "notifications", { batch_size: 100 }),
  onSettings("trade-signals is gathered for 30 s", "trade-signals", { max_wait_time_ms: 30_000 }),
  onSettings("system-logs-dlq is given up after three tries", "system-logs-dlq", { max_retries: 3 }),
  onSettings("commands are handled side by side", "commands", { max_concurrency: null }),
  onQueue("letters of records go nowhere", "consumer-settings", "records", (queue) => {
    for (const each of queue.consumers) each.deadLetterQueue = undefined;
  }),
  onQueue("trade-signals-dlq forgets after an hour", "retention", "trade-signals-dlq", ({ settings }) => {
    settings.message_retention_period = 3_600;
  }),
  onQueue("delivery of trade-signals is paused", "delivery", "trade-signals", ({ settings }) => {
    settings.delivery_paused = true;
  }),
  onQueue("notifications are delayed", "delay", "notifications", ({ settings }) => (settings.delivery_delay = 600)),
  onScript("ops-worker has no cron", "crons", "ops-worker", (script) => (script.crons = [])),
  onScript("d1-worker runs each hour", "crons", "d1-worker", (script) => (script.crons = ["0 * * * *"])),
  onScript("telegram-worker is public", "addresses", "telegram-worker", ({ subdomain }) => (subdomain.enabled = true)),
  onScript("the gateway has no address", "addresses", "hoox", ({ subdomain }) => (subdomain.enabled = false)),
  {
    name: "the bucket is missing",
    check: "buckets",
    which: "hoox-archive",
    plant: ({ fake: { state } }) => state.buckets.clear(),
  },
  {
    name: "the KV namespace is missing",
    check: "namespaces",
    which: "hoox-config",
    plant: ({ fake: { state } }) => state.namespaces.clear(),
  },
  {
    name: "the database is missing",
    check: "databases",
    which: "hoox",
    touches: ["database"],
    plant: ({ fake: { state } }) => state.databases.clear(),
  },
  {
    name: "the database has no tables",
    check: "migrations",
    which: "hoox",
    touches: ["database"],
    plant: ({ fake: { state } }) => {
      const before = Array.from(state.databases.values());
      for (const { id, name } of before) {
        state.databases.delete(id);
        state.addDatabase(name, id);
      }
    },
  },
  onBindings("trade-worker has another variable", "bindings", "trade-worker", (bindings) =>
    bindings.map((each) => (each.name === "TRADING_MODE" ? { ...each, text: "live" } : each)),
  ),
  onBindings("hoox lacks a binding", "bindings", "hoox", (bindings) =>
    bindings.filter(({ name }) => name !== "OPS_WORKER"),
  ),
  onBindings("d1-worker is bound to another database", "storage", "d1-worker", (bindings) =>
    bindings.map((each) => (each.type === "d1" ? { ...each, id: "another" } : each)),
  ),
  onBindings("ledger-worker has a variable too many", "bindings", "ledger-worker", (bindings) => [
    ...bindings,
    { name: "LEFT_OVER", type: "plain_text", text: "from the dashboard" },
  ]),
  onBindings("two Workers lack the internal key", "secrets", "INTERNAL_KEY_BINDING", without("INTERNAL_KEY_BINDING"), [
    "telegram-worker",
    "ledger-worker",
  ]),
  onBindings("ops-worker lacks the operator key", "secrets", "OPERATOR_KEY_BINDING", without("OPERATOR_KEY_BINDING"), [
    "ops-worker",
  ]),
  onBindings("d1-worker has another internal key", "secrets", "INTERNAL_KEY_BINDING", another("INTERNAL_KEY_BINDING"), [
    "d1-worker",
  ]),
  onBindings(
    "the gateway has another internal key",
    "secrets",
    "INTERNAL_KEY_BINDING",
    another("INTERNAL_KEY_BINDING"),
    ["hoox"],
  ),
  {
    name: "the monitor has stopped",
    check: "monitor",
    which: "ops-worker",
    touches: ["ops-worker"],
    plant: ({ mesh }) => mesh.stopMonitor(),
  },
  {
    name: "the mesh reads an old value in KV",
    check: "kv-lag",
    which: KILL_SWITCH_KEYS[0],
    touches: ["hoox-config"],
    plant: (on) => {
      const until = new Date(on.now().getTime() + 3_600_000 + 90_000);
      on.mesh.stale.set(KILL_SWITCH_KEYS[0], { value: "false", until });
    },
  },
  {
    name: "a strategy in KV cannot be read",
    check: "kv-values",
    which: "strategy:scalper",
    touches: ["hoox-config"],
    plant: (on) => void namespaceOf(on)?.values.set("strategy:scalper", { value: Buffer.from("{") }),
    person: (on) => void namespaceOf(on)?.values.delete("strategy:scalper"),
  },
  {
    name: "limits in KV are of a mistyped venue",
    check: "kv-values",
    which: "limits:main:binnance",
    touches: ["hoox-config"],
    plant: (on) =>
      void namespaceOf(on)?.values.set("limits:main:binnance", { value: Buffer.from('{"maxPosition":"1"}') }),
    person: (on) => void namespaceOf(on)?.values.delete("limits:main:binnance"),
  },
  {
    name: "the token is wrong",
    check: "token",
    which: "CLOUDFLARE_API_TOKEN",
    plant: (on) => (on.token = "a-token-of-somebody-else"),
    person: (on) => (on.token = undefined),
  },
  {
    name: "the token has expired",
    check: "token",
    which: "CLOUDFLARE_API_TOKEN",
    plant(on) {
      on.token = "a-token-of-last-year";
      on.fake.addToken(on.token, { expiresOn: new Date("2026-01-01T00:00:00.000Z") });
    },
    person: (on) => (on.token = undefined),
  },
  {
    name: "the token may not touch queues",
    check: "permissions",
    which: "Queues",
    touches: ["CLOUDFLARE_API_TOKEN"],
    plant(on) {
      on.token = "a-token-without-queues";
      const names = [
        "Workers Scripts",
        "Workers Tail",
        "Workers Observability",
        "D1",
        "Workers KV Storage",
        "Workers R2 Storage",
      ];
      on.fake.addToken(on.token, { permissions: [...names.map((name) => `${name}:Edit`), "Account Settings:Read"] });
    },
    person: (on) => (on.token = undefined),
  },
  {
    name: "the clock is wrong",
    check: "clock",
    which: "clock",
    plant: (on) => (on.aheadMs = -90_000),
    person: (on) => (on.aheadMs = 0),
  },
  {
    name: "the token expires in a week",
    check: "token",
    which: "CLOUDFLARE_API_TOKEN",
    plant(on) {
      on.token = "a-token-that-ends-soon";
      on.fake.addToken(on.token, { expiresOn: new Date(on.now().getTime() + 7 * 86_400_000) });
    },
    person: (on) => (on.token = undefined),
  },
  {
    name: "telegram-worker is not well",
    check: "answers",
    which: "telegram-worker",
    plant: ({ mesh }) => (mesh.ill = "telegram-worker"),
    person: ({ mesh }) => (mesh.ill = undefined),
  },
  {
    name: "the kill switch is on",
    check: "attention",
    which: "kill switch",
    plant: ({ mesh }) => (mesh.killSwitch = killSwitch),
    person: ({ mesh }) => (mesh.killSwitch = idle),
  },
  {
    name: "dead letters are open",
    check: "letters",
    which: "dead letters",
    plant: ({ mesh }) => (mesh.deadLetters = 2),
    person: ({ mesh }) => (mesh.deadLetters = 0),
  },
];

/** Whether each of two is seen whatever becomes of the other. */
export function areApart(first: Fault, second: Fault): boolean {
  const touched = first.touches ?? [first.which];
  return !(second.touches ?? [second.which]).some((each) => touched.includes(each));
}
