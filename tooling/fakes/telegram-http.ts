import type { IncomingMessage, ServerResponse } from "node:http";
import type { TelegramFault } from "./telegram.ts";

/** Parameters come as JSON or as a form; numbers and objects in JSON are read as their text. */
export async function parametersOf(request: IncomingMessage): Promise<Record<string, string>> {
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

export function answerFault(response: ServerResponse, fault: TelegramFault): void {
  const { answer, description = "Internal Server Error", parameters } = fault;
  if (answer === "hang") return;
  if (answer === "reset") return void response.socket?.destroy();
  if (answer === "html")
    return void response.writeHead(502, { "content-type": "text/html" }).end("<h1>502 Bad Gateway</h1>");
  refuse(response, answer, description, parameters);
}

export function succeed(response: ServerResponse, result: unknown): void {
  reply(response, 200, { ok: true, result });
}

export function refuse(response: ServerResponse, status: number, description: string, parameters?: object): void {
  reply(response, status, { ok: false, error_code: status, description, ...(parameters ? { parameters } : {}) });
}

function reply(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
