import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { refusal } from "../testing/fake-mesh.ts";
import { TailedMesh, type Terminal } from "../testing/tailed-mesh.ts";

let mesh: TailedMesh;
beforeEach(async () => {
  mesh = await TailedMesh.start();
});
afterEach(() => mesh[Symbol.asyncDispose]());

const shown = ({ stdout }: Terminal): string[] => stdout.match(/line \d+/g) ?? [];

describe("hoox logs tail of a mesh on an account", () => {
  it("shows what is stored, then what the Workers say at once, in one stream", async () => {
    mesh.store(mesh.line(), mesh.line({ worker: "d1-worker" }));
    const terminal = mesh.tail();
    await mesh.isTailed();
    await mesh.shows(terminal, "line 2");
    mesh.say(mesh.line({ worker: "trade-worker" }));
    mesh.say(mesh.line({ worker: "ledger-worker" }), mesh.line({ worker: "ledger-worker" }));
    await mesh.shows(terminal, "line 5");

    expect(shown(terminal)).toEqual(["line 1", "line 2", "line 3", "line 4", "line 5"]);
    expect(terminal.stdout).toMatch(/^12:00:\d\d\.\d{3} trade-worker {4}test\.line {12}line 3$/m);
    expect(await mesh.stopped(terminal)).toBe(0);
  });

  it("shows a line once that comes live and is stored later, and one that the tail missed", async () => {
    const terminal = mesh.tail();
    await mesh.isTailed();
    const [live, missed] = [mesh.line(), mesh.line()];
    mesh.say(live);
    await mesh.shows(terminal, "line 1");
    mesh.store(live, missed, live);
    await mesh.shows(terminal, "line 2");

    expect(shown(terminal)).toEqual(["line 1", "line 2"]);
  });

  it("sorts by time what several Workers say together", async () => {
    const terminal = mesh.tail();
    await mesh.isTailed();
    mesh.say(mesh.line({ createdAt: "2026-11-23T12:00:09.002Z" }));
    mesh.say(mesh.line({ createdAt: "2026-11-23T12:00:09.001Z", worker: "d1-worker" }));
    await mesh.shows(terminal, "line 1");

    expect(shown(terminal)).toEqual(["line 2", "line 1"]);
  });

  it("shows exceptions, other console output and unhappy ends, without what is secret in them", async () => {
    const terminal = mesh.tail(["trade-worker", "--json"]);
    await mesh.isTailed("trade-worker");
    const timestamp = mesh.clock.now().getTime();
    mesh.emit("trade-worker", {
      outcome: "exceededCpu",
      exceptions: [{ name: "TypeError", message: "token=abcdefgh12345678 is undefined", timestamp }],
      logs: [{ message: ["plain", { n: 1 }], level: "warn", timestamp }],
      event: { request: { method: "POST", url: "https://x.dev/attempt?key=abcdefgh12345678", headers: {} } },
    });
    await mesh.shows(terminal, "invocation.ended");
    const rows = terminal.stdout
      .trimEnd()
      .split("\n")
      .map((text): unknown => JSON.parse(text));

    expect(rows).toMatchObject([
      { severity: "warn", event: "console", message: 'plain {"n":1}' },
      { severity: "error", event: "exception", message: "TypeError: token=[redacted] is undefined" },
      { severity: "error", event: "invocation.ended", message: "POST /attempt ended with exceededCpu" },
    ]);
    expect(terminal.stdout).not.toContain("abcdefgh");
  });

  it("filters live lines as the mesh filters stored ones, and shows debug lines only to who asks", async () => {
    const filtered = mesh.tail(["hoox", "--level", "warn", "--grep", "Lane"]);
    const debugging = mesh.tail(["--level", "debug"]);
    const plain = mesh.tail();
    await mesh.isTailed();
    await mesh.clock.until("all three watch", () => mesh.account.tails.watching("hoox") === 3);
    mesh.say(
      mesh.line({ message: "line 1 of a lane" }),
      mesh.line({ message: "line 2 of a lane", severity: "error" }),
      mesh.line({ severity: "error" }),
      mesh.line({ severity: "debug" }),
    );
    for (const terminal of [filtered, plain, debugging]) await mesh.shows(terminal, "line 2");

    expect([filtered, plain, debugging].map((terminal) => shown(terminal).length)).toEqual([1, 3, 4]);
    expect(mesh.account.tails.watching("d1-worker")).toBe(2);
  });

  it("takes a broken connection up again, says what may be missing and gets it from the stored logs", async () => {
    const terminal = mesh.tail();
    await mesh.isTailed();
    mesh.account.tails.drop();
    await mesh.shows(terminal, "broke off");
    const missed = mesh.line({ worker: "d1-worker" });
    expect(mesh.say(missed)).toBe(0);
    mesh.store(missed);
    await mesh.shows(terminal, "live again after");
    await mesh.shows(terminal, "line 1");
    expect(mesh.say(mesh.line())).toBe(1);
    await mesh.shows(terminal, "line 2");

    expect(terminal.stderr).toMatch(
      /broke off \(1006\); what (?:[a-z0-9-]+, ){5}[a-z0-9-]+ said from 12:00:\d\d on comes from the stored logs/,
    );
    expect(terminal.stderr.match(/broke off/g)).toHaveLength(1);
    expect(shown(terminal)).toEqual(["line 1", "line 2"]);
    expect(mesh.account.tails.size).toBe(6);
  });

  it("asks ever less often for a tail that does not open, and says so once", async () => {
    mesh.account.fail({ method: "POST", path: "/hoox/tails", status: 503, times: 20 });
    const terminal = mesh.tail(["hoox"]);
    await mesh.isTailed("hoox");
    await mesh.shows(terminal, "live again after");

    expect(terminal.stderr.match(/could not tail hoox/g)).toHaveLength(1);
    expect(terminal.stderr).toContain("comes from the stored logs, about five seconds late; trying again");
  });

  it("opens another tail before one expires, and shows nothing twice", async () => {
    mesh.refusal = refusal(401, "no");
    const terminal = mesh.tail(["hoox"]);
    await mesh.isTailed("hoox");
    const calls = (): string[] => mesh.account.calls.filter((call) => call.includes("/tails"));
    for (let hours = 0; hours < 13; hours += 1) {
      await mesh.clock.pass(3_600_000);
      await mesh.isTailed("hoox");
      mesh.say(mesh.line());
    }
    await mesh.shows(terminal, "line 13");

    expect(calls().map((call) => call.split(" ")[0])).toEqual(["POST", "POST", "DELETE", "POST", "DELETE"]);
    expect(shown(terminal)).toHaveLength(13);
    expect(terminal.stderr).not.toMatch(/broke off|clock/);
  });

  it("notices that the computer slept, opens its tails anew and says once what comes from where", async () => {
    const terminal = mesh.tail();
    await mesh.isTailed();
    mesh.clock.jump(3 * 3_600_000);
    await mesh.shows(terminal, "the clock went forward by 3 h");
    await mesh.clock.until(
      "all tails are new",
      () => mesh.account.calls.filter((c) => c.startsWith("DELETE")).length >= 6,
    );
    await mesh.isTailed();
    mesh.say(mesh.line());
    await mesh.shows(terminal, "line 1");

    expect(terminal.stderr.match(/the clock went/g)).toHaveLength(1);
    expect(terminal.stderr).toContain("live tails are opened anew, what was said meanwhile comes from the stored logs");
    expect(terminal.stderr).not.toContain("broke off");
  });

  it("passes on that Cloudflare shows only a part for a while", async () => {
    const terminal = mesh.tail(["hoox"]);
    await mesh.isTailed("hoox");
    mesh.emit("hoox", { event: { type: "overload", message: "Log sampling is on" } });
    await mesh.shows(terminal, "Log sampling is on");

    expect(terminal.stderr).toContain("the live tail of hoox: Log sampling is on\n");
  });

  it("passes over what is no event", async () => {
    const terminal = mesh.tail(["hoox"]);
    await mesh.isTailed("hoox");
    for (const text of ["", "{", "null", '{"outcome":7}', '{"outcome":"ok","logs":[{}]}'])
      mesh.account.tails.garble("hoox", text);
    mesh.say(mesh.line());
    await mesh.shows(terminal, "line 1");

    expect(await mesh.stopped(terminal)).toBe(0);
  });

  it("leaves no tail behind after Ctrl-C", async () => {
    const terminal = mesh.tail();
    await mesh.isTailed();

    expect(await mesh.stopped(terminal)).toBe(0);
    expect(mesh.account.tails.size).toBe(0);
  });
});

