import type { Bug } from "./bug.ts";

export const bug: Bug = {
  what: "a consumer acknowledges what it could not park",
  foundBy: "what cannot be handled is kept",
  seed: 34,
  edits: [
    {
      in: "queues/consumer.ts",
      from: `      return "parked";
    } catch {
      delivery.retry({ delaySeconds: backoff(retry, delivery.attempts, this.#options.random) });`,
      to: `      return "parked";
    } catch {
      delivery.ack();`,
    },
  ],
};
