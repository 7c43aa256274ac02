import { once } from "node:events";
import { Command, Option } from "clipanion";
import { MeshCommand, absoluteOption } from "../../base.ts";
import { usageError } from "../../errors.ts";
import { logRowText } from "../../output/log-line.ts";

export class LogsTail extends MeshCommand {
  static override paths = [
    ["logs", "tail"],
    ["logs", "worker"],
    ["logs", "all"],
  ];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Log lines of the Workers as they come in, until Ctrl-C",
    details:
      "First what is stored: the last 20 lines, or all with --since or --request-id; then new ones. On this machine they arrive within about five seconds of being written; on an account at once, through Cloudflare's live tails of the Workers, with what only those see: exceptions, other console output and, with --level debug, debug lines, which are not stored. What a live tail misses comes from the stored logs; without the account's credentials all lines do. A lost connection is taken up again. With --json one JSON document per line. Times are UTC.",
    examples: [
      ["Everything", "npx hoox logs tail"],
      ["One Worker", "npx hoox logs tail trade-worker"],
      ["One request, from its first line", "npx hoox logs tail --request-id 9b1deb4d-3b7d-4bad-9bdd-2b0d7b3dcb6d"],
      ["What goes wrong in two Workers", "npx hoox logs tail trade-worker d1-worker --level warn --since 10m"],
      ["For a script: what is stored, then end", "npx hoox logs tail --all --since 1h --no-follow --json"],
    ],
  });
  workers = Option.Rest({ name: "worker" });
  all = Option.Boolean("--all", false, { description: "Of all Workers (the default)" });
  requestId = Option.String("--request-id", { description: "Only lines of this request, from its first on" });
  worker = Option.Array("--worker", [], { description: "Only lines of this Worker; may be repeated" });
  level = Option.String("--level", { description: "From this severity on: debug, info, warn, error or all" });
  grep = Option.String("--grep", { description: "Only lines that contain this text" });
  since = Option.String("--since", { description: "Begin 90s, 10m, 2h or 1d ago, or at an ISO time" });
  follow = Option.Boolean("--follow", true, { description: "Go on with new lines (the default; --no-follow for not)" });
  reconnect = Option.Boolean("--reconnect", true, {
    description: "Take up a lost connection again (the default; --no-reconnect for not)",
  });
  remote = Option.Boolean("--remote", false, {
    description: "The Cloudflare account's Workers, also where no profile is active",
  });
  absolute = absoluteOption();

  async answer(): Promise<void> {
    const [{ readLogFilter }, { logSource }, { stopSignal }] = await Promise.all([
      import("../../logs/filter.ts"),
      import("../../logs/source.ts"),
      import("../../lasting.ts"),
    ]);
    const workers = [...this.workers, ...this.worker];
    const wantsAll = this.all || this.path[1] === "all";
    if (wantsAll && workers.length > 0)
      throw usageError(`all Workers, or only ${workers.join(", ")}?`, "name either; see: npx hoox logs tail --help");
    if (this.path[1] === "worker" && workers.length === 0)
      throw usageError("of which Worker?", "such as: npx hoox logs worker d1-worker");
    const filter = readLogFilter({ ...this, workers }, this.context.now());
    const { signal: stop, forget } = stopSignal(this.context);
    const { follow, reconnect: retry, target, remote } = this;
    const note = (text: string): void => this.note(text);
    let shown = 0;
    try {
      const source = await logSource(this.context, { filter, follow, retry, target, remote, stop, note });
      for await (const rows of source) {
        const view = { ...this.view(this.absolute), requestId: !this.requestId };
        const lines = rows.map((row) => (this.json ? JSON.stringify(row) : logRowText(row, view)));
        shown += rows.length;
        // Who reads slowly is waited for, instead of keeping a flood in memory.
        const isTaken = rows.length === 0 || this.context.stdout.write(`${lines.join("\n")}\n`);
        if (!isTaken) await once(this.context.stdout, "drain", { signal: stop }).catch(() => undefined);
      }
    } finally {
      forget();
    }
    if (shown === 0) note("no line fits (lines arrive within about five seconds)");
  }
}
