import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { KILL_SWITCH_KEYS } from "#contracts/kill-switch";
import { killSwitch, idle, wellStatus } from "../cli/testing/samples.ts";
import { runCli, type Ran } from "../cli/testing/run-cli.ts";
import { faults } from "./doctor/faults.ts";
import { Deployed } from "./doctor/deployed.ts";
import { doctor, mendAsTold } from "./doctor/mend.ts";
import { namespaceOf, onBindings, type Fault } from "./doctor/planting.ts";
import { snapshotOf } from "./doctor/snapshot.ts";

const POSITION = wellStatus.ledgers.flatMap(({ positions }) => positions)[0];
const closed = wellStatus.ledgers.map((each) => ({ ...each, positions: [] }));
const open = closed.map((each) => ({ ...each, positions: POSITION === undefined ? [] : [POSITION] }));
const KEY = "INTERNAL_KEY_BINDING";

let account: Deployed;
let well: object;
beforeAll(async () => {
  account = await Deployed.start();
  well = snapshotOf(account.fake);
});
afterAll(() => account[Symbol.asyncDispose]());

function plant(name: string): Fault[] {
  const fault = faults.filter((each) => each.name === name);
  for (const each of fault) each.plant(account);
  return fault;
}

/** Somebody at a terminal, who answers these one after the other. */
function asked(words: readonly string[], ...replies: (string | (() => string))[]): Promise<Ran> {
  const ask = async (): Promise<string> => {
    const reply = replies.shift() ?? "";
    return typeof reply === "string" ? reply : reply();
  };
  return runCli(words, { ...account.terminal, interactive: true, ask });
}

function keyOf(worker: string): string | undefined {
  return account.fake.secret(worker, KEY);
}

describe("commands that doctor names", () => {
  const url = (): string => account.fake.workersDev.urlOf("hoox");
  const nexts = async (): Promise<string[]> => (await doctor(account)).findings.map(({ next }) => next);
  beforeAll(() => {
    Object.assign(account.mesh, { deadLetters: 2, killSwitch, ledgers: open });
  });
  afterAll(() => {
    Object.assign(account.mesh, { deadLetters: 0, killSwitch: idle, ledgers: closed });
  });

  it("mean the account's mesh by its address, where no profile names it", async () => {
    expect(await nexts()).toEqual(
      expect.arrayContaining([`HOOX_URL=${url()} npx hoox dlq plan`, `HOOX_URL=${url()} npx hoox kill-switch show`]),
    );
    const rebuild = await account.hoox("repair", "rebuild", "--remote", "--yes");
    expect(rebuild.stderr).toContain(`HOOX_URL=${url()} npx hoox kill-switch on --mode entries`);
  });

  it("mean it by its profile, and need nothing more where that is active", async () => {
    await account.hoox("profile", "add", "production", url());
    expect(await nexts()).toEqual(
      expect.arrayContaining([
        "npx hoox dlq plan --target production",
        "npx hoox kill-switch show --target production",
      ]),
    );
    const rebuild = await account.hoox("repair", "rebuild", "--target", "production", "--yes");
    expect(rebuild.stderr).toMatch(
      /kill-switch on --mode .* --yes --target production, then npx hoox positions --target production;/,
    );

    await account.hoox("profile", "use", "production");
    expect(await nexts()).toEqual(expect.arrayContaining(["npx hoox dlq plan", "npx hoox kill-switch show"]));
    await account.hoox("profile", "use", "local");
    await account.hoox("profile", "remove", "production");
  });
});

