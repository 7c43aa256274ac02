import { AN_ALERT, LIMITS } from "./limits.ts";

type Kept = keyof typeof AN_ALERT.databaseBytes;

/** Bytes of the database that one alert a day comes to, once the oldest of its rows go to the archive as new ones come. */
export function bytesOfAnAlertADay(keptDays: Readonly<Record<Kept, number>>): number {
  return (Object.keys(AN_ALERT.databaseBytes) as Kept[]).reduce(
    (sum, kind) => sum + AN_ALERT.databaseBytes[kind] * keptDays[kind],
    0,
  );
}

/** Alerts a day that one database holds for good. */
export function alertsADay(keptDays: Readonly<Record<Kept, number>>): number {
  return LIMITS.databaseBytes / bytesOfAnAlertADay(keptDays);
}
