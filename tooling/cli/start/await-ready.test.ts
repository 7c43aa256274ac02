import { describe, expect, it } from "vitest";
import { OPERATOR_KEY, startFakeMesh } from "../testing/fake-mesh.ts";
import { whatIsMissing } from "./await-ready.ts";

const well = { status: "ok", version: "v1", dependencies: [] };
const gateway = { body: { worker: "hoox", ...well } };
const ofMesh = (url: string, without: string[] = []) => ({ url, operatorKey: OPERATOR_KEY, without });

describe("a mesh is ready", () => {
  it("when the gateway and every Worker are well", async () => {
    await using mesh = await startFakeMesh({ gateway, health: { workers: [{ worker: "d1-worker", ...well }] } });

    expect(await whatIsMissing({ fetch }, ofMesh(mesh.url))).toBeUndefined();
  });

  it("not before a Worker behind the gateway is", async () => {
    const failing = {
      worker: "d1-worker",
      status: "failing",
      version: "v1",
      dependencies: [{ name: "database", status: "failing", detail: "no such table" }],
    };
    await using mesh = await startFakeMesh({ gateway, health: { workers: [failing] } });

    expect(await whatIsMissing({ fetch }, ofMesh(mesh.url))).toBe("d1-worker: database is failing: no such table");
  });

  it("while the bot has no chat yet: the set-up of the chat needs the mesh", async () => {
    const telegram = {
      worker: "telegram-worker",
      status: "failing",
      version: "v1",
      dependencies: [{ name: "telegram", status: "failing", detail: "there is a bot, but no chat" }],
    };
    const seen = [{ name: "telegram-worker", status: "failing" }];
    await using mesh = await startFakeMesh({
      gateway: { body: { worker: "hoox", ...well, dependencies: seen } },
      health: { workers: [telegram, { worker: "ops-worker", ...well, dependencies: seen }] },
    });

    expect(await whatIsMissing({ fetch }, ofMesh(mesh.url))).toBeUndefined();
  });

  it("not while nothing answers", async () => {
    expect(await whatIsMissing({ fetch }, ofMesh("http://localhost:1"))).toContain("the gateway does not answer yet");
  });

  it("without the Worker that was left out, and what it takes down with it", async () => {
    const missing = [{ name: "ledger-worker", status: "not_deployed" }];
    await using mesh = await startFakeMesh({
      gateway: { status: 503, body: { worker: "hoox", status: "failing", version: "v1", dependencies: missing } },
      health: { workers: [{ worker: "trade-worker", status: "failing", version: "v1", dependencies: missing }] },
    });

    expect(await whatIsMissing({ fetch }, ofMesh(mesh.url, ["ledger-worker"]))).toBeUndefined();
  });

  it("when ops-worker is left out and the gateway alone can be asked", async () => {
    await using mesh = await startFakeMesh({ gateway });

    expect(await whatIsMissing({ fetch }, ofMesh(mesh.url, ["ops-worker"]))).toBeUndefined();
  });
});
