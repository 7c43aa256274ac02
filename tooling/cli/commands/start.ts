import { resolve } from "node:path";
import { Command, Option } from "clipanion";
import { messageBox } from "../alert.ts";
import { HooxCommand } from "../base.ts";
import { usageError } from "../errors.ts";
import { count, read } from "../options.ts";
import { paintWith } from "../output/paint.ts";
import { STATE } from "../start/state-folder.ts";
import type { Ready } from "../start/start.ts";

export class Start extends HooxCommand {
  static override paths = [["start"], ["dev"]];
  static override usage = Command.Usage({
    category: "Run it",
    description: "Run the whole mesh on this machine, with the paper venue, until Ctrl-C",
    details: "Log lines go to stderr; `ready`, the alert for TradingView and a curl line go to stdout.",
    examples: [
      ["As npm does it", "npm start"],
      ["A second one beside it", "npx hoox start --port 8788 --state .hoox-2"],
      ["A venue that answers late", `npx hoox start --var 'PAPER={"latencyMs":500}'`],
      ["A fault to look at: /webhook answers 502", "npx hoox start --without ledger-worker"],
    ],
  });
  port = Option.String("--port", "8787", { description: "Where it answers (default 8787; 0 for any free one)" });
  state = Option.String("--state", STATE, { description: `Where it keeps its databases (default ${STATE})` });
  without = Option.Array("--without", [], { description: "Leave this Worker out; may be repeated" });
  vars = Option.Array("--var", [], { description: "Another value of a Worker's var, NAME=value; may be repeated" });
  verbose = Option.Boolean("-v,--verbose", false, { description: "Show debug lines and what wrangler says" });

  async answer(): Promise<void> {
    const [{ startMesh }, { createReporter }, ids] = await Promise.all([
      import("../start/start.ts"),
      import("../start/reporter.ts"),
      import("#contracts/ids"),
    ]);
    const port = count("--port", this.port, { min: 0, max: 65_535 });
    const without = this.without.map((name) => read("--without", ids.worker, name));
    if (without.includes("hoox"))
      throw usageError("--without hoox: the gateway is the one Worker that answers, it cannot be left out");
    const reporter = createReporter({
      write: (text) => this.note(text),
      paint: paintWith(this.context.colour.stderr),
      now: this.context.now,
      verbose: this.verbose,
      writeJson: this.json ? (line) => this.print(JSON.stringify(line)) : undefined,
    });
    this.note(`starting the mesh${without.length > 0 ? ` without ${without.join(", ")}` : ""} …`);
    await startMesh(this.context, {
      port,
      state: resolve(this.context.root, this.state),
      without,
      vars: this.vars,
      note: (text) => this.note(text),
      onLine: (heard) => reporter.hear(heard),
      onReady: (ready) => {
        reporter.started();
        this.ready(ready);
      },
      recent: reporter.recent,
    });
    this.note("stopped");
  }

  ready({ url, alert, curl, hasTelegram }: Ready): void {
    if (this.json) {
      this.print(JSON.stringify({ ready: url, alert, curl }));
      return;
    }
    const { paint } = this;
    this.print(paint.good(paint.bold(`ready ${url}`)));
    this.print(`\n${paint.dim("For the message box of a TradingView strategy alert:")}\n${messageBox(alert)}`);
    this.print(`\n${paint.dim("To try it from here:")}\n${curl}\n`);
    this.note(hasTelegram ? "" : "no TG_BOT_TOKEN_BINDING in .dev.vars: notifications appear below, marked >>");
  }
}
