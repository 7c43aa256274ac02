import { describe, expect, it } from "vitest";
import { MAX_BODY_BYTES, readBody } from "./read-body.ts";

function requestWith(body: BodyInit | null, headers: Record<string, string> = {}): Request {
  return new Request("https://hoox.example/webhook", {
    method: "POST",
    body,
    headers,
    ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
  });
}

/** A sender that never stops; counts what was taken from it. */
function endless(chunk: Uint8Array): { stream: ReadableStream<Uint8Array>; taken: () => number } {
  let pulls = 0;
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      pulls += 1;
      controller.enqueue(chunk);
    },
  });
  return { stream, taken: () => pulls * chunk.byteLength };
}

describe("reading a body", () => {
  it.each([
    "text/plain",
    "text/plain; charset=utf-8",
    "application/json; charset=UTF-8",
    "application/x-www-form-urlencoded",
  ])("takes text whatever the content type says: %s", async (type) => {
    expect(await readBody(requestWith('{"a":"é"}', { "content-type": type }))).toBe('{"a":"é"}');
  });

  it("drops a byte order mark", async () => {
    expect(await readBody(requestWith(new Uint8Array([0xef, 0xbb, 0xbf, 0x7b, 0x7d])))).toBe("{}");
  });

  it("joins a character that arrives in two pieces", async () => {
    const euro = new TextEncoder().encode("€");
    const stream = new ReadableStream({
      start(controller) {
        controller.enqueue(euro.slice(0, 1));
        controller.enqueue(euro.slice(1));
        controller.close();
      },
    });

    expect(await readBody(requestWith(stream))).toBe("€");
  });

  it("takes an absent body as empty", async () => {
    expect(await readBody(requestWith(null))).toBe("");
  });

  it("takes exactly the limit and not one byte more", async () => {
    expect(await readBody(requestWith("x".repeat(MAX_BODY_BYTES)))).toHaveLength(MAX_BODY_BYTES);
    await expect(readBody(requestWith("x".repeat(MAX_BODY_BYTES + 1)))).rejects.toMatchObject({ status: 413 });
  });

  it("counts bytes, not characters", async () => {
    await expect(readBody(requestWith("€".repeat(MAX_BODY_BYTES / 2)))).rejects.toMatchObject({ status: 413 });
  });

  it("stops reading a body that never ends", async () => {
    const { stream, taken } = endless(new Uint8Array(4_096));

    await expect(readBody(requestWith(stream))).rejects.toMatchObject({ status: 413 });
    expect(taken()).toBeLessThan(MAX_BODY_BYTES * 11);
  });

  it("reads one that is somewhat too large to its end, so that the sender hears why it is refused", async () => {
    let read = 0;
    const stream = new ReadableStream<Uint8Array>({
      pull(controller) {
        read += 4_096;
        controller.enqueue(new Uint8Array(4_096));
        if (read >= MAX_BODY_BYTES * 2) controller.close();
      },
    });

    await expect(readBody(requestWith(stream))).rejects.toMatchObject({ status: 413 });
    expect(read).toBe(MAX_BODY_BYTES * 2);
  });

  it("refuses an announced size far above the limit at once, without touching the body", async () => {
    const { stream, taken } = endless(new Uint8Array(1));
    const request = requestWith(stream, { "content-length": "200000" });
    const before = taken();

    await expect(readBody(request)).rejects.toMatchObject({ status: 413, code: "body_too_large" });
    expect(taken() - before).toBeLessThanOrEqual(1);
  });
});
