import { CliError } from "../cli/errors.ts";
import { tailEvent, type TailEvent } from "./tail-event.ts";

export interface TailSocket {
  /** Resolves with the reason once the connection has ended, whoever ended it. */
  closed: Promise<string>;
  close(): void;
}

const OPENS_WITHIN_MS = 30_000;

/** Connects to the stream of a tail. What it says that is no event is passed over. */
export async function openTailSocket(
  url: string,
  options: { worker: string; onEvent: (event: TailEvent) => void; signal: AbortSignal },
): Promise<TailSocket> {
  const { worker, onEvent, signal } = options;
  const socket = new WebSocket(url, "trace-v1");
  socket.binaryType = "arraybuffer";
  socket.addEventListener("message", ({ data }) => {
    const event = eventIn(data);
    if (event !== undefined) onEvent(event);
  });
  const closed = new Promise<string>((resolve) => {
    socket.addEventListener("close", ({ code, reason }) => resolve(reason ? `${reason} (${code})` : String(code)), {
      once: true,
    });
  });
  // An error is followed by a close, which says as much.
  socket.addEventListener("error", () => undefined);
  const close = (): void => socket.close();
  const patience = AbortSignal.any([signal, AbortSignal.timeout(OPENS_WITHIN_MS)]);
  patience.addEventListener("abort", close, { once: true });
  const opened = new Promise<undefined>((resolve) =>
    socket.addEventListener("open", () => resolve(undefined), { once: true }),
  );
  const why = await Promise.race([opened, closed]);
  patience.removeEventListener("abort", close);
  if (why !== undefined) {
    throw new CliError(3, `the tail of ${worker} does not open (${why})`, { passing: true });
  }
  // As wrangler does; without it nothing is said.
  socket.send(JSON.stringify({ debug: false }));
  return { closed, close };
}

function eventIn(data: unknown): TailEvent | undefined {
  try {
    const text = data instanceof ArrayBuffer ? new TextDecoder().decode(data) : String(data);
    return tailEvent.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
