import { Command, Option } from "clipanion";
import { usageError } from "../../errors.ts";
import { read } from "../../options.ts";
import { StrategySettingsCommand } from "../../strategy-command.ts";

export class StrategySet extends StrategySettingsCommand {
  static override paths = [["strategy", "set"]];
  static override usage = Command.Usage({
    category: "Run it",
    description: "Change a strategy: shows before → after and asks",
    details:
      "--allow-symbol adds to what is allowed; --unset takes a setting away. A disabled strategy opens nothing; its exits still pass. One that moves to another account or venue leaves behind what is open, and needs an API key there: the plan names both.",
    examples: [
      ["Stop it from opening anything", "npx hoox strategy set scalper --disable --yes"],
      ["Another limit", "npx hoox strategy set scalper --max-notional 900"],
      ["Let it trade every symbol again", "npx hoox strategy set scalper --unset allow-symbol"],
      ["Limits for the default strategy", "npx hoox strategy set default --max-notional 900"],
    ],
  });
  name = Option.String({ name: "name" });
  unset = Option.Array("--unset", [], { description: "Take a setting away, such as stop-loss; several for several" });
  enable = Option.Boolean("--enable", { description: "Accept its entries again" });
  disable = Option.Boolean("--disable", false, { description: "Refuse its entries; exits still pass" });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });

  async answer(): Promise<void> {
    const [{ opsRoutes }, { strategyName }, { BARE, settingsWith, settingsWithout }, { changeLines, strategyText }] =
      await Promise.all([
        import("#contracts/routes/ops"),
        import("#contracts/strategy"),
        import("../../strategy-flags.ts"),
        import("../../output/strategy.ts"),
      ]);
    const name = read("name", strategyName, this.name);
    if (this.enable && this.disable) throw usageError("take one of --enable and --disable");
    // What does not fit is said before anybody is asked.
    settingsWith(this, settingsWithout(this.unset, BARE));
    const mesh = await this.mesh();
    const { strategy: before } = await mesh.call(opsRoutes.strategy, { params: { name } });
    const enabled = this.enable ?? (this.disable ? false : before.enabled);
    const after = { ...settingsWith(this, settingsWithout(this.unset, before)), enabled };
    const changes = changeLines(before, after);
    this.nameTarget(mesh.target);
    if (changes.length === 0) throw usageError(`that would change nothing of strategy ${name}`);
    const [{ leftBehind }, { keyThere }] = await Promise.all([
      import("../../left-behind.ts"),
      import("../../key-there.ts"),
    ]);
    const warnings = await Promise.all([
      keyThere(before, after, { mesh, now: this.context.now() }),
      leftBehind(before, after, mesh),
    ]);
    const exits = before.enabled && !enabled ? ["  its entries are refused; its exits still pass"] : [];
    const plan = [`plan: strategy ${name}:`, ...changes, ...exits, ...warnings.flat()].join("\n");
    await this.confirm({ plan, yes: this.yes });
    const body = { ...after, replaces: before.updatedAt };
    const reply = await mesh.call(opsRoutes.setStrategy, { params: { name }, body });
    const look = { now: this.context.now(), absolute: false, paint: this.paint };
    this.reply(reply, () => strategyText(reply.strategy, look));
    if (reply.note !== undefined) this.note(`\n${reply.note}`);
  }
}
