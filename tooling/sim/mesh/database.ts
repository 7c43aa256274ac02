import { FakeD1, d1Failures } from "../../fakes/d1.ts";
import type { World } from "../world.ts";

/** The D1 fake behind a line: latency, lost answers and outages come from the world. */
export class SimD1 extends FakeD1 {
  #world: World | undefined;

  /** One database serves many seeds: creating the tables anew costs more than a seed's traffic. */
  static borrowed(world: World): SimD1 {
    const database = spare.pop() ?? createDatabase();
    for (const { name } of database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")) {
      database.sqlite.exec(`DELETE FROM "${String(name)}"`);
    }
    database.#world = world;
    return database;
  }

  giveBack(): void {
    this.#world = undefined;
    spare.push(this);
  }

  override async call<T>(run: () => T): Promise<T> {
    const world = this.#world;
    if (world === undefined) throw new Error("the database outlived its world");
    this.calls += 1;
    try {
      return await world.step("d1.call", () => run());
    } catch (error) {
      if (error instanceof Error && error.message.startsWith("d1.call"))
        throw new Error(d1Failures.lost, { cause: error });
      throw error;
    }
  }
}

const spare: SimD1[] = [];

function createDatabase(): SimD1 {
  const database = new SimD1();
  database.migrate();
  return database;
}
