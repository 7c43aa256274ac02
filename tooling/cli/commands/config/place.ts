import { Option } from "clipanion";
import { MeshCommand } from "../../base.ts";
import type { ConfigStore } from "../../config-store.ts";
import { CliError, type ExitCode } from "../../errors.ts";

/** Commands on what stands in KV. */
export abstract class ConfigCommand extends MeshCommand {
  remote = Option.Boolean("--remote", false, {
    description: "The account's KV itself, past the mesh: for one that does not answer",
  });

  async store(): Promise<ConfigStore> {
    const { accountStore, meshStore } = await import("../../config-store.ts");
    return this.remote ? accountStore(this.context, this.target) : meshStore(await this.mesh());
  }
}

/** A change of one key. */
export abstract class ConfigChange extends ConfigCommand {
  reason = Option.String("--reason", { description: "Why; it is kept in the audit log" });
  wait = Option.Boolean("--wait", false, { description: "Wait, at most two minutes, until the mesh sees it" });
  dryRun = Option.Boolean("--dry-run", false, { description: "Only say what would be done" });

  /** Undefined deletes. */
  async change(store: ConfigStore, key: string, value: string | undefined): Promise<ExitCode> {
    const verb = value === undefined ? "deleted" : "set";
    const note = await store.put(key, value, this.reason ?? `hoox ${this.path.join(" ")}`);
    const { seen, problem } = this.wait ? await this.#awaited(store, { key, value }) : {};
    this.reply({ key, result: verb, ...(seen === undefined ? {} : { seen }), note }, () => `${key}: ${verb}`);
    this.note(note);
    if (problem !== undefined) this.note(`nobody knows whether the mesh sees it: ${problem}`);
    if (seen === true) this.note("the mesh sees it from where it was asked; other places may take a minute more");
    if (seen === false && problem === undefined)
      this.note(`the mesh does not see it yet; look again: npx hoox config kv get ${key}`);
    if (key.startsWith("limits:"))
      this.note(
        "each entry is judged by what KV says when it is sent: by this in a minute or a little more; exits never",
      );
    if (key.endsWith("kill_switch")) this.note("the kill switch itself is a Durable Object: npx hoox kill-switch show");
    return seen === false ? 1 : 0;
  }

  /** The value is written by now: a mesh that cannot be asked does not make that a failure. */
  async #awaited(
    store: ConfigStore,
    of: { key: string; value: string | undefined },
  ): Promise<{ seen: boolean; problem?: string }> {
    const { awaitValue, meshStore } = await import("../../config-store.ts");
    const { meshThere } = await import("../../../secrets/place.ts");
    try {
      const seenBy = this.remote ? meshStore(await meshThere(this.context, this.target)) : store;
      return { seen: await awaitValue(this.context, seenBy, { ...of, seconds: 120 }) };
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      return { seen: false, problem: [error.message, error.hint].filter(Boolean).join("; ") };
    }
  }
}
