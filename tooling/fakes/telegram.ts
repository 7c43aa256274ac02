import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { parseTelegramHtml } from "./telegram-html.ts";

/** What the next call is answered with instead of success. */
export interface TelegramFault {
  /** HTTP status and `error_code`; `hang` never answers, `reset` drops the connection, `html` is a proxy's error page. */
  answer: number | "hang" | "reset" | "html";
  description?: string;
  parameters?: { retry_after?: number; migrate_to_chat_id?: number };
  /** Only for calls about this chat; any chat when absent. */
  chatId?: string;
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
} as const;

export interface TelegramMessage {
  chatId: string;
  /** As it was sent. */
  source: string;
  /** As a reader sees it, entities parsed. */
  text: string;
  parseMode: string | undefined;
  at: Date;
}

const MAX_MESSAGE_LENGTH = 4_096;
const BOT = { id: 7_000_000_001, is_bot: true, first_name: "Hoox", username: "hoox_test_bot" };

/**
 * The Bot API on 127.0.0.1, as far as Hoox uses it (core.telegram.org/bots/api): `sendMessage`, `getMe` and
 * the webhook methods, with its error texts, its limits and its reading of HTML. Faults are answered in the
 * order in which they were injected.
 */
export class FakeTelegram {
  readonly token: string;
  readonly messages: TelegramMessage[] = [];
  /** Every call, refused ones included: `sendMessage 42`. */
  readonly calls: string[] = [];
  webhook: { url: string; secretToken?: string } = { url: "" };
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

  textsIn(chatId: string): string[] {
    return this.messages.filter((message) => message.chatId === chatId).map((message) => message.text);
  }

  async stop(): Promise<void> {
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
    switch (method.toLowerCase()) {
      case "sendmessage":
        return this.#sendMessage(parameters, response);
      case "getme":
        return succeed(response, BOT);
      case "setwebhook":
        this.webhook = { url: parameters["url"] ?? "", secretToken: parameters["secret_token"] };
        return succeed(response, true);
      case "deletewebhook":
        this.webhook = { url: "" };
        return succeed(response, true);
      case "getwebhookinfo":
        return succeed(response, { url: this.webhook.url, has_custom_certificate: false, pending_update_count: 0 });
      default:
        return refuse(response, 404, "Not Found: method not found");
    }
  }

  #sendMessage(parameters: Record<string, string>, response: ServerResponse): void {
    const chatId = parameters["chat_id"] ?? "";
    const fault = this.#takeFault(chatId);
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
    this.messages.push({ chatId, source, text: text.trim(), parseMode, at: new Date() });
    if (fault) return answerFault(response, fault);
    const chat = { id: Number(chatId), type: chatId.startsWith("-") ? "supergroup" : "private" };
    succeed(response, {
      message_id: this.messages.length,
      date: Math.floor(Date.now() / 1_000),
      chat,
      from: BOT,
      text,
    });
  }

  #takeFault(chatId: string): TelegramFault | undefined {
    const index = this.#faults.findIndex((fault) => fault.chatId === undefined || fault.chatId === chatId);
    return index === -1 ? undefined : this.#faults.splice(index, 1)[0];
  }
}

/** Parameters come as JSON or as a form; numbers and objects in JSON are read as their text. */
async function parametersOf(request: IncomingMessage): Promise<Record<string, string>> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(Buffer.from(chunk));
  const body = Buffer.concat(chunks).toString("utf8");
  if (body === "") return {};
  if (!(request.headers["content-type"] ?? "").includes("application/json")) {
    return Object.fromEntries(new URLSearchParams(body));
  }
  const parsed: unknown = JSON.parse(body);
  const entries = typeof parsed === "object" && parsed !== null ? Object.entries(parsed) : [];
  return Object.fromEntries(
    entries.map(([name, value]) => [name, typeof value === "string" ? value : JSON.stringify(value)]),
  );
}

function answerFault(response: ServerResponse, fault: TelegramFault): void {
  const { answer, description = "Internal Server Error", parameters } = fault;
  if (answer === "hang") return;
  if (answer === "reset") return void response.socket?.destroy();
  if (answer === "html")
    return void response.writeHead(502, { "content-type": "text/html" }).end("<h1>502 Bad Gateway</h1>");
  refuse(response, answer, description, parameters);
}

function succeed(response: ServerResponse, result: unknown): void {
  reply(response, 200, { ok: true, result });
}

function refuse(response: ServerResponse, status: number, description: string, parameters?: object): void {
  reply(response, status, { ok: false, error_code: status, description, ...(parameters ? { parameters } : {}) });
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
