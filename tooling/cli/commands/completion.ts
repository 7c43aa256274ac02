import { Command, Option } from "clipanion";
import { HooxCommand } from "../base.ts";
import { read } from "../options.ts";

export class Completion extends HooxCommand {
  static override paths = [["completion"]];
  static override usage = Command.Usage({
    category: "Develop",
    description: "Print a script that makes your shell complete commands, options and their values",
    details:
      "bash completes behind `npx hoox` as well as behind `hoox`. For the others, and to type less: alias hoox='npx hoox'. Print it again after an update.",
    examples: [
      [
        "bash, for this shell: source <(npx hoox completion bash). For every one",
        "npx hoox completion bash >> ~/.bash_completion",
      ],
      ["zsh, with fpath+=~/.zfunc before compinit in ~/.zshrc", "npx hoox completion zsh > ~/.zfunc/_hoox"],
      ["fish", "npx hoox completion fish > ~/.config/fish/completions/hoox.fish"],
    ],
  });
  shell = Option.String({ name: "shell" });

  async answer(): Promise<void> {
    const [z, { shells }, { completionScript }, { completionTable }] = await Promise.all([
      import("zod"),
      import("../completion/values.ts"),
      import("../completion/scripts.ts"),
      import("../completion/table.ts"),
    ]);
    const shell = read("shell", z.enum(shells), this.shell);
    const script = completionScript(shell, await completionTable());
    this.reply({ shell, script }, () => script);
  }
}
