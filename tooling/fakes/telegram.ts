import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { answerFault, parametersOf, refuse, succeed } from "./telegram-http.ts";
import { parseTelegramHtml } from "./telegram-html.ts";
import { TelegramInbox, type Refused, type TelegramUpdate } from "./telegram-inbox.ts";

/** What the next call is answered with instead of success. */
export interface TelegramFault {
  /** HTTP status and `error_code`; `hang` never answers, `reset` drops the connection, `html` is a proxy's error page. */
  answer: number | "hang" | "reset" | "html";
  description?: string;
  parameters?: { retry_after?: number; migrate_to_chat_id?: number };
  /** Only for calls about this chat; any chat when absent. */
  chatId?: string;
  /** For calls of another method than `sendMessage`. */
  method?: string;
  /** The message arrives although the caller is told otherwise. */
  delivered?: boolean;
}

export const faults = {
  tooManyRequests: (retryAfter: number, chatId?: string): TelegramFault => ({
    answer: 429,
    description: `Too Many Requests: retry after ${retryAfter}`,
    parameters: { retry_after: retryAfter },
    chatId,
  }),
  cannotParse: (): TelegramFault => ({
    answer: 400,
    description: 'Bad Request: can\'t parse entities: Unsupported start tag "x" at byte offset 0',
  }),
  chatNotFound: (chatId?: string): TelegramFault => ({
    answer: 400,
    description: "Bad Request: chat not found",
    chatId,
  }),
  movedTo: (to: number, chatId?: string): TelegramFault => ({
    answer: 400,
    description: "Bad Request: group chat was upgraded to a supergroup chat",
    parameters: { migrate_to_chat_id: to },
    chatId,
  }),
  blocked: (chatId?: string): TelegramFault => ({
    answer: 403,
    description: "Forbidden: bot was blocked by the user",
    chatId,
  }),
  unavailable: (): TelegramFault => ({ answer: 502, description: "Bad Gateway" }),
  /** The connection stays open and nothing comes. */
  silence: (): TelegramFault => ({ answer: "hang" }),
} as const;

export interface TelegramButton {
  text: string;
  callback_data: string;
}

export interface TelegramMessage {
  id: number;
  chatId: string;
  /** As it was sent. */
  source: string;
  /** As a reader sees it, entities parsed. */
  text: string;
  parseMode: string | undefined;
  replyTo: number | undefined;
  /** As they stand now: whoever removes them leaves none. */
  buttons: TelegramButton[][];
  at: Date;
}

const MAX_MESSAGE_LENGTH = 4_096;
const BOT = { id: 7_000_000_001, is_bot: true, first_name: "Hoox", username: "hoox_test_bot" };

/**
 * The Bot API on 127.0.0.1, as far as Hoox uses it (core.telegram.org/bots/api): sending, buttons, updates by
 * polling or webhook, with its error texts, its limits and its reading of HTML. People in chats `say` and
 * `press`. Faults are answered in the order in which they were injected.
 */
export class FakeTelegram {
  readonly token: string;
  readonly messages: TelegramMessage[] = [];
  /** Every call, refused ones included: `sendMessage 42`. */
  readonly calls: string[] = [];
  /** What presses were answered with, in order. */
  readonly answers: { queryId: string; text: string | undefined }[] = [];
  readonly inbox = new TelegramInbox();
  readonly #server: Server;
  readonly #faults: TelegramFault[] = [];
  readonly #chats: ReadonlySet<string> | undefined;