describe("when the account cannot be tailed", () => {
  it.each([
    ["without credentials", "there is no way into a Cloudflare account yet", { CLOUDFLARE_API_TOKEN: undefined }],
    ["without the permission", '"Workers Tail: Read"', { CLOUDFLARE_API_TOKEN: "a-token-for-queues-alone" }],
  ])("%s it says so once and shows the stored lines as they come", async (_what, why, env) => {
    mesh.account.addToken("a-token-for-queues-alone", { permissions: ["Queues:Edit"] });
    const terminal = mesh.tail([], env);
    await mesh.shows(terminal, why);
    mesh.store(mesh.line());
    await mesh.shows(terminal, "line 1");

    expect(terminal.stderr.match(/no live tail/g)).toHaveLength(1);
    expect(terminal.stderr).toMatch(/from the stored logs, about five seconds late/);
    expect(await mesh.stopped(terminal)).toBe(0);
  });

  it("names the Worker that too many watch already, and tails the others", async () => {
    for (let viewer = 0; viewer < 10; viewer += 1) await tailOf("hoox");
    const terminal = mesh.tail(["hoox", "d1-worker"]);
    await mesh.shows(terminal, "no live tail of hoox: could not tail hoox");
    await mesh.isTailed("d1-worker");
    mesh.say(mesh.line({ worker: "d1-worker" }));
    await mesh.shows(terminal, "line 1");

    expect(terminal.stderr).not.toContain("no live tail of d1-worker");
  });

  it("names the Worker that is not deployed", async () => {
    mesh.account.state.scripts.delete("ops-worker");
    const terminal = mesh.tail();
    await mesh.isTailed("hoox", "d1-worker");
    await mesh.shows(terminal, "no live tail");

    expect(terminal.stderr).toMatch(/^no live tail of ops-worker: could not tail ops-worker: .*it is not deployed/m);
  });

  it("goes on with the other tails when the mesh cannot answer for want of that Worker", async () => {
    mesh.account.state.scripts.delete("ops-worker");
    const terminal = mesh.tail();
    await mesh.shows(terminal, "no live tail of ops-worker");
    mesh.refusal = refusal(401, "no");
    await mesh.shows(terminal, "only live lines are shown");
    await mesh.isTailed("hoox", "d1-worker");
    mesh.say(mesh.line());
    await mesh.shows(terminal, "line 1");

    expect(await mesh.stopped(terminal)).toBe(0);
  });

  it("ends with 3 once the last tail is given up and the mesh does not answer", async () => {
    for (const name of ["hoox", "d1-worker"]) mesh.account.state.scripts.delete(name);
    mesh.refusal = refusal(401, "wrong operator key");
    const terminal = mesh.tail(["hoox", "d1-worker"]);

    expect(await mesh.ended(terminal)).toBe(3);
  });

  it("ends with 3 when the mesh does not answer either", async () => {
    mesh.refusal = refusal(503, "the database is away");
    const terminal = mesh.tail([], { CLOUDFLARE_API_TOKEN: undefined });

    expect(await mesh.ended(terminal)).toBe(3);
    expect(terminal.stderr).toContain("error: the database is away");
  });
});

