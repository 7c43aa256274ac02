import type { Fetcher } from "#runtime/internal-auth";
import { REQUEST_ID_HEADER } from "#runtime/request-id";
import type { Isolate } from "../process.ts";
import type { Background, World } from "../world.ts";

/** A service binding: each fetch is an invocation of the other Worker. Gives up when the caller aborts. */
export function serviceTo(
  world: World,
  isolate: Isolate,
  handle: (request: Request, background: Background) => Promise<Response>,
): Fetcher {
  return {
    fetch(request) {
      const asked = world.step(
        `${isolate.name}.fetch`,
        () => world.invoke(isolate, `${isolate.name} fetch`, (background) => handle(request, background)).answer,
        {
          about: world.labels.get(request.headers.get(REQUEST_ID_HEADER) ?? "") ?? "",
          detail: () => `${request.method} ${new URL(request.url).pathname}`,
        },
      );
      asked.catch(() => undefined);
      return Promise.race([asked, aborted(request.signal)]);
    },
  };
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}
