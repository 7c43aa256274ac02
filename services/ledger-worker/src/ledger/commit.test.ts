import { describe, expect, it } from "vitest";
import { Desk } from "../testing/desk.ts";
import { MemorySql } from "../../../../tooling/fakes/memory-sql.ts";
import type { SqlValue } from "./ports.ts";

/** A storage whose next statement of a kind fails. */
class FragileSql extends MemorySql {
  failing: RegExp | undefined;

  override exec<Row>(query: string, ...bindings: SqlValue[]): Row[] {
    if (this.failing?.test(query)) {
      this.failing = undefined;
      throw new Error("disk I/O error");
    }
    return super.exec(query, ...bindings);
  }
}

async function attempt(desk: Desk, number: number): Promise<string[]> {
  desk.sql.queries = [];
  await desk.accept(number);
  const { lease } = await desk.go(number);
  desk.now += 50;
  await desk.send(number, "e", lease);
  desk.now += 50;
  await desk.settle(number, lease, desk.order(number, "e"));
  return desk.sql.queries;
}

describe("an ordinary alert", () => {
  it("writes a row once in a commit, however often the commit changes it", async () => {
    const desk = new Desk();
    const { lease } = await desk.accept(1).then(() => desk.go(1));
    await desk.send(1, "e", lease);
    desk.sql.queries = [];
    await desk.settle(1, lease, desk.order(1, "e"));
    const updates = desk.sql.queries.filter((query) => query.startsWith("UPDATE"));

    expect(updates.map((query) => query.split(" ")[1]).toSorted()).toEqual(["legs", "signals"]);
  });

  it("costs at most 25 statements in a ledger that has traded before", async () => {
    const desk = new Desk();
    await attempt(desk, 1);

    expect((await attempt(desk, 2)).length).toBeLessThanOrEqual(25);
  });

  it("needs no statement that the one before it did not need", async () => {
    const desk = new Desk();
    await attempt(desk, 1);
    const known = new Set(await attempt(desk, 2));

    expect((await attempt(desk, 3)).filter((query) => !known.has(query))).toEqual([]);
  });
});

describe("a commit that fails", () => {
  it("leaves nothing behind, in the tables or in memory", async () => {
    const sql = new FragileSql();
    const desk = new Desk({}, sql);
    await desk.open(1);
    await desk.accept(2);
    const { lease } = await desk.go(2);
    await desk.send(2, "e", lease);
    sql.failing = /INTO outbox/;

    await expect(desk.settle(2, lease, desk.order(2, "e"))).rejects.toThrow(/disk/);
    expect((await desk.position())?.quantity).toBe("1");
    await desk.settle(2, lease, desk.order(2, "e"));
    expect((await desk.position())?.quantity).toBe("2");
    const settled = await desk.all("order.updated");
    expect(settled.map((message) => message.data.position?.quantity)).toEqual(["1", "2"]);
  });

  it("does not keep the lane of an acceptance that failed", async () => {
    const sql = new FragileSql();
    const desk = new Desk({}, sql);
    await desk.open(1);
    sql.failing = /INTO signals/;

    await expect(desk.accept(2)).rejects.toThrow(/disk/);
    expect(await desk.accept(3)).toMatchObject({ status: "accepted", seq: 2, hint: true });
    expect((await desk.attempt(3)).end).toEqual({ status: "ok", outcome: "filled" });
  });
});
