import { Command, Option } from "clipanion";
import { HooxCommand } from "../base.ts";
import { usageError } from "../errors.ts";
import type { Initialised } from "../init.ts";

export class Init extends HooxCommand {
  static override paths = [["init"]];
  static override usage = Command.Usage({
    category: "Run it",
    description: "First set-up: makes up the local secrets and asks for a Telegram bot",
    details:
      "Writes .dev.vars (readable by you alone, ignored by git) and nothing else. A secret that has a value keeps it, so it is safe to repeat. npm start does the same without asking; this is for whoever wants to know, or has a bot.",
    examples: [
      ["Asks for the token of a bot; Enter for none", "npx hoox init"],
      ["Without a question", "npx hoox init --yes"],
      ["With the token from a file or a password store", "npx hoox init --telegram-token-stdin < token.txt"],
    ],
  });
  yes = Option.Boolean("--yes", false, { description: "Do not ask" });
  tokenFromStdin = Option.Boolean("--telegram-token-stdin", false, {
    description: "Read the token of a Telegram bot from stdin",
  });

  async answer(): Promise<void> {
    const [{ initialise, readToken, TOKEN }, { readDevVars }] = await Promise.all([
      import("../init.ts"),
      import("../dev-vars.ts"),
    ]);
    const { context } = this;
    if (!this.yes && !this.tokenFromStdin && !context.interactive)
      throw usageError("there is no terminal to ask on", "add --yes, or give a token with --telegram-token-stdin");
    const hasToken = Boolean((await readDevVars(context.root))[TOKEN]);
    this.note(`target: ${context.root}/.dev.vars, the secrets of the mesh on this machine`);
    const token = this.tokenFromStdin
      ? await readToken(context, "stdin")
      : this.yes || hasToken
        ? undefined
        : await readToken(context, "terminal");
    const done = await initialise(context.root, token);
    if (token !== undefined && !done.set.includes(TOKEN))
      this.note(`${TOKEN} has a value already, which was kept; to change it, edit .dev.vars`);
    this.reply(done, () => this.text(done));
  }

  text({ set, kept, telegram, next }: Initialised): string {
    const { paint } = this;
    const lines = [
      ...set.map((name) => `${paint.good("set ")}  ${name.padEnd(24)}  ${MEANING[name] ?? ""}`.trimEnd()),
      ...kept.map((name) => `${paint.dim("kept")}  ${name.padEnd(24)}  ${MEANING[name] ?? ""}`.trimEnd()),
    ];
    const bot = telegram ? "" : "\nNo Telegram bot: notifications go to the log. Run this again when you have one.";
    return `${lines.join("\n")}\n${bot}\n${paint.bold("Next")}\n${next.map((line) => `  ${line}`).join("\n")}`;
  }
}

const MEANING: Readonly<Record<string, string>> = {
  INTERNAL_KEY_BINDING: "Workers know each other by it",
  WEBHOOK_API_KEY_BINDING: "alerts carry it",
  OPERATOR_KEY_BINDING: "this command line shows it to the mesh",
  TG_BOT_TOKEN_BINDING: "the bot that tells you what happens",
  TELEGRAM_CHAT_ID_DEFAULT: "the chat that it tells it to",
  TELEGRAM_WEBHOOK_SECRET: "Telegram shows it to the mesh",
};
