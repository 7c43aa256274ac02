import type { Mesh } from "./mesh.ts";

/** What a late message must not change, by what it is. */
export function remembered({ venues, telegram, database }: Mesh): Record<string, string> {
  const books = [...venues].map(([name, venue]) => `${name} ${venue.book().orders.length}`).join(", ");
  const told = [...telegram.told.values()].reduce((sum, each) => sum + each.length, 0);
  const count = (sql: string): string => JSON.stringify(database.rows(sql));
  return {
    "orders at the venues": books,
    "notifications told": String(told),
    "rows of signals": count("SELECT outcome, count(*) AS n, sum(rev) AS revs FROM signals GROUP BY outcome"),
    "rows of orders": count("SELECT status, count(*) AS n, sum(rev) AS revs FROM orders GROUP BY status"),
    "rows of positions": count("SELECT account, symbol, quantity FROM positions ORDER BY account, symbol"),
    "dead letters": count("SELECT count(*) AS n FROM dead_letters"),
  };
}
