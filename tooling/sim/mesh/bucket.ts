import type { World } from "../world.ts";

/** R2 as far as d1-worker uses it. */
export class SimBucket {
  readonly files = new Map<string, string>();
  readonly #world: World;

  constructor(world: World) {
    this.#world = world;
  }

  async put(key: string, value: string | Uint8Array): Promise<void> {
    // Letters alone: no hour of a seed is old enough for the archive.
    if (typeof value !== "string") throw new Error("the simulation archives letters alone");
    await this.#world.step("r2.put", () => void this.files.set(key, value), { detail: () => key });
  }

  get(key: string): Promise<{ text(): Promise<string>; arrayBuffer(): Promise<ArrayBuffer> } | null> {
    return this.#world.step("r2.get", () => {
      const text = this.files.get(key);
      return text === undefined
        ? null
        : { text: async () => text, arrayBuffer: () => new Response(text).arrayBuffer() };
    });
  }

  list(options: { prefix: string; limit: number; startAfter?: string }): Promise<{ objects: { key: string }[] }> {
    return this.#world.step("r2.list", () => ({
      objects: [...this.files.keys()]
        .filter((key) => key.startsWith(options.prefix) && key > (options.startAfter ?? ""))
        .toSorted()
        .slice(0, options.limit)
        .map((key) => ({ key })),
    }));
  }

  async delete(keys: string[]): Promise<void> {
    await this.#world.step("r2.delete", () => keys.forEach((key) => this.files.delete(key)));
  }
}