describe("a stop in KV that nobody can read", () => {
  it.each([
    { value: '"true"', says: { severity: "stops", why: expect.stringContaining("no entries and exits") } },
    { value: '"entries"', says: { severity: "stops", why: expect.stringContaining("no entries until") } },
    { value: '"false"', says: { severity: "odd", why: expect.stringContaining("stops nothing") } },
  ])("is $value: it is said what the Workers do with it", async ({ value, says }) => {
    const [key] = KILL_SWITCH_KEYS;
    namespaceOf(account)?.values.set(key, { value: Buffer.from(value) });
    const { stdout } = await account.hoox("check", "config", "--remote", "--json");
    namespaceOf(account)?.values.delete(key);

    expect(JSON.parse(stdout)).toMatchObject({
      findings: [
        { check: "kv-values", which: key, next: expect.stringMatching(/npx hoox config kv delete [a-z:_]+$/), ...says },
      ],
    });
  });
});

describe("a wrong clock", () => {
  afterEach(() => {
    account.aheadMs = 0;
  });

  it.each([600_000, -600_000])("by %d ms is all that is found, as long as the rest is well", async (aheadMs) => {
    account.aheadMs = aheadMs;
    expect((await doctor(account)).findings).toMatchObject([{ check: "clock" }]);
  });

  it("hides no monitor that has stopped", async () => {
    const fault = plant("the monitor has stopped");
    await account.passAnHour();
    account.aheadMs = -3_600_000;
    expect((await doctor(account)).findings).toMatchObject([{ check: "clock" }, { check: "monitor" }]);

    account.aheadMs = 600_000;
    const ran = await account.hoox("repair", "worker", "ops-worker", "--remote", "--yes");
    expect(ran).toMatchObject({ exitCode: 0 });
    account.aheadMs = 0;
    await mendAsTold(account, fault);
  });
});

describe("a refused token", () => {
  it("is the reason for all that was not seen", async () => {
    account.token = "a-token-of-somebody-else";
    const { unseen } = await doctor(account);
    account.token = undefined;

    expect(unseen.map(({ why }) => why).join("\n")).not.toMatch(/nobody knows where|no workers\.dev name/);
  });
});

describe("check health", () => {
  it("does not call well what it could not see", async () => {
    account.fake.fail({ path: /^\/workers\/scripts$/, status: 500, times: 99 });
    const ran = await account.hoox("check", "health", "--remote");
    account.fake.noMoreFaults();

    expect(ran).toMatchObject({ exitCode: 3, stderr: expect.stringContaining("not looked at (workers)") });
  });
});

describe("repair", () => {
  it("binds d1-worker to the database that it has made anew", async () => {
    plant("the database is missing");

    expect(await account.hoox("repair", "db", "--remote", "--yes")).toMatchObject({ exitCode: 0 });
    await account.passAnHour();
    expect(await doctor(account)).toMatchObject({ result: "well" });
    expect(snapshotOf(account.fake)).toEqual(well);
  });

  it("says what was done when somebody says no to what shows only then", async () => {
    const fault = plant("the queue records is missing");
    const meanwhile = (): string => {
      fault.push(...plant("delivery of trade-signals is paused"));
      return "yes";
    };
    const ran = await asked(["repair", "queues", "--remote"], meanwhile, "no");

    expect(ran).toMatchObject({
      exitCode: 1,
      stdout: expect.stringMatching(/done {2}create queue records[^]*not mended/),
    });
    expect(ran.stderr).not.toContain("nothing was changed");
    await mendAsTold(account, fault);
  });

  it("shows its plan as JSON too", async () => {
    const fault = plant("trade-signals-dlq forgets after an hour");
    const { stdout } = await account.hoox("repair", "queues", "--remote", "--dry-run", "--json");

    expect(JSON.parse(stdout)).toMatchObject({
      result: "planned",
      plan: ["let trade-signals-dlq keep messages for 14 days"],
    });
    await mendAsTold(account, fault);
  });

  it("says before it mends a setting that other code comes with it", async () => {
    const other = onBindings("d1-worker is of another checkout", "storage", "d1-worker", (bindings) =>
      bindings.map((each) => {
        if (each.name === "DEPLOYED_FROM") return { ...each, text: "another" };
        return each.type === "d1" ? { ...each, id: "another" } : each;
      }),
    );
    other.plant(account);
    const { stderr } = await account.hoox("repair", "db", "--remote", "--dry-run");

    expect(stderr).toContain("deploy d1-worker: this checkout has other code than runs");
    const before = account.fake.state.scripts.get("d1-worker")?.versions.length ?? 0;
    expect(await account.hoox("repair", "worker", "d1-worker", "--remote", "--yes")).toMatchObject({ exitCode: 0 });
    expect(account.fake.state.scripts.get("d1-worker")?.versions).toHaveLength(before + 1);
  });
});

