import { describe, expect, it } from "vitest";
import { FakeCloudflare } from "../../fakes/cloudflare/fake.ts";
import { openAccount } from "../../cloudflare/index.ts";
import { testContext } from "../testing/run-cli.ts";
import { purgeToTheEnd } from "./purge.ts";

/** Purges a queue of which Cloudflare says so many times that it is not done. Answers also how long it was asked. */
async function purged(
  notDone: number,
  says: () => Response = () => envelope({ completed: "false" }),
): Promise<{ ended: boolean; seconds: number }> {
  const fake = await FakeCloudflare.start();
  try {
    const queue = fake.state.addQueue("records");
    let asked = 0;
    const context = testContext({
      env: fake.env,
      async fetch(input, init) {
        const isQuestion = (init?.method ?? "GET").toUpperCase() === "GET" && String(input).endsWith("/purge");
        if (!isQuestion || ++asked > notDone) return fetch(input, init);
        return says();
      },
    });
    const account = await openAccount(context);
    const before = context.now().getTime();
    const ended = await purgeToTheEnd(context, account, queue);
    return { ended, seconds: (context.now().getTime() - before) / 1_000 };
  } finally {
    await fake.stop();
  }
}

function envelope(result: object): Response {
  return Response.json({ success: true, errors: [], messages: [], result });
}

describe("a purge", () => {
  it("is waited for: what is sent before its end may be deleted with the rest", async () => {
    expect(await purged(3)).toEqual({ ended: true, seconds: 6 });
  });

  it("is waited for, and its end not mistaken, where nobody can say how far it is", async () => {
    const forbidden = (): Response =>
      Response.json({ success: false, errors: [{ code: 10_000, message: "no" }] }, { status: 403 });
    expect(await purged(2, forbidden)).toEqual({ ended: true, seconds: 4 });
  });

  it("is not waited for longer than a minute", async () => {
    expect(await purged(1_000)).toEqual({ ended: false, seconds: 60 });
  });
});
