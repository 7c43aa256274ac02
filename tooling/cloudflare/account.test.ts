import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeCloudflare } from "../fakes/cloudflare/fake.ts";
import { testContext } from "../cli/testing/run-cli.ts";
import { AccountError, openAccount, type Account } from "./index.ts";

let fake: FakeCloudflare;
let slept: number[];

beforeEach(async () => {
  fake = await FakeCloudflare.start();
  slept = [];
});
afterEach(() => fake.stop());

function open(env: Record<string, string | undefined> = {}, options: { timeoutMs?: number } = {}): Promise<Account> {
  const sleep = async (ms: number): Promise<void> => void slept.push(ms);
  return openAccount(testContext({ env: { ...fake.env, ...env }, sleep }), options);
}

async function failureOf(promise: Promise<unknown>): Promise<AccountError> {
  const error = await promise.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof AccountError) return error;
  throw new Error("it did not fail as the account fails", { cause: error });
}

describe("opening an account", () => {
  it("finds the only one that the token sees", async () => {
    const account = await open({ CLOUDFLARE_ACCOUNT_ID: undefined });

    expect(account).toMatchObject({ id: fake.state.id, name: "Trader's account", source: "CLOUDFLARE_API_TOKEN" });
  });

  it("says what to set when the token may not look for it", async () => {
    fake.addToken("a-token-for-queues-alone", { permissions: ["Queues:Edit"] });
    const opened = open({ CLOUDFLARE_ACCOUNT_ID: undefined, CLOUDFLARE_API_TOKEN: "a-token-for-queues-alone" });

    await expect(opened).rejects.toMatchObject({
      message: "this token sees no Cloudflare account",
      hint: expect.stringContaining("CLOUDFLARE_ACCOUNT_ID"),
    });
  });

  it("with an id that is none says where the right one is", async () => {
    const error = await failureOf((await open({ CLOUDFLARE_ACCOUNT_ID: "my-account" })).queues.list());

    expect(error.hint).toContain("CLOUDFLARE_ACCOUNT_ID");
  });

  it("without any credentials says both ways to get some", async () => {
    const opened = open({ CLOUDFLARE_API_TOKEN: undefined });

    await expect(opened).rejects.toMatchObject({
      exitCode: 2,
      hint: expect.stringMatching(/CLOUDFLARE_API_TOKEN[^]*npx wrangler login/),
    });
  });

  it("hands wrangler the token in its environment", async () => {
    expect((await open()).wranglerEnv()).toEqual({
      CLOUDFLARE_ACCOUNT_ID: fake.state.id,
      CLOUDFLARE_API_TOKEN: fake.token,
    });
  });
});

describe("the token", () => {
  it("is verified", async () => {
    const soon = new Date("2030-01-01T00:00:00.000Z");
    fake.addToken("a-token-that-ends-soon", { expiresOn: soon });
    const account = await open({ CLOUDFLARE_API_TOKEN: "a-token-that-ends-soon" });

    expect(await account.token()).toEqual({ kind: "token", status: "active", expiresAt: soon });
  });

  it("that has expired is refused with where to make another, and not told", async () => {
    fake.addToken("a-token-of-last-year", { expiresOn: new Date("2020-01-01T00:00:00.000Z") });
    const error = await failureOf((await open({ CLOUDFLARE_API_TOKEN: "a-token-of-last-year" })).token());

    expect(error).toMatchObject({ exitCode: 3, hint: expect.stringContaining("dash.cloudflare.com") });
    expect(`${error.message}${error.hint}${error.stack}`).not.toContain("a-token-of-last-year");
  });

  it("tells which permissions it lacks", async () => {
    fake.addToken("a-token-for-some-things", { permissions: ["Workers Scripts:Edit", "Queues:Edit", "D1:Edit"] });
    const account = await open({ CLOUDFLARE_API_TOKEN: "a-token-for-some-things" });
    const lacking = (await account.missingPermissions()).map(({ name }) => name);

    expect(lacking).toEqual([
      "Workers Tail",
      "Workers Observability",
      "Workers KV Storage",
      "Workers R2 Storage",
      "Account Settings",
    ]);
  });

  it("that may only read names the permission that writing needs", async () => {
    fake.addToken("a-token-that-reads", { permissions: ["Queues:Read"] });
    const account = await open({ CLOUDFLARE_API_TOKEN: "a-token-that-reads" });

    expect(await account.queues.list()).toEqual([]);
    expect(await failureOf(account.queues.create("records"))).toMatchObject({
      status: 403,
      hint: expect.stringContaining('"Queues: Edit"'),
    });
  });
});