describe("repair secrets", () => {
  it("does not bring back a key that was rotated away elsewhere", async () => {
    const before = keyOf("hoox");
    for (const { name } of account.wanted.workers)
      onBindings("", "", name, (bindings) =>
        bindings
          .filter((each) => each.name !== KEY || name !== "d1-worker")
          .map((each) => (each.name === KEY ? { ...each, text: "set-by-another-machine" } : each)),
      ).plant(account);

    const ran = await account.hoox("repair", "secrets", "--remote", "--yes");

    expect(ran).toMatchObject({ exitCode: 0, stderr: expect.stringContaining("a new value") });
    expect(keyOf("d1-worker")).not.toBe(before);
    expect(new Set(account.wanted.workers.map(({ name }) => keyOf(name))).size).toBe(1);
  });

  it("names the rotation that has not ended", async () => {
    const key = keyOf("hoox") ?? "";
    for (const { name } of account.wanted.workers)
      onBindings("", "", name, (bindings) =>
        bindings.map((each) => {
          if (each.name !== KEY) return each;
          return { ...each, text: name === "d1-worker" ? "of-nobody-else" : `${key},the-next-one` };
        }),
      ).plant(account);
    const { findings } = await doctor(account);
    for (const { name } of account.wanted.workers)
      onBindings("", "", name, (bindings) =>
        bindings.map((each) => (each.name === KEY ? { ...each, text: key } : each)),
      ).plant(account);

    expect(findings).toMatchObject([{ check: "secrets", next: `npx hoox secrets rotate ${KEY} --remote` }]);
  });
});

describe("repair rebuild", () => {
  const versions = (): number => account.fake.state.scripts.get("ledger-worker")?.versions.length ?? 0;

  it("looks again after the yes: a trade may have been opened meanwhile", async () => {
    const before = versions();
    const ran = await asked(["repair", "rebuild", "--remote"], () => {
      account.mesh.ledgers = open;
      return "yes";
    });
    account.mesh.ledgers = closed;

    expect(ran).toMatchObject({
      exitCode: 1,
      stderr: expect.stringContaining("nothing was rebuilt while trades are open"),
    });
    expect(versions()).toBe(before);
  });

  it("does not take another account's mesh for this one's", async () => {
    const before = versions();
    const { terminal } = account;
    const elsewhere: typeof fetch = async (input, init) => {
      const { hostname, pathname, search } = new URL(new Request(input).url);
      if (hostname !== "hoox.example.com") return (terminal.fetch ?? fetch)(input, init);
      const here = await (terminal.fetch ?? fetch)(
        `${account.fake.workersDev.urlOf("hoox")}${pathname}${search}`,
        init,
      );
      if (pathname !== "/health") return here;
      return Response.json({ ...((await here.json()) as object), version: "of-another-account" });
    };
    await account.hoox("profile", "add", "custom", "https://hoox.example.com");
    const ran = await runCli(["repair", "rebuild", "--target", "custom", "--yes"], { ...terminal, fetch: elsewhere });
    await account.hoox("profile", "remove", "custom");

    expect(ran).toMatchObject({
      exitCode: 2,
      stdout: "",
      stderr: expect.stringContaining("runs version of-another-account"),
    });
    expect(versions()).toBe(before);
  });
});