describe("when the mesh does not answer", () => {
  it("shows live lines all the same, and the stored ones once it does", async () => {
    mesh.refusal = refusal(502, "ops-worker is away");
    const terminal = mesh.tail();
    await mesh.shows(terminal, "ops-worker is away");
    await mesh.isTailed();
    mesh.say(mesh.line());
    await mesh.shows(terminal, "line 1");
    mesh.store(mesh.line());
    mesh.refusal = undefined;
    await mesh.shows(terminal, "line 2");

    expect(terminal.stderr).toContain("only live lines are shown until it answers");
  });

  it("says with a lost tail that lines may be missing", async () => {
    mesh.refusal = refusal(401, "no");
    const terminal = mesh.tail(["hoox"]);
    await mesh.isTailed("hoox");
    mesh.account.tails.drop();
    await mesh.shows(terminal, "broke off");
    await mesh.shows(terminal, "live again");

    expect(terminal.stderr).toMatch(/what hoox said from 12:00:\d\d on may be missing here; trying again/);
  });
});

describe("with --no-reconnect", () => {
  it("ends with 3 when a tail breaks off, and leaves no other behind", async () => {
    const terminal = mesh.tail(["--no-reconnect"]);
    await mesh.isTailed();
    mesh.account.tails.drop("hoox");

    expect(await mesh.ended(terminal)).toBe(3);
    expect(terminal.stderr).toContain("the tail of hoox broke off");
    expect(mesh.account.tails.size).toBe(0);
  });
});

describe("with --no-follow", () => {
  it("shows what is stored, and opens no tail", async () => {
    mesh.store(mesh.line());
    const terminal = mesh.tail(["--no-follow"]);

    expect(await mesh.ended(terminal)).toBe(0);
    expect(shown(terminal)).toEqual(["line 1"]);
    expect(mesh.account.calls).toEqual([]);
  });
});

/** Somebody else watches. */
async function tailOf(worker: string): Promise<void> {
  const { env, state } = mesh.account;
  await fetch(`${env["CLOUDFLARE_API_BASE_URL"]}/accounts/${state.id}/workers/scripts/${worker}/tails`, {
    method: "POST",
    headers: { authorization: `Bearer ${mesh.account.token}` },
    body: '{"filters":[]}',
  });
}
