import { opsRoutes } from "#contracts/routes/ops";
import type { TelegramStatus } from "#contracts/routes/telegram";
import type { HooxContext } from "./context.ts";
import { CliError } from "./errors.ts";
import type { MeshClient } from "./mesh-client.ts";

const WAIT_MS = 5 * 60_000;
const PAUSE_MS = 1_000;

interface Options {
  url: string | undefined;
  code: string | undefined;
  another: boolean;
  context: Pick<HooxContext, "now" | "sleep">;
  note: (text: string) => void;
}

export interface SetUp {
  bot: string;
  chat: { chatId: string; title?: string };
  /** Where Telegram brings what people say, or why nowhere. */
  webhook: { url: string } | { problem: string };
}

/** Bot, chat, test, webhook, in this order; what was done stays done when a later step fails. */
export async function setUp(mesh: MeshClient, options: Options): Promise<SetUp> {
  const status = await mesh.call(opsRoutes.telegram);
  const bot = botOf(status);
  const known = status.defaultChat;
  if (known !== "" && !options.another)
    options.note(`chat ${known} is set up already; for another one: npx hoox telegram setup --another`);
  const chat = known !== "" && !options.another ? { chatId: known } : await findChat(mesh, bot, status, options);
  await mesh.call(opsRoutes.testTelegram, { body: { chatId: chat.chatId } });
  options.note(`a test was sent to chat ${chat.chatId}`);
  return { bot, chat, webhook: await setWebhook(mesh, options.url ?? mesh.target.url, options) };
}

function botOf({ configured, username, problems }: TelegramStatus): string {
  if (username !== undefined) return username;
  const [problem] = problems;
  if (!configured && problem === undefined) {
    throw new CliError(1, "there is no bot token", {
      hint: "write to @BotFather, then put the token into .dev.vars as TG_BOT_TOKEN_BINDING and start the mesh again",
    });
  }
  throw new CliError(1, problem ?? "Telegram does not know the bot", {
    hint: "is TG_BOT_TOKEN_BINDING the token that @BotFather gave, and is Telegram reachable?",
  });
}

async function findChat(
  mesh: MeshClient,
  bot: string,
  { webhook }: TelegramStatus,
  { code = crypto.randomUUID().replaceAll("-", "").slice(0, 12), context, note }: Options,
): Promise<SetUp["chat"]> {
  const before = webhook?.url ?? "";
  // While Telegram brings what is said, nobody can look for it. Nothing is lost meanwhile: it is brought afterwards.
  if (before !== "") await bring(mesh, {}, { note });
  try {
    note(`open https://t.me/${bot}?start=${code} and press Start (in a group: add the bot, then send /start ${code})`);
    const until = context.now().getTime() + WAIT_MS;
    while (context.now().getTime() < until) {
      const { chat } = await mesh.call(opsRoutes.findTelegramChat, { body: { code } });
      if (chat) {
        await mesh.call(opsRoutes.setTelegramChat, { body: { ...chat, present: true } });
        return chat;
      }
      await context.sleep(PAUSE_MS);
    }
  } finally {
    if (before.startsWith("https://")) await bring(mesh, { url: before }, { note });
  }
  throw new CliError(1, `nobody has sent /start ${code} to @${bot} within five minutes`, {
    hint: "run it again and open the link on the phone that has Telegram",
  });
}

/** Without a url: nowhere. */
async function bring(mesh: MeshClient, body: { url?: string }, { note }: Pick<Options, "note">): Promise<void> {
  const reply = await mesh.call(opsRoutes.setTelegramWebhook, { body });
  if (reply.note !== undefined) note(reply.note);
}

async function setWebhook(mesh: MeshClient, base: string, options: Pick<Options, "note">): Promise<SetUp["webhook"]> {
  const { protocol, hostname } = new URL(base);
  if (protocol !== "https:" || hostname === "localhost") {
    return { problem: `${base} is no public https address, so Telegram cannot bring what you write in the chat` };
  }
  const url = `${base.replace(/\/+$/, "").replace(/\/telegram$/, "")}/telegram`;
  await bring(mesh, { url }, options);
  return { url };
}
