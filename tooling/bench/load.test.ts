import { describe, expect, it } from "vitest";
import { closedLoop, throughput, type Reply } from "./load.ts";

/** Answers when the test says so. */
class Door {
  readonly waiting: (() => void)[] = [];
  readonly bodies: string[] = [];

  post(body: string): Promise<Reply> {
    this.bodies.push(body);
    return new Promise((resolve) => this.waiting.push(() => resolve({ status: 202, text: "", ms: 1, sentAt: 0 })));
  }
}

describe("a closed loop", () => {
  it("keeps one request per connection under way", async () => {
    const door = new Door();
    const running = closedLoop(door, { connections: 3, body: String, more: (sent) => sent < 4 });
    expect(door.bodies).toEqual(["0", "1", "2"]);
    for (let next = door.waiting.shift(); next; next = door.waiting.shift()) {
      next();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect((await running).replies).toHaveLength(4);
  });
});

describe("throughput", () => {
  const reply = { status: 202, text: "", ms: 1, sentAt: 0 };

  it("counts answers a second", () => {
    expect(throughput({ replies: [reply, reply, reply], seconds: 2 }, 202)).toBe(1.5);
  });

  it("is not taken from answers of another kind", () => {
    const refused = { ...reply, status: 429, text: "too many" };
    expect(() => throughput({ replies: [reply, refused], seconds: 1 }, 202)).toThrow("429: too many");
  });
});