describe("when Cloudflare is in trouble", () => {
  it("asks again after a 5xx, later each time", async () => {
    fake.fail({ path: "/queues", status: 503, times: 3 });

    expect(await (await open()).queues.list()).toEqual([]);
    expect(slept).toHaveLength(3);
    expect(slept.at(2)).toBeGreaterThan(slept.at(0) ?? 0);
  });

  it("waits as long as a 429 says, also before something that must not be done twice", async () => {
    fake.fail({ path: "/queues", status: 429, retryAfter: 7 });
    await (await open()).queues.create("records");

    expect(slept).toEqual([7_000]);
    expect([...fake.state.queues.values()].map(({ name }) => name)).toEqual(["records"]);
  });

  it("does not wait minutes: it says how long", async () => {
    fake.fail({ path: "/queues", status: 429, retryAfter: 240 });
    const error = await failureOf((await open()).queues.list());

    expect(error).toMatchObject({ status: 429, passing: true, hint: expect.stringContaining("wait 240 s") });
    expect(slept).toEqual([]);
  });

  it("gives up after four tries", async () => {
    fake.fail({ path: "/queues", status: 500, times: 9 });
    const error = await failureOf((await open()).queues.list());

    expect(error).toMatchObject({ exitCode: 3, status: 500, passing: true, inDoubt: false });
    expect(fake.calls).toHaveLength(4);
  });

  it.each([
    { what: "a 500", fault: { status: 500 } },
    { what: "a dropped connection", fault: { drop: true } },
    { what: "half a document", fault: { garbage: "json" } },
    { what: "a proxy's page", fault: { garbage: "html" } },
    { what: "no answer in time", fault: { timeout: true } },
  ] as const)("never repeats a creation after $what, and says that it may have been done", async ({ fault }) => {
    fake.fail({ ...fault, method: "POST", done: true });
    const account = await open({}, { timeoutMs: 150 });
    const error = await failureOf(account.queues.create("records"));

    expect(error).toMatchObject({ inDoubt: true, hint: expect.stringContaining("nobody knows whether it was done") });
    expect(error.message).toMatch(/^could not create queue records: /);
    expect(fake.calls).toEqual(["POST /queues"]);
    expect(fake.state.queueNamed("records")).toBeDefined();
  });

  it.each([
    { what: "a 500", fault: { status: 500 } },
    { what: "a dropped connection", fault: { drop: true } },
  ] as const)(
    "does not say that nothing was done after four times $what: the answers may be lost",
    async ({ fault }) => {
      const account = await open();
      const queue = await account.queues.create("records");
      fake.fail({ ...fault, method: "PATCH", times: 4, done: true });

      expect(await failureOf(account.queues.update(queue, { retentionSeconds: 60 }))).toMatchObject({
        inDoubt: true,
        hint: expect.stringContaining("nobody knows"),
      });
    },
  );

  it("does not take a refusal for an answer to the try whose own answer got lost", async () => {
    const account = await open();
    const queue = await account.queues.create("records");
    fake.fail({ method: "PATCH", drop: true, done: true }, { method: "PATCH", status: 400 });

    expect(await failureOf(account.queues.update(queue, { retentionSeconds: 60 }))).toMatchObject({
      status: 400,
      inDoubt: true,
    });
  });

  it("says of a question alone that it may be asked again", async () => {
    fake.fail({ path: "/queues", drop: true, times: 4 });

    expect(await failureOf((await open()).queues.list())).toMatchObject({
      inDoubt: false,
      hint: "is the network up? then run it again",
    });
  });

  it.each([
    { what: "drops the connection", fault: { drop: true } },
    { what: "answers nothing", fault: { timeout: true } },
  ] as const)("asks again what may be asked again when it $what", async ({ fault }) => {
    fake.fail({ ...fault, path: "/queues" });

    expect(await (await open({}, { timeoutMs: 150 })).queues.list()).toEqual([]);
  });

  it("calls half a document by its name", async () => {
    fake.fail({ path: "/queues", garbage: "json" });
    const error = await failureOf((await open()).queues.list());

    expect(error.message).toBe(
      "could not list the queues: the answer (200) is not what Cloudflare sends: no JSON envelope",
    );
  });

  it("takes a deletion that a lost answer hid for done", async () => {
    fake.state.addQueue("records");
    const account = await open();
    const [queue] = await account.queues.list();
    fake.fail({ method: "DELETE", drop: true, done: true });
    if (queue) await account.queues.delete(queue);

    expect(fake.state.queueNamed("records")).toBeUndefined();
  });

  it("respects the account's own rate limit", async () => {
    await fake.stop();
    fake = await FakeCloudflare.start({ rateLimit: 2 });
    const account = await open();
    await account.queues.list();
    await account.queues.list();

    expect(await failureOf(account.queues.list())).toMatchObject({ status: 429, passing: true });
  });
});
