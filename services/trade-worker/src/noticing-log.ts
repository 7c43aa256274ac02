import type { Log } from "#runtime/log";

/**
 * A log that remembers whether it was used: a consumer that had nothing to say does not send the lines
 * that attempts beside it are still gathering.
 */
export function noticing(inner: Log): { log: Log; used: () => boolean } {
  let used = false;
  const wrap = (log: Log): Log =>
    Object.assign(
      (...line: Parameters<Log>) => {
        // Such a line goes to the console alone.
        if (line[0] !== "debug") used = true;
        log(...line);
      },
      { for: (requestId: string) => wrap(log.for(requestId)) },
    );
  return { log: wrap(inner), used: () => used };
}
