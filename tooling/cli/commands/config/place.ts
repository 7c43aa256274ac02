import { Option } from "clipanion";
import { MeshCommand } from "../../base.ts";
import type { ConfigStore } from "../../config-store.ts";
import type { ExitCode } from "../../errors.ts";

/** Commands on what stands in KV. */
export abstract class ConfigCommand extends MeshCommand {
  remote = Option.Boolean("--remote", false, {
    description: "The account's KV itself, past the mesh: for one that does not answer",
  });

  async store(): Promise<ConfigStore> {
    const { accountStore, meshStore } = await import("../../config-store.ts");
    return this.remote ? accountStore(this.context) : meshStore(await this.mesh());
  }
}

/** A change of one key. */
export abstract class ConfigChange extends ConfigCommand {
  reason = Option.String("--reason", { description: "Why; it is kept in the audit log" });
  wait = Option.Boolean("--wait", false, { description: "Wait, at most two minutes, until the mesh sees it" });
  dryRun = Option.Boolean("--dry-run", false, { description: "Only say what would be done" });

  /** Undefined deletes. */
  async change(store: ConfigStore, key: string, value: string | undefined): Promise<ExitCode> {
    const { awaitValue, meshStore } = await import("../../config-store.ts");
    const verb = value === undefined ? "deleted" : "set";
    const note = await store.put(key, value, this.reason ?? `hoox ${this.path.join(" ")}`);
    const seen = this.wait
      ? await awaitValue(this.context, this.remote ? meshStore(await this.mesh()) : store, { key, value, seconds: 120 })
      : undefined;
    this.reply({ key, result: verb, ...(seen === undefined ? {} : { seen }), note }, () => `${key}: ${verb}`);
    this.note(note);
    if (seen === true) this.note("the mesh sees it from where it was asked; other places may take a minute more");
    if (seen === false) this.note(`the mesh does not see it yet; look again: npx hoox config kv get ${key}`);
    if (key.endsWith("kill_switch")) this.note("the kill switch itself is a Durable Object: npx hoox kill-switch show");
    return seen === false ? 1 : 0;
  }
}
