import { join } from "node:path";
import { ROOT } from "../../sync/paths.ts";
import { variantOf } from "../../system/variant.ts";
import { BenchMesh, newAlert, symbolOf } from "../bench-mesh.ts";
import { closedLoop, forMilliseconds, throughput, type Sender } from "../load.ts";
import type { Measure } from "../measure.ts";
import { median } from "../statistics.ts";

const CONNECTIONS = 16;
const note =
  "trade-worker holds its batch; rounds alternate between the null Worker and /webhook, the ratio is taken per round, the median of the rounds counts";

export const acceptance: Measure = {
  name: "acceptance",
  what: "throughput of acceptance alone, against a Worker that does nothing",
  async run({ quick, progress }) {
    const rounds = quick ? 4 : 24;
    // Short rounds: the machine is faster in one second than in another, for both sides alike.
    const milliseconds = 750;
    const holding = await variantOf("trade-worker", {
      main: join(ROOT, "tooling/bench/workers/holding-consumer.ts"),
      durable_objects: { bindings: [] },
      migrations: [],
    });
    // Nothing is executed, so nothing may expire meanwhile either.
    const vars = { "ledger-worker": { ENTRY_VALIDITY_SECONDS: "3600" } };
    return BenchMesh.using({ replace: { "trade-worker": holding }, vars }, async (bench) => {
      const senders = { nothing: bench.nothing(CONNECTIONS), webhook: bench.webhook(CONNECTIONS) };
      const rate = async (sender: Sender): Promise<number> => {
        const more = forMilliseconds(milliseconds);
        const body = (connection: number): string => newAlert(symbolOf(connection));
        return throughput(await closedLoop(sender, { connections: CONNECTIONS, body, more }), 202);
      };
      await rate(senders.nothing);
      await rate(senders.webhook);
      const ratios: number[] = [];
      const rates = { nothing: [] as number[], webhook: [] as number[] };
      for (let round = 0; round < rounds; round += 1) {
        const order = round % 2 === 0 ? (["nothing", "webhook"] as const) : (["webhook", "nothing"] as const);
        const now = { nothing: 0, webhook: 0 };
        for (const each of order) now[each] = await rate(senders[each]);
        rates.nothing.push(now.nothing);
        rates.webhook.push(now.webhook);
        ratios.push((100 * now.webhook) / now.nothing);
        progress(
          `acceptance: round ${round + 1} of ${rounds}: ${now.webhook.toFixed(0)}/s of ${now.nothing.toFixed(0)}/s`,
        );
      }
      return [
        {
          name: "share of the null Worker",
          value: median(ratios),
          unit: "%",
          bar: { limit: 55, better: "higher", aim: 70 },
          samples: rounds,
          note,
        },
        { name: "accepted", value: median(rates.webhook), unit: "alerts/s", samples: rounds },
        { name: "null Worker", value: median(rates.nothing), unit: "requests/s", samples: rounds },
      ];
    });
  },
};