  private constructor(options: { token?: string; chats?: readonly string[] }) {
    this.token = options.token ?? "7000000001:AAtest-token-of-the-fake-bot-api-0000";
    this.#chats = options.chats ? new Set(options.chats) : undefined;
    this.#server = createServer((request, response) => {
      this.#serve(request, response).catch((error: unknown) =>
        refuse(response, 500, `Internal Server Error: ${String(error)}`),
      );
    });
  }

  /** `chats`: the only ones that exist for the bot; absent means any. */
  static async start(
    options: { token?: string; chats?: readonly string[]; port?: number } = {},
  ): Promise<FakeTelegram> {
    const fake = new FakeTelegram(options);
    await new Promise<void>((resolve) => fake.#server.listen(options.port ?? 0, "127.0.0.1", resolve));
    return fake;
  }

  /** For TELEGRAM_API_URL. */
  get url(): string {
    // A listening TCP server has an AddressInfo.
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  fail(...injected: TelegramFault[]): void {
    this.#faults.push(...injected);
  }

  /** Somebody writes in a chat. Answers the update, which is on its way. */
  say(chatId: string, text: string, options: { username?: string; at?: Date } = {}): TelegramUpdate {
    const { username = "trader", at = new Date() } = options;
    return this.inbox.add({
      message: {
        message_id: 900_000 + this.inbox.count,
        date: Math.floor(at.getTime() / 1_000),
        chat: chatOf(chatId, username),
        from: { id: 7, is_bot: false, first_name: "Trader", username },
        text,
      },
    });
  }

  /** Somebody presses the button with this label below the latest message that has it. */
  press(chatId: string, label: string | RegExp): TelegramUpdate {
    const fits = ({ text }: TelegramButton): boolean => (typeof label === "string" ? text === label : label.test(text));
    const message = this.messages.findLast((each) => each.chatId === chatId && each.buttons.flat().some(fits));
    const button = message?.buttons.flat().find(fits);
    if (!message || !button) throw new Error(`chat ${chatId} has no button ${label}`);
    return this.pressData(chatId, message.id, button.callback_data);
  }

  /** A press as a forging client would send it. */
  pressData(chatId: string, messageId: number, data: string): TelegramUpdate {
    return this.inbox.add({
      callback_query: {
        id: `query-${this.inbox.count}`,
        from: { id: 7, is_bot: false, first_name: "Trader", username: "trader" },
        chat_instance: "1",
        message: { message_id: messageId, date: Math.floor(Date.now() / 1_000), chat: chatOf(chatId) },
        data,
      },
    });
  }

  textsIn(chatId: string): string[] {
    return this.messages.filter((message) => message.chatId === chatId).map((message) => message.text);
  }

  async stop(): Promise<void> {
    this.inbox.stop();
    const closed = new Promise((resolve) => this.#server.close(resolve));
    this.#server.closeAllConnections();
    await closed;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, token, method] = /^\/bot([^/]+)\/(\w+)$/.exec(new URL(request.url ?? "/", "http://fake").pathname) ?? [];
    const parameters = await parametersOf(request);
    if (token === undefined || method === undefined || !/^\d+:[\w-]+$/.test(token))
      return refuse(response, 404, "Not Found");
    this.calls.push([method, parameters["chat_id"]].filter(Boolean).join(" "));
    if (token !== this.token) return refuse(response, 401, "Unauthorized");
    const own = method.toLowerCase();
    if (own === "sendmessage") return this.#sendMessage(parameters, response);
    const fault = this.#takeFault(parameters["chat_id"] ?? "", own);
    if (fault) return answerFault(response, fault);
    const asked = this.#methods[own];
    if (!asked) return refuse(response, 404, "Not Found: method not found");
    const result = await asked(parameters);
    if (isRefused(result)) return refuse(response, result.status, result.refused);
    succeed(response, result);
  }

  readonly #methods: Readonly<Record<string, (parameters: Record<string, string>) => Promise<object | true>>> = {
    getme: async () => BOT,
    setwebhook: async (parameters) => this.inbox.setWebhook(parameters),
    deletewebhook: async () => this.inbox.setWebhook({ url: "" }),
    getwebhookinfo: async () => this.inbox.webhookInfo(),
    getupdates: async (parameters) => this.inbox.take(parameters),
    answercallbackquery: async (parameters) => {
      const queryId = parameters["callback_query_id"] ?? "";
      if (!this.inbox.knowsQuery(queryId)) {
        const refused = "Bad Request: query is too old and response timeout expired or query ID is invalid";
        return { refused, status: 400 };
      }
      this.answers.push({ queryId, text: parameters["text"] });
      return true;
    },
    editmessagereplymarkup: async (parameters) => {
      const message = this.messages.find(
        ({ id, chatId }) => String(id) === parameters["message_id"] && chatId === parameters["chat_id"],
      );
      if (!message) return { refused: "Bad Request: message to edit not found", status: 400 };
      const buttons = keyboardOf(parameters);
      if (JSON.stringify(buttons) === JSON.stringify(message.buttons)) {
        const refused =
          "Bad Request: message is not modified: specified new message content and reply markup are exactly the same";
        return { refused, status: 400 };
      }
      message.buttons = buttons;
      return { message_id: message.id };
    },
  };

  #sendMessage(parameters: Record<string, string>, response: ServerResponse): void {
    const chatId = parameters["chat_id"] ?? "";
    const fault = this.#takeFault(chatId, "sendmessage");
    if (fault && !fault.delivered) return answerFault(response, fault);
    if (chatId === "") return refuse(response, 400, "Bad Request: chat_id is empty");
    if (this.#chats && !this.#chats.has(chatId)) return refuse(response, 400, "Bad Request: chat not found");
    const source = parameters["text"] ?? "";
    const parseMode = parameters["parse_mode"];
    let text = source;
    if (parseMode?.toLowerCase() === "html") {
      const parsed = parseTelegramHtml(source);
      if ("problem" in parsed) return refuse(response, 400, `Bad Request: can't parse entities: ${parsed.problem}`);
      text = parsed.text;
    } else if (parseMode !== undefined) {
      return refuse(response, 400, "Bad Request: unsupported parse_mode");
    }
    if (!text.isWellFormed()) return refuse(response, 400, "Bad Request: strings must be encoded in UTF-8");
    if (text.trim() === "") return refuse(response, 400, "Bad Request: message text is empty");
    if (text.length > MAX_MESSAGE_LENGTH) return refuse(response, 400, "Bad Request: message is too long");
    const buttons = keyboardOf(parameters);
    if (buttons.flat().some(({ callback_data: data }) => Buffer.byteLength(data) < 1 || Buffer.byteLength(data) > 64)) {
      return refuse(response, 400, "Bad Request: BUTTON_DATA_INVALID");
    }
    const id = this.messages.length + 1;
    const replyTo = replyOf(parameters);
    this.messages.push({ id, chatId, source, text: text.trim(), parseMode, replyTo, buttons, at: new Date() });
    if (fault) return answerFault(response, fault);
    succeed(response, {
      message_id: id,
      date: Math.floor(Date.now() / 1_000),
      chat: chatOf(chatId),
      from: BOT,
      text,
    });
  }

  #takeFault(chatId: string, method: string): TelegramFault | undefined {
    const index = this.#faults.findIndex(
      (fault) =>
        (fault.method?.toLowerCase() ?? "sendmessage") === method &&
        (fault.chatId === undefined || fault.chatId === chatId),
    );
    return index === -1 ? undefined : this.#faults.splice(index, 1)[0];
  }
}

function chatOf(chatId: string, username = "trader"): object {
  const id = Number(chatId);
  return chatId.startsWith("-")
    ? { id, type: "supergroup", title: "The desk" }
    : { id, type: "private", first_name: "Trader", username };
}

function keyboardOf(parameters: Record<string, string>): TelegramButton[][] {
  const markup: { inline_keyboard?: TelegramButton[][] } = JSON.parse(parameters["reply_markup"] ?? "{}");
  return markup.inline_keyboard ?? [];
}

function replyOf(parameters: Record<string, string>): number | undefined {
  const reply: { message_id?: number } = JSON.parse(parameters["reply_parameters"] ?? "{}");
  return reply.message_id;
}

function isRefused(result: object | true): result is Refused {
  return typeof result === "object" && "refused" in result;
}
