import { Command, Option } from "clipanion";
import type { ExitCode } from "../../errors.ts";
import { SecretsCommand } from "./place.ts";

export class SecretsSet extends SecretsCommand {
  static override paths = [["secrets", "set"]];
  static override usage = Command.Usage({
    category: "Mend",
    description: "Give a secret a value, on every Worker that has it",
    details:
      "Without a value it is asked for, unseen. Every Worker must prove afterwards that it has it. A running mesh changes key at once, Worker by Worker, and refuses some calls for seconds: secrets rotate does not. On this machine it edits .dev.vars.",
    examples: [
      ["The internal key anew, everywhere", "npx hoox secrets set INTERNAL_KEY_BINDING --generate"],
      ["As the runbook says it", 'npx hoox secrets set INTERNAL_KEY_BINDING "your_secure_shared_internal_key"'],
      ["From a file", "npx hoox secrets set MAIN_BINANCE_API_KEY --stdin < key.txt"],
      ["One Worker only", "npx hoox secrets set d1-worker INTERNAL_KEY_BINDING --stdin"],
    ],
  });
  first = Option.String({ name: "name" });
  second = Option.String({ name: "value", required: false });
  third = Option.String({ name: "value of a worker's", required: false });
  worker = Option.String("--worker", { description: "This Worker only" });
  stdin = Option.Boolean("--stdin", false, { description: "Read the value from stdin" });
  generate = Option.Boolean("--generate", false, { description: "Make up a value that only the Workers need to know" });
  dryRun = Option.Boolean("--dry-run", false, { description: "Only say what would be done" });

  async answer(): Promise<ExitCode> {
    const [{ secretNamed, knownExchange }, { readValue, canBeMadeUp, isOwnKey }, { setSecret }, { changeText }] =
      await Promise.all([
        import("../../../secrets/named.ts"),
        import("../../../secrets/value.ts"),
        import("../../../secrets/set.ts"),
        import("../../output/secret-change.ts"),
      ]);
    const { secret, only, rest } = await secretNamed([this.first, this.second, this.third], this.worker);
    const { name } = secret;
    knownExchange(name);
    const workers = only === undefined ? secret.workers : [only];
    const place = await this.place();
    this.namePlace(place);
    this.note(`plan: set ${name} on ${place.local ? "the local mesh (.dev.vars)" : workers.join(", ")}`);
    if (this.generate && !place.local && !canBeMadeUp(name)) {
      const { usageError } = await import("../../errors.ts");
      const hint = `make one, keep it, then: npx hoox secrets set ${name} --stdin${place.flag} (such as: openssl rand -hex 24)`;
      throw usageError(`${name} cannot be made up here: somebody outside has to know it, and it is never shown`, hint);
    }
    if (this.dryRun) return this.planned({ name, workers });
    const value = await readValue(this.context, { name, given: rest, stdin: this.stdin, generate: this.generate });
    const again = ["secrets set", only, name, this.generate && "--generate"].filter(Boolean).join(" ");
    const keep = isOwnKey(name) && workers.length === secret.workers.length;
    const change = await setSecret(this.context, place, { name, value, workers, keep, again });
    this.reply(change, () => changeText(change, this.paint));
    for (const next of change.next) this.note(next);
    return change.result === "done" ? 0 : change.result === "not proven" ? 1 : 3;
  }
}
