import type { MonitorView } from "#contracts/monitor";
import { opsRoutes } from "#contracts/routes/ops";
import type { HooxContext } from "../context.ts";
import { lastingConnection, stopSignal } from "../lasting.ts";
import type { MeshClient } from "../mesh-client.ts";
import type { Paint } from "../output/paint.ts";
import { watchFrame, watchLine } from "../output/queue-watch.ts";
import { openScreen } from "../output/screen.ts";
import { depthHistory, drainMs, type QueueView } from "./history.ts";

export interface WatchOptions {
  intervalMs: number;
  json: boolean;
  paint: Paint;
  print: (text: string) => void;
  note: (text: string) => void;
}

/** Looks at all queues every interval until it is stopped: redrawn in place on a terminal, else a line per look. */
export async function watchQueues(mesh: MeshClient, context: HooxContext, options: WatchOptions): Promise<void> {
  const { signal: stop, forget } = stopSignal(context);
  const looks = depthHistory();
  const redraws = !options.json && context.screen() !== undefined;
  let queues: QueueView[] = [];
  let problems: readonly string[] = [];
  let monitor: MonitorView | undefined;
  let trouble: string[] = [];
  let screen: ReturnType<typeof openScreen> | undefined;

  const frame = (): string[] => {
    const now = context.now();
    const { name, url } = mesh.target;
    const every = `every ${options.intervalMs / 1_000} s`;
    const title = `queues of ${name} (${url})  ${now.toISOString().slice(11, 19)} UTC, ${every}, Ctrl-C ends`;
    const size = context.screen() ?? { columns: 80, rows: 24 };
    return watchFrame(queues, {
      now,
      paint: options.paint,
      screen: size,
      title,
      monitor,
      troubles: [...problems, ...trouble],
    });
  };
  // On a screen of its own a note would stand in the middle of the picture.
  const note = (text: string): void => {
    if (screen === undefined) return options.note(text);
    trouble = [text];
    screen.draw(frame());
  };

  const connection = lastingConnection(context, { stop, retry: true, note });
  try {
    for (;;) {
      const reply = await connection.ask(() => mesh.call(opsRoutes.queues, { signal: stop }));
      if (reply === undefined) break;
      const now = context.now();
      monitor = reply.monitor;
      queues = looks.add(now, reply.queues, monitor);
      problems = reply.problems ?? [];
      if (redraws) {
        screen ??= openScreen(context.stdout);
        screen.draw(frame());
        trouble = [];
      } else {
        for (const problem of options.json ? [] : problems) options.note(`not asked: ${problem}`);
        options.print(options.json ? documentOf(now, queues, reply) : watchLine(queues, { now, monitor, ...options }));
      }
      await connection.pause(options.intervalMs);
    }
  } finally {
    forget();
    screen?.leave();
    // What was seen last stays on the terminal.
    if (screen !== undefined) options.print(frame().join("\n"));
  }
}

function documentOf(
  at: Date,
  queues: readonly QueueView[],
  of: { monitor?: MonitorView | undefined; problems?: readonly string[] | undefined },
): string {
  const { signals, alerts } = of.monitor ?? {};
  const rows = queues.map((row) => {
    const { depths: _depths, minutes: _minutes, ...queue } = row;
    const drain = drainMs(row);
    return drain === undefined ? queue : { ...queue, drainSeconds: Math.round(drain / 1_000) };
  });
  return JSON.stringify({ at, queues: rows, signals, alerts, problems: of.problems });
}
