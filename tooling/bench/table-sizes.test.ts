import { expect, it } from "vitest";
import { bytesOf } from "./table-sizes.ts";

const line = (n: number, message: string) => ({
  id: `l${n}`,
  request_id: `r${n}`,
  created_at: "2026-11-28T00:00:00.000Z",
  worker: "hoox",
  severity: "info",
  event: "e",
  message,
  fields: "{}",
});

it("rows take up what they hold, with their indexes, and no more than a few bytes beside", () => {
  const rows = Array.from({ length: 200 }, (_, n) => line(n, "x".repeat(1_000)));
  const each = bytesOf("system_logs", rows) / rows.length;

  expect(each).toBeGreaterThan(1_060);
  expect(each).toBeLessThan(1_300);
});

it("no rows take up nothing", () => {
  expect(bytesOf("orders", [])).toBe(0);
});
