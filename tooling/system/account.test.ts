import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeCloudflare } from "../fakes/cloudflare/fake.ts";
import { provision } from "../fakes/cloudflare/provisioned.ts";
import { wranglerDeploy } from "./wrangler.ts";

describe("the fake account, asked by the real wrangler,", () => {
  let fake: FakeCloudflare;
  beforeAll(async () => {
    fake = await FakeCloudflare.start();
    provision(fake);
  });
  afterAll(() => fake.stop());

  it("refuses a Worker whose ledger is not there", async () => {
    const ran = await wranglerDeploy(fake, "d1-worker");

    expect(ran.exitCode).toBe(1);
    expect(ran.stdout + ran.stderr).toMatch(/class 'AccountLedger' in script 'ledger-worker'\s+that does not exist/);
  });
});
