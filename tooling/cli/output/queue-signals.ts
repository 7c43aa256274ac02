import type { MonitorView, OpenAlert, SignalsForecast } from "#contracts/monitor";
import type { Paint } from "./paint.ts";
import { rate, wholeSeconds } from "./queue-words.ts";

interface Drawn {
  now: Date;
  paint: Paint;
}

/** What the monitor says beside the queues, the worst first: signals at risk, alerts that are open, what waits. */
export function monitorLines(monitor: MonitorView | undefined, view: Drawn): string[] {
  if (monitor === undefined) return [];
  const { signals, alerts, sampledAt } = monitor;
  if (sampledAt === undefined) return [view.paint.dim("signals: the monitor has not looked yet, it does each minute")];
  const age = view.paint.dim(` (seen ${since(sampledAt, view.now)} ago)`);
  return [
    ...riskLine(signals, view),
    ...alerts.map((alert) => alertLine(alert, view)),
    `${waitingText(signals, view)}${age}`,
  ];
}

function riskLine({ atRisk, waiting, firstExpiresAt }: SignalsForecast, { now, paint }: Drawn): string[] {
  if (atRisk === 0) return [];
  const first = firstExpiresAt === undefined ? undefined : Date.parse(firstExpiresAt) - now.getTime();
  const when = first === undefined ? "" : first <= 0 ? ", the first by now" : `, the first in ${wholeSeconds(first)}`;
  return [paint.bad(`${atRisk} of ${waiting} waiting signals AT RISK: they expire before their turn comes${when}`)];
}

function alertLine({ name, since: from, value, enter, leave, unit }: OpenAlert, { now, paint }: Drawn): string {
  const rounded = Math.round(value * 10) / 10;
  return paint.odd(`alert ${name}: ${rounded} ${unit}, for ${since(from, now)} (told from ${enter}, over at ${leave})`);
}

function waitingText(signals: SignalsForecast, { now, paint }: Drawn): string {
  const { waiting, deferred, inDoubt, oldestAt, inPerSecond, outPerSecond, drainSeconds } = signals;
  if (waiting === 0 && inDoubt === 0) return paint.dim("signals: none waits");
  const details = [
    ...(deferred === 0 ? [] : [`${deferred} back off`]),
    ...(inDoubt === 0 ? [] : [paint.bad(`${inDoubt} leg${inDoubt === 1 ? "" : "s"} in doubt`)]),
    ...(oldestAt === undefined ? [] : [`oldest ${since(oldestAt, now)}`]),
    ...(inPerSecond === undefined || outPerSecond === undefined
      ? []
      : [`in ${rate(inPerSecond)}, out ${rate(outPerSecond)}`]),
    ...(drainSeconds === undefined ? [] : [`drained in ${wholeSeconds(drainSeconds * 1_000)}`]),
  ];
  return [`signals: ${waiting} waiting`, ...details].join(", ");
}

function since(at: string, now: Date): string {
  return wholeSeconds(Math.max(0, now.getTime() - Date.parse(at)));
}
