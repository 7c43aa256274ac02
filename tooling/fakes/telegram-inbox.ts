export interface TelegramUpdate {
  update_id: number;
  message?: { message_id: number } & Readonly<Record<string, unknown>>;
  callback_query?: { id: string } & Readonly<Record<string, unknown>>;
}

export type Refused = { refused: string; status: number };

const SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token";
const RETRY_MS = 100;

/** What people have said to the bot: kept until it is polled, or brought to the webhook until that answers 2xx. */
export class TelegramInbox {
  webhook: { url: string; secretToken?: string } = { url: "" };
  /** How often each update was brought to the webhook, by its id. */
  readonly deliveries = new Map<number, number>();
  count = 0;
  #pending: TelegramUpdate[] = [];
  #lastError: { at: Date; message: string } | undefined;
  #delivering = false;
  #stopped = false;
  readonly #queries = new Set<string>();

  add(update: Omit<TelegramUpdate, "update_id">): TelegramUpdate {
    const added = { update_id: 700_000_000 + this.count, ...update };
    this.count += 1;
    if (update.callback_query) this.#queries.add(update.callback_query.id);
    this.again(added);
    return added;
  }

  /** Brings an update that was brought before, as Telegram does when it has not heard our answer. */
  again(update: TelegramUpdate): void {
    this.#pending.push(update);
    void this.#deliver();
  }

  knowsQuery(id: string): boolean {
    return this.#queries.has(id);
  }

  /** As `drop_pending_updates` does. */
  forget(): void {
    this.#pending = [];
  }

  get pending(): number {
    return this.#pending.length;
  }

  /** As the mesh would set it, without Telegram's demand for https. */
  connect(url: string, secretToken: string): void {
    this.webhook = { url, secretToken };
    void this.#deliver();
  }

  async setWebhook(parameters: Record<string, string>): Promise<true | Refused> {
    const url = parameters["url"] ?? "";
    const secret = parameters["secret_token"];
    if (url !== "" && !url.startsWith("https://"))
      return { refused: "Bad Request: bad webhook: An HTTPS URL must be provided for webhook", status: 400 };
    if (secret !== undefined && !/^[\w-]{1,256}$/.test(secret))
      return { refused: "Bad Request: secret token contains unallowed characters", status: 400 };
    this.#lastError = undefined;
    this.webhook = { url, ...(secret === undefined ? {} : { secretToken: secret }) };
    return true;
  }

  webhookInfo(): object {
    return {
      url: this.webhook.url,
      has_custom_certificate: false,
      pending_update_count: this.#pending.length,
      ...(this.#lastError
        ? {
            last_error_date: Math.floor(this.#lastError.at.getTime() / 1_000),
            last_error_message: this.#lastError.message,
          }
        : {}),
    };
  }

  /** getUpdates: an offset forgets what is before it; without updates it waits for as long as it is told. */
  async take(parameters: Record<string, string>): Promise<TelegramUpdate[] | Refused> {
    if (this.webhook.url !== "") {
      const refused =
        "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first";
      return { refused, status: 409 };
    }
    const offset = Number(parameters["offset"] ?? 0);
    const limit = Number(parameters["limit"] ?? 100);
    const deadline = Date.now() + Number(parameters["timeout"] ?? 0) * 1_000;
    if (offset > 0) this.#pending = this.#pending.filter((each) => each.update_id >= offset);
    while (this.#pending.length === 0 && Date.now() < deadline && !this.#stopped)
      await new Promise((resolve) => setTimeout(resolve, 20));
    return this.#pending.slice(0, limit);
  }

  stop(): void {
    this.#stopped = true;
  }

  /** One update at a time and in order, each until it is taken. */
  async #deliver(): Promise<void> {
    if (this.#delivering) return;
    this.#delivering = true;
    for (let next = this.#pending[0]; next && this.webhook.url !== "" && !this.#stopped; next = this.#pending[0]) {
      this.deliveries.set(next.update_id, (this.deliveries.get(next.update_id) ?? 0) + 1);
      const problem = await this.#post(next);
      if (problem === undefined) this.#pending.shift();
      else {
        this.#lastError = { at: new Date(), message: problem };
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    this.#delivering = false;
  }

  async #post(update: TelegramUpdate): Promise<string | undefined> {
    try {
      const response = await fetch(this.webhook.url, {
        method: "POST",
        headers: { "content-type": "application/json", [SECRET_HEADER]: this.webhook.secretToken ?? "" },
        body: JSON.stringify(update),
      });
      await response.arrayBuffer();
      return response.ok ? undefined : `Wrong response from the webhook: ${response.status} ${response.statusText}`;
    } catch (error) {
      return `Connection failed: ${String(error)}`;
    }
  }
}
