import { Command, Option } from "clipanion";
import { CliError, usageError, type ExitCode } from "../../errors.ts";
import { count } from "../../options.ts";
import type { Judged, Limits } from "../../queues/judge.ts";
import { QueueMeshCommand } from "../queues/on-mesh.ts";

const MOST = 1_000_000_000;

export class CheckQueues extends QueueMeshCommand {
  static override paths = [["check", "queues"]];
  static override usage = Command.Usage({
    category: "See what happened",
    description: "Whether the queues are as shallow as they should be, and no signal is at risk",
    details:
      "A warning begins where the monitor would tell the chat: by the registry, or by config:monitor in KV; --warn and --critical set other numbers of messages for every queue but those of dead letters. Critical are dead letters that are not stored, signals that expire before their turn, and messages that Cloudflare deletes within a day. Exits 0 when all is ok, 1 when not, 3 when it could not be looked at; the level stands in --json. With --nagios it prints one line (or with --json the document) and exits 0, 1 for a warning, 2 for critical, 3 for unknown.",
    examples: [
      ["By the monitor's own levels", "npx hoox check queues"],
      ["By numbers, for a script", "npx hoox check queues --warn 100 --critical 1000 --json"],
      ["As a plugin of Nagios and its like", "npx hoox check queues --nagios --warn 100 --critical 1000"],
    ],
  });
  warn = Option.String("--warn", { description: "Messages from which a queue is a warning" });
  critical = Option.String("--critical", { description: "Messages from which a queue is critical" });
  nagios = Option.Boolean("--nagios", false, { description: "One line and the exit codes of a Nagios plugin" });

  async answer(): Promise<ExitCode> {
    const limits = this.limits();
    const { judgedText, nagiosLine, plain } = await import("../../output/queue-check.ts");
    try {
      const judged = await this.judged(limits);
      this.reply(judged, () => (this.nagios ? nagiosLine(judged) : judgedText(judged, this.view(false))));
      this.noteProblems(judged.problems);
      if (judged.level !== "ok") this.note("which way it goes: npx hoox queues depth --watch");
      return this.exitCodeOf(judged);
    } catch (error) {
      if (this.nagios && !this.json && error instanceof CliError)
        this.print(`QUEUES UNKNOWN - ${plain(error.message)}`);
      throw error;
    }
  }

  limits(): Pick<Limits, "warn" | "critical"> {
    const read = (name: string, text: string | undefined): number | undefined =>
      text === undefined ? undefined : count(name, text, { min: 1, max: MOST });
    const [warn, critical] = [read("--warn", this.warn), read("--critical", this.critical)];
    if (warn !== undefined && critical !== undefined && critical < warn)
      throw usageError(`--critical ${critical} is below --warn ${warn}`, "a queue is critical after it was a warning");
    return { warn, critical };
  }

  async judged(limits: Pick<Limits, "warn" | "critical">): Promise<Judged> {
    const [mesh, { opsRoutes }, { judge }, { monitorConfigOf }] = await Promise.all([
      this.mesh(),
      import("#contracts/routes/ops"),
      import("../../queues/judge.ts"),
      import("../../queues/monitor-config.ts"),
    ]);
    const [reply, { config, problem }] = await Promise.all([mesh.call(opsRoutes.queues), monitorConfigOf(mesh)]);
    const problems = [...(reply.problems ?? []), ...(problem === undefined ? [] : [problem])];
    return judge({ ...reply, problems }, { ...limits, config, now: this.context.now() });
  }

  exitCodeOf({ level, problems }: Judged): ExitCode {
    if (level === "ok") return problems.length > 0 ? 3 : 0;
    return this.nagios && level === "critical" ? 2 : 1;
  }
}
