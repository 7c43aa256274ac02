import { createLogBuffer as createWholeBuffer, type Log, type LogBuffer } from "#runtime/log";
import { running } from "./process.ts";

export { createConsoleLog } from "#runtime/log";

/**
 * Stands in the place of `#runtime/log` in a bundle. Writing and redacting lines costs a tenth of a seed and proves
 * nothing of it: where they neither travel nor are read, they are counted. Draws what a whole line draws.
 */
export function createLogBuffer(options: Parameters<typeof createWholeBuffer>[0]): LogBuffer {
  const whole = createWholeBuffer(options);
  return { ...whole, log: counted(whole.log) };
}

function counted(whole: Log): Log {
  const log = (...line: Parameters<Log>): void => {
    const world = running.getStore()?.world;
    if (world === undefined || world.linesMatter) return whole(...line);
    world.saw(line[1]);
    crypto.randomUUID();
  };
  return Object.assign(log, { for: (requestId: string) => counted(whole.for(requestId)) });
}
